import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { makeClient, makeRealm, makeUser, request, signIn, type TestClient } from "../support/world.ts";
import { variantsOfGood as variants } from "./redirect-uri-variants.ts";
import { answerAt, authorize, authorizeParameters } from "./requests.ts";

const good = "https://good.test/cb";

let context: RealmContext;
let client: TestClient;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { redirect_uris: [good, "https://good.test/cb2?tenant=7"] });
  cookie = await signIn(context, await makeUser(context));
});

/** A page or JSON for the person, and nobody is sent anywhere (RFC 6749 §4.1.2.1). */
async function expectNoRedirect(response: Response, code: string): Promise<void> {
  expect(response.status).toBe(400);
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.get("refresh")).toBeNull();
  expect(response.headers.get("x-error-code")).toBe(code);
  expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{8,}$/);
  expect(await response.text()).not.toContain("evil");
}

describe("redirect_uri (RFC 9700 §2.1, §4.1.3)", () => {
  it(`RU-02 has at least 60 variants to refuse`, () => {
    expect(new Set(variants).size).toBe(variants.length);
    expect(variants.length).toBeGreaterThanOrEqual(60);
    expect(variants).not.toContain(good);
  });

  it.each(variants.map((uri) => [JSON.stringify(uri), uri]))("RU-02 refuses %s without a redirect", async (_, uri) => {
    await expectNoRedirect(await authorize(context, client, { redirect_uri: uri }, cookie), "redirect-not-allowed");
  });

  it("RU-02 refuses them for errors as for codes: nothing else is looked at first", async () => {
    for (const uri of variants) {
      const response = await authorize(context, client, { redirect_uri: uri, prompt: "none", response_type: "token" });
      await expectNoRedirect(response, "redirect-not-allowed");
    }
  });

  it("RU-01 sends the code to the registered URI, unchanged to the last character", async () => {
    const response = await authorize(context, client, {}, cookie);
    expect(response.status).toBe(302);
    expect(answerAt(response, good).get("code")).toMatch(/^[\w-]{43}$/);
  });

  it("RU-07 keeps the query of a registered URI and adds to it (RFC 6749 §3.1.2)", async () => {
    const response = await authorize(context, client, { redirect_uri: "https://good.test/cb2?tenant=7" }, cookie);
    expect(response.status).toBe(302);
    expect(answerAt(response, "https://good.test/cb2?tenant=7").get("code")).toMatch(/^[\w-]{43}$/);
  });

  it("RU-04 refuses a request without redirect_uri, with one registered or several (OIDC Core §3.1.2.1)", async () => {
    const single = await makeClient(context, { redirect_uris: [good] });
    for (const about of [client, single])
      for (const redirect_uri of [undefined, ""])
        await expectNoRedirect(await authorize(context, about, { redirect_uri }, cookie), "redirect-not-allowed");
  });

  it("RU-01 does not take another client's URI", async () => {
    const other = await makeClient(context, { redirect_uris: ["https://other.test/cb"] });
    const response = await authorize(context, other, { redirect_uri: good }, cookie);
    await expectNoRedirect(response, "redirect-not-allowed");
  });

  it("RU-01 does not take a post_logout_redirect_uri or error_uri for a redirect_uri", async () => {
    const third = await makeClient(context, {
      redirect_uris: [good],
      error_uris: ["https://good.test/failed"],
      post_logout_redirect_uris: ["https://good.test/bye"],
    });
    for (const redirect_uri of ["https://good.test/failed", "https://good.test/bye"])
      await expectNoRedirect(await authorize(context, third, { redirect_uri }, cookie), "redirect-not-allowed");
  });

  it.each([
    ["unknown", "no-such-client-1"],
    ["empty", ""],
    ["of digits only", "999999999"],
    ["with a NUL", "client\0id"],
    ["a path", "../../admin"],
    ["very long", "c".repeat(5000)],
    ["SQL", "' OR 1=1--"],
  ])("RU-05 redirects nowhere for a client_id that is %s", async (_, client_id) => {
    for (const redirect_uri of [good, "https://evil.test/cb"])
      await expectNoRedirect(await authorize(context, client, { client_id, redirect_uri }, cookie), "invalid_client");
  });

  it("RU-05 redirects nowhere without client_id, for a disabled client, and for another realm's", async () => {
    const disabled = await makeClient(context, { redirect_uris: [good] }, { disabled: true });
    const foreign = await makeClient(await makeRealm(), { redirect_uris: [good] });
    for (const client_id of [undefined, disabled.clientId, foreign.clientId, String(foreign.integrationId)])
      await expectNoRedirect(await authorize(context, client, { client_id }, cookie), "invalid_client");
  });

  it("AZ-04 takes neither the first nor the last of repeated client_id or redirect_uri (RFC 6749 §3.1)", async () => {
    for (const [name, evil, code] of [
      ["redirect_uri", "https://evil.test/cb", "redirect-not-allowed"],
      ["redirect_uri", good, "redirect-not-allowed"],
      ["client_id", "evil-client-id", "invalid_client"],
      ["client_id", client.clientId, "invalid_client"],
    ] as const) {
      const after = authorizeParameters(client);
      after.append(name, evil);
      const before = new URLSearchParams([[name, evil], ...authorizeParameters(client)]);
      for (const query of [after, before]) {
        const response = await request(`${context.realm.issuer}/authorize?${query}`, {
          headers: { cookie: `qt-auth=${cookie}` },
        });
        await expectNoRedirect(response, code);
      }
    }
  });

  it("AZ-04 does not read redirect_uri[] or redirect_uri[0] as redirect_uri", async () => {
    const query = authorizeParameters(client, {
      redirect_uri: undefined,
      "redirect_uri[]": good,
      "redirect_uri[0]": good,
    });
    const response = await request(`${context.realm.issuer}/authorize?${query}`);
    await expectNoRedirect(response, "redirect-not-allowed");
  });

  it("RU-05 shows a page to a browser that navigates, with the code and the request's id to quote", async () => {
    const response = await request(
      `${context.realm.issuer}/authorize?${authorizeParameters(client, { redirect_uri: "https://evil.test/cb" })}`,
      { headers: { "sec-fetch-mode": "navigate", accept: "text/html" } },
    );
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await response.clone().text();
    expect(html).toContain("redirect-not-allowed");
    expect(html).toContain(response.headers.get("x-request-id"));
    await expectNoRedirect(response, "redirect-not-allowed");
  });
});
