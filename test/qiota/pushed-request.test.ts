import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { answerAt, once } from "../authorization/requests.ts";
import {
  basicAuth,
  formBody,
  goodPassword,
  makeRealm,
  makeUser,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import {
  callback,
  endpoint,
  errorUri,
  expectPage,
  formOf,
  fromPage,
  makePartner,
  partner,
  postForm,
  postJson,
} from "./support.ts";

let context: RealmContext;
let client: TestClient;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  client = await makePartner(context, { require_par: true });
  user = await makeUser(context);
});

async function push(of = client): Promise<string> {
  const init = formBody({ ...formOf(of, { state: "pushed" }) });
  const response = await request(endpoint(context, "/v1/par"), {
    ...init,
    headers: { ...init.headers, authorization: basicAuth(of) },
  });
  expect(response.status).toBe(201);
  return (await response.json<{ request_uri: string }>()).request_uri;
}

const entry = (request_uri: string, changes: Record<string, string> = {}) => ({
  client_id: client.clientId,
  request_uri,
  email: user.email ?? "",
  password: goodPassword,
  ...changes,
});

describe("a pushed request at POST /v1/login (RFC 9126)", () => {
  it("stands for the parameters, survives a wrong password, and gives one code", async () => {
    const pushed = await push();
    const wrong = await postForm(context, "/v1/login", entry(pushed, { password: "wrong" }), fromPage(partner));
    expect(once(answerAt(wrong, errorUri))).toMatchObject({ error: "bad_credential", state: "pushed" });
    const beside = { redirect_uri: "https://evil.test/", state: "mine", scope: "roles" };
    const response = await postForm(context, "/v1/login", entry(pushed, beside), fromPage(partner));
    const { code, state } = once(answerAt(response, callback));
    expect(state).toBe("pushed");
    const tokens = await tokenRequest(context, client, {
      grant_type: "authorization_code",
      code,
      redirect_uri: callback,
    });
    expect([tokens.status, (await tokens.json<{ scope: string }>()).scope]).toEqual([200, "openid profile email"]);
    await expectPage(
      await postForm(context, "/v1/login", entry(pushed), fromPage(partner)),
      400,
      "invalid_request_uri",
    );
  });

  it("goes along through consent", async () => {
    const third = await makePartner(context, { require_par: true }, { firstParty: false });
    const fields = entry(await push(third), { client_id: third.clientId });
    const response = await postForm(context, "/v1/login", fields, fromPage(partner));
    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      expect.stringMatching(/^\/authorize\/resume\?/),
    ]);
  });

  it("makes an account with POST /v1/register", async () => {
    const fields = entry(await push(), { email: "pushed-newcomer@example.test" });
    const response = await postForm(context, "/v1/register", fields, fromPage(partner));
    expect(once(answerAt(response, callback))).toMatchObject({ code: expect.any(String), state: "pushed" });
  });

  it("is missed where the client must push, as at /authorize, and nobody is signed in", async () => {
    const fields = formOf(client, { email: user.email ?? "", password: goodPassword });
    const response = await postForm(context, "/v1/login", fields, fromPage(partner));
    expect(once(answerAt(response, callback)).error).toBe("invalid_request");
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("AZ-04 of another client, made up, or beside fields that come twice is refused by a page", async () => {
    const other = await makePartner(context, { require_par: true });
    for (const uri of [await push(other), "urn:ietf:params:oauth:request_uri:made-up"]) {
      await expectPage(await postForm(context, "/v1/login", entry(uri), fromPage(partner)), 400, "invalid_request_uri");
      expect((await postJson(context, "/v1/login", entry(uri))).status).toBe(400);
    }
    const body = new URLSearchParams(entry(await push()));
    body.append("email", "somebody-else@example.test");
    const headers = { "content-type": "application/x-www-form-urlencoded", ...fromPage(partner) };
    const twice = await request(endpoint(context, "/v1/login"), { method: "POST", headers, body: body.toString() });
    await expectPage(twice, 400, "invalid_request");
  });
});
