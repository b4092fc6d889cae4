import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import {
  answerOf,
  authorizationFields,
  openPushed,
  push,
  pushed,
  pushedUrl,
  pushedWithVerifier,
  requestUriIn,
  urnPrefix,
} from "../support/pushed.ts";
import { expectOAuthError, postAs, redemption, signedInUser, tokenAnswer } from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, pkce, request, type TestClient, tokenRequest } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let cookie: string;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { redirect_uris: ["https://partner.test/callback", "https://partner.test/two"] });
  ({ cookie } = await signedInUser(context));
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page that names the error and leads nowhere. Ids of requests aside, its text. */
async function refusalPage(response: Response): Promise<string> {
  const html = await response.text();
  expect(response.status, html).toBe(400);
  expect(response.headers.get("x-error-code")).toBe("invalid_request_uri");
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const id = response.headers.get("x-request-id") ?? "";
  return html.replaceAll(id, "").replaceAll(/nonce(?:-|=")[A-Za-z0-9+/=_-]+/g, "");
}

describe("PAR-01 a request is pushed (RFC 9126 §2.2)", () => {
  it("and the answer names it", async () => {
    const response = await push(context, client);
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.getSetCookie()).toEqual([]);
    const body = await response.json<{ request_uri: string; expires_in: number }>();
    expect(body).toEqual({ request_uri: expect.stringContaining(urnPrefix), expires_in: 90 });
    expect(body.request_uri.slice(urnPrefix.length)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it.each(["", "/v1", "/api/auth/v1/oauth"])("under %s/par, and the code it leads to is redeemed", async (mount) => {
    const { verifier, challenge } = await pkce();
    const fields = authorizationFields(client, { code_challenge: challenge });
    const requestUri = await requestUriIn(await postAs(context, client, `${mount}/par`, fields));
    const url = pushedUrl(context, client.clientId, requestUri).replace("/authorize", `${mount}/authorize`);
    const answer = answerOf(await request(url, { headers: { cookie: `qt-auth=${cookie}` } }));
    expect(answer).toEqual({ code: expect.any(String), state: "pushed state", iss: context.realm.issuer });
    const tokens = await tokenAnswer(
      await tokenRequest(context, client, redemption(client, answer.code ?? "", verifier)),
    );
    expect(tokens.scope).toBe("openid profile");
  });

  it("by a form sent to /authorize as well", async () => {
    const { requestUri } = await pushedWithVerifier(context, client);
    const init = formBody({ client_id: client.clientId, request_uri: requestUri });
    const response = await request(`${context.realm.issuer}/authorize`, {
      ...init,
      headers: { ...init.headers, cookie: `qt-auth=${cookie}` },
    });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toMatch(/^https:\/\/partner\.test\/callback\?code=/);
  });

  it("by either of the client's ids", async () => {
    const fields = authorizationFields(client, { client_id: undefined });
    const requestUri = await requestUriIn(await postAs(context, client, "/par", fields));
    const byNumber = await openPushed(context, { clientId: String(client.integrationId) }, requestUri, { cookie });
    expect(answerOf(byNumber).code).toEqual(expect.any(String));
  });

  it("and its credentials are not kept", async () => {
    const fields = authorizationFields(client, { client_secret: client.secret });
    const before = new Set((await env.GRANTS.list({ prefix: "pushed-request:" })).keys.map(({ name }) => name));
    await requestUriIn(await request(`${context.realm.issuer}/par`, formBody(fields)));
    const added = (await env.GRANTS.list({ prefix: "pushed-request:" })).keys.filter(({ name }) => !before.has(name));
    expect(added).toHaveLength(1);
    const stored = await env.GRANTS.get(added[0]?.name ?? "");
    expect(stored).toContain("pushed state");
    expect(stored).not.toContain(client.secret);
    expect(added[0]?.name).toMatch(new RegExp(`^pushed-request:${context.realm.id}:[A-Za-z0-9_-]{43}$`));
  });
});

describe("PAR-06 what comes beside request_uri does not count (RFC 9126 §4, RFC 9101 §5)", () => {
  it("changes neither address, scope, state nor anything else", async () => {
    const { verifier, requestUri } = await pushedWithVerifier(context, client);
    const beside = {
      redirect_uri: "https://partner.test/two",
      scope: "openid email offline_access",
      state: "another state",
      nonce: "another nonce",
      response_mode: "fragment",
      response_type: "token",
      prompt: "login",
      max_age: "0",
      code_challenge: "x",
      code_challenge_method: "plain",
      request: "eyJhbGciOiJub25lIn0.e30.",
      error_uri: "https://evil.test/",
    };
    const response = await openPushed(context, client, requestUri, { cookie, beside });
    expect(response.headers.get("location")).toMatch(/^https:\/\/partner\.test\/callback\?code=/);
    const answer = answerOf(response);
    expect(answer.state).toBe("pushed state");
    const tokens = await tokenAnswer(
      await tokenRequest(context, client, redemption(client, answer.code ?? "", verifier)),
    );
    expect(tokens.scope).toBe("openid profile");
    expect(JSON.parse(atob(tokens.id_token.split(".")[1] ?? ""))).toMatchObject({ nonce: "pushed nonce" });
  });

  it("and a state that was not pushed is not sent back", async () => {
    const requestUri = await pushed(context, client, { state: undefined });
    const answer = answerOf(await openPushed(context, client, requestUri, { cookie, beside: { state: "outside" } }));
    expect(Object.keys(answer).sort()).toEqual(["code", "iss"]);
  });
});

describe("PAR-03 a pushed request is its client's and its realm's (RFC 9126 §2.2, §7.1)", () => {
  it("PAR-13 another client's, another realm's, an unknown and a used one look alike", async () => {
    const stranger = await makeRealm();
    const abroad = await makeClient(stranger, client.metadata);
    const other = await makeClient(context, client.metadata);
    const { cookie: cookieAbroad } = await signedInUser(stranger);
    const used = await pushed(context, client);
    answerOf(await openPushed(context, client, used, { cookie }));
    const unknown = `${urnPrefix}${"A".repeat(43)}`;

    const pages = [
      await refusalPage(await openPushed(context, client, unknown, { cookie })),
      await refusalPage(await openPushed(context, client, unknown)),
      await refusalPage(await openPushed(context, other, await pushed(context, client), { cookie })),
      await refusalPage(await openPushed(context, client, await pushed(context, other), { cookie })),
      await refusalPage(await openPushed(context, client, used, { cookie })),
      await refusalPage(await openPushed(context, client, used)),
      await refusalPage(await openPushed(context, client, urnPrefix, { cookie })),
      await refusalPage(await openPushed(context, client, `${unknown}A`, { cookie })),
      await refusalPage(await openPushed(context, client, `${used}&x`, { cookie })),
      await refusalPage(
        await openPushed(context, client, unknown, { cookie, beside: { redirect_uri: "https://partner.test/two" } }),
      ),
    ];
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).not.toContain("partner.test");

    const away = await openPushed(stranger, abroad, await pushed(context, client), { cookie: cookieAbroad });
    await refusalPage(away);
  });

  it("PAR-05 expires after the time it was given (RFC 9126 §4)", async () => {
    const requestUri = await pushed(context, client);
    travel(89);
    expect((await openPushed(context, client, requestUri)).status).toBe(302);
    travel(2);
    await refusalPage(await openPushed(context, client, requestUri, { cookie }));
  });

  it("is refused when it is named twice, and without client_id", async () => {
    const requestUri = await pushed(context, client);
    const url = `${pushedUrl(context, client.clientId, requestUri)}&request_uri=${encodeURIComponent(requestUri)}`;
    const headers = { accept: "text/html", "sec-fetch-mode": "navigate", cookie: `qt-auth=${cookie}` };
    await refusalPage(await request(url, { headers }));
    const bare = `${context.realm.issuer}/authorize?request_uri=${encodeURIComponent(requestUri)}`;
    const nameless = await request(bare, { headers });
    expect([nameless.status, nameless.headers.get("x-error-code")]).toEqual([400, "invalid_client"]);
  });

  it("tells a program the same in JSON (RFC 9101 §7)", async () => {
    const response = await request(pushedUrl(context, client.clientId, `${urnPrefix}${"B".repeat(43)}`));
    await expectOAuthError(response, 400, "invalid_request_uri");
  });
});
