import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { variantsOfGood } from "../authorization/redirect-uri-variants.ts";
import { answerAt, once } from "../authorization/requests.ts";
import { goodPassword, makeRealm, makeUser, type TestClient } from "../support/world.ts";
import { countUsers, sessionCount } from "../surfaces/session-api.ts";
import { errorUri, expectPage, expectProblem, formOf, fromPage, makePartner, postForm, postJson } from "./support.ts";

const good = "https://good.test/cb";
const page = "https://good.test/login";

let context: RealmContext;
let client: TestClient;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  client = await makePartner(context, { redirect_uris: [good, "https://good.test/cb2?tenant=7"], error_uris: [page] });
  user = await makeUser(context);
});

const entry = (changes: Record<string, string | undefined>) =>
  formOf(client, { email: user.email ?? "", password: goodPassword, redirect_uri: good, error_uri: page, ...changes });

describe.each(["/v1/login", "/v1/register"])("the return addresses of POST %s (RFC 9700 §4.1.3, §4.11.2)", (path) => {
  it("RU-02 RU-05 refuses every other redirect_uri by a page, with the right password and a wrong one", async () => {
    const before = [await sessionCount(context, user.id), await countUsers(context)];
    for (const redirect_uri of variantsOfGood)
      for (const password of [goodPassword, "wrong"]) {
        const response = await postForm(
          context,
          path,
          entry({ redirect_uri, password }),
          fromPage("https://good.test"),
        );
        await expectPage(response, 400, "redirect-not-allowed");
      }
    expect([await sessionCount(context, user.id), await countUsers(context)]).toEqual(before);
  });

  it("RU-10 refuses every other error_uri likewise, though it need not be used", async () => {
    const before = [await sessionCount(context, user.id), await countUsers(context)];
    for (const variant of [
      ...variantsOfGood.map((uri) => uri.replace("/cb", "/login")),
      good,
      `${page}?x=1`,
      `${page}/`,
    ]) {
      const headers = fromPage("https://good.test");
      const response = await postForm(context, path, entry({ error_uri: variant }), headers);
      await expectPage(response, 400, "redirect-not-allowed");
    }
    expect([await sessionCount(context, user.id), await countUsers(context)]).toEqual(before);
  });

  it("RU-05 tells programs so by problem details, and repeats nothing of it", async () => {
    for (const changes of [{ redirect_uri: "https://evil.test/" }, { error_uri: "https://evil.test/" }]) {
      const response = await postJson(context, path, entry(changes));
      expect(await response.clone().text()).not.toContain("evil");
      await expectProblem(response, 400, "redirect-not-allowed");
    }
  });

  it.each([
    ["unknown", async () => "nobody-knows-it"],
    [
      "disabled",
      async () =>
        (await makePartner(context, { redirect_uris: [good], error_uris: [page] }, { disabled: true })).clientId,
    ],
    [
      "of another realm",
      async () => (await makePartner(await makeRealm(), { redirect_uris: [good], error_uris: [page] })).clientId,
    ],
  ])("RU-05 AZ-24 refuses a client that is %s, by a page", async (_, clientId) => {
    const fields = entry({ client_id: await clientId() });
    await expectPage(await postForm(context, path, fields, fromPage("https://good.test")), 400, "invalid_client");
    await expectProblem(await postJson(context, path, fields), 400, "invalid_client");
  });

  it("AZ-24 notices that a client was disabled between two posts", async () => {
    const doomed = await makePartner(context, { redirect_uris: [good], error_uris: [page] });
    const fields = entry({ client_id: doomed.clientId, password: path === "/v1/login" ? "wrong" : "short" });
    const before = await postForm(context, path, fields, fromPage("https://good.test"));
    expect(once(answerAt(before, page))).toHaveProperty("error");
    const row = await context.clients.store.findByClientId(doomed.clientId);
    if (row !== null) await context.clients.store.update(row, { disabledAt: Date.now() }, [], Date.now());
    context.clients.forget(doomed);
    await expectPage(await postForm(context, path, fields, fromPage("https://good.test")), 400, "invalid_client");
  });
});

describe("the answer of POST /v1/login", () => {
  it("RU-07 keeps the query of a registered address", async () => {
    const uri = "https://good.test/cb2?tenant=7";
    const response = await postForm(context, "/v1/login", entry({ redirect_uri: uri }), fromPage("https://good.test"));
    expect(once(answerAt(response, uri))).toMatchObject({ code: expect.any(String) });
    const theirs = await makePartner(context);
    const refused = await postForm(
      context,
      "/v1/login",
      formOf(theirs, { email: "x@example.test", password: "wrong" }),
    );
    expect(once(answerAt(refused, errorUri)).error).toBe("bad_credential");
  });

  it.each([`+%#&=?"'<script>é😀 \u2028`, "x".repeat(2048)])(
    "AZ-06 brings state back as it came, both ways: %j",
    async (state) => {
      const came = await postForm(context, "/v1/login", entry({ state }));
      expect(once(answerAt(came, good)).state).toBe(state);
      const refused = await postForm(context, "/v1/login", entry({ state, password: "wrong" }));
      expect(once(answerAt(refused, page)).state).toBe(state);
    },
  );

  it("AZ-06 has no state where none was sent, and refuses one that is too long", async () => {
    expect(once(answerAt(await postForm(context, "/v1/login", entry({ state: undefined })), good))).not.toHaveProperty(
      "state",
    );
    const long = await postForm(context, "/v1/login", entry({ state: "x".repeat(2049) }));
    expect(once(answerAt(long, good)).error).toBe("invalid_request");
  });

  it("RL-06 a request that could not travel through the pages is refused at once", async () => {
    const response = await postForm(context, "/v1/login", entry({ filler: "x".repeat(12_000) }), {
      accept: "text/html",
    });
    await expectPage(response, 413, "body-too-large");
  });

  it("AZ-16 grants no scope that the client may not have, and no other grant type's code", async () => {
    const narrow = await makePartner(context, { scopes: ["openid"] });
    const refused = await postForm(context, "/v1/login", {
      ...formOf(narrow),
      scope: "roles",
      email: user.email ?? "",
      password: goodPassword,
    });
    expect(once(answerAt(refused, "https://partner.test/callback")).error).toBe("invalid_scope");
    const machine = await makePartner(context, { grant_types: ["client_credentials"] });
    const none = await postForm(context, "/v1/login", {
      ...formOf(machine),
      email: user.email ?? "",
      password: goodPassword,
    });
    expect(once(answerAt(none, "https://partner.test/callback")).error).toBe("unauthorized_client");
  });
});
