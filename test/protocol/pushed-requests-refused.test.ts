import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorize } from "../authorization/requests.ts";
import { enoughOfTheMinute } from "../support/minute.ts";
import { answerOf, authorizationFields, openPushed, push, pushed, requestUriIn } from "../support/pushed.ts";
import {
  bareTokenRequest,
  expectOAuthError,
  postAs,
  redemption,
  signedInUser,
  tokenAnswer,
} from "../support/token-side.ts";
import {
  cookiesOf,
  formBody,
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  pkce,
  request,
  type TestClient,
} from "../support/world.ts";

beforeEach(() => enoughOfTheMinute());

let context: RealmContext;
let client: TestClient;
let cookie: string;
beforeAll(async () => {
  context = await makeRealm({ rate_limits: { wrong_secrets_per_address_per_minute: 10_000 } });
  client = await makeClient(context);
  ({ cookie } = await signedInUser(context));
});

const storedHere = async (): Promise<number> =>
  (await env.GRANTS.list({ prefix: `pushed-request:${context.realm.id}:` })).keys.length;

describe("PAR-07 the whole request is checked when it is pushed (RFC 9126 §2.1, §2.3)", () => {
  const faults: [string, Record<string, string | undefined>, string][] = [
    ["no response_type", { response_type: undefined }, "invalid_request"],
    ["response_type=token", { response_type: "token" }, "unsupported_response_type"],
    ["response_type=code id_token", { response_type: "code id_token" }, "unsupported_response_type"],
    ["no redirect_uri", { redirect_uri: undefined }, "invalid_request"],
    ["a redirect_uri that is not registered", { redirect_uri: "https://evil.test/" }, "invalid_request"],
    ["a redirect_uri with a query more", { redirect_uri: "https://partner.test/callback?x=1" }, "invalid_request"],
    ["an error_uri that is not registered", { error_uri: "https://evil.test/" }, "invalid_request"],
    ["a scope of none of its own", { scope: "nothing-known" }, "invalid_scope"],
    ["no code_challenge", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
    ["code_challenge_method=plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["a code_challenge that is none", { code_challenge: "x" }, "invalid_request"],
    ["a state that is too long", { state: "x".repeat(2049) }, "invalid_request"],
    ["a nonce that is too long", { nonce: "x".repeat(513) }, "invalid_request"],
    ["an unknown response_mode", { response_mode: "web_message" }, "invalid_request"],
    ["an unknown prompt", { prompt: "sometimes" }, "invalid_request"],
    ["prompt=none with another", { prompt: "none login" }, "invalid_request"],
    ["a max_age that is no number", { max_age: "-1" }, "invalid_request"],
    ["an id_token_hint of nobody's", { id_token_hint: "x.y.z" }, "invalid_request"],
    ["a resource that is unknown", { resource: "https://api.else.example" }, "invalid_target"],
    ["a dpop_jkt that is none", { dpop_jkt: "x" }, "invalid_request"],
    ["PAR-02 a request_uri", { request_uri: "urn:ietf:params:oauth:request_uri:x" }, "invalid_request"],
    [
      "AZ-22 PAR-12 a request object, as none are offered",
      { request: "eyJhbGciOiJub25lIn0.e30." },
      "request_not_supported",
    ],
  ];

  it.each(faults)("refuses %s, and keeps nothing", async (_name, changes, error) => {
    const before = await storedHere();
    await expectOAuthError(await push(context, client, changes), 400, error);
    expect(await storedHere()).toBe(before);
  });

  it("refuses a client that is not registered for codes", async () => {
    const machine = await makeClient(context, { grant_types: ["client_credentials"] });
    await expectOAuthError(await push(context, machine), 400, "unauthorized_client");
  });

  it("refuses a parameter that comes twice", async () => {
    const init = formBody(authorizationFields(client, { client_secret: client.secret }));
    const twice = { ...init, body: `${String(init.body)}&state=again` };
    await expectOAuthError(await request(`${context.realm.issuer}/par`, twice), 400, "invalid_request");
  });

  it("answers errors in JSON, whatever the caller says it accepts", async () => {
    const init = formBody(
      authorizationFields(client, { client_secret: client.secret, redirect_uri: "https://evil.test/" }),
    );
    const headers = { ...init.headers, accept: "text/html", "sec-fetch-mode": "navigate" };
    await expectOAuthError(await request(`${context.realm.issuer}/par`, { ...init, headers }), 400, "invalid_request");
  });
});

describe("PAR-11 who pushes authenticates as at the token endpoint (RFC 9126 §2)", () => {
  it("refuses a wrong secret, none, and another client's", async () => {
    const other = await makeClient(context);
    const fields = authorizationFields(client);
    const wrong = await postAs(context, { clientId: client.clientId, secret: other.secret }, "/par", fields);
    await expectOAuthError(wrong, 401, "invalid_client");
    await expectOAuthError(await request(`${context.realm.issuer}/par`, formBody(fields)), 401, "invalid_client");
    await expectOAuthError(await postAs(context, other, "/par", fields), 401, "invalid_client");
  });

  it("counts wrong secrets per address", async () => {
    const strict = await makeRealm({ rate_limits: { wrong_secrets_per_address_per_minute: 10 } });
    const own = await makeClient(strict);
    const statuses: number[] = [];
    for (let times = 0; times < 12; times++)
      statuses.push((await postAs(strict, { ...own, secret: "wrong" }, "/par", authorizationFields(own))).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    const last = await postAs(strict, { ...own, secret: "wrong" }, "/par", authorizationFields(own));
    expect([last.headers.get("x-error-code"), last.headers.get("retry-after")]).toEqual(["rate-limited", "60"]);
    expect((await push(strict, own)).status).toBe(201);
  });

  it("counts what is pushed in the name of a public client per address", async () => {
    const strict = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 10 } });
    const open = await makeClient(strict, {}, { type: "public" });
    const statuses: number[] = [];
    for (let times = 0; times < 12; times++) statuses.push((await push(strict, open)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(201), 429, 429]);
    const confidential = await makeClient(strict);
    expect((await push(strict, confidential)).status).toBe(201);
  });

  it("takes a request as long as /authorize does, and no longer", async () => {
    const long = (length: number) => push(context, client, { login_hint: "x".repeat(length) });
    expect((await long(10_000)).status).toBe(201);
    expect((await long(11_500)).status).toBe(413);
    expect((await long(70_000)).status).toBe(413);
  });
});

describe("PAR-09 a public client pushes without a secret (RFC 9126 §2)", () => {
  it("and PKCE holds", async () => {
    const open = await makeClient(context, {}, { type: "public" });
    const { verifier, challenge } = await pkce();
    const requestUri = await pushed(context, open, { code_challenge: challenge });
    const { code = "" } = answerOf(await openPushed(context, open, requestUri, { cookie }));
    const own = { ...redemption(open, code, verifier), client_id: open.clientId };
    await expectOAuthError(
      await bareTokenRequest(context, { ...own, code_verifier: "y".repeat(43) }),
      400,
      "invalid_grant",
    );
    await tokenAnswer(await bareTokenRequest(context, own));
    const without = { code_challenge: undefined, code_challenge_method: undefined };
    await expectOAuthError(await push(context, open, without), 400, "invalid_request");
  });
});

describe("PAR-08 plain requests are refused where pushed ones are required (RFC 9126 §5, §6)", () => {
  it("of the client", async () => {
    const strict = await makeClient(context, { require_par: true });
    const answer = answerOf(await authorize(context, strict, {}, cookie));
    expect(answer).toMatchObject({ error: "invalid_request", state: "af0ifjsldkj", iss: context.realm.issuer });
    expect(answer).not.toHaveProperty("code");
    const requestUri = await pushed(context, strict);
    expect(answerOf(await openPushed(context, strict, requestUri, { cookie }))).toHaveProperty("code");
  });

  it("of a partner's own form too: nobody is signed in by it (contract §3)", async () => {
    const strict = await makeClient(context, { require_par: true });
    const user = await makeUser(context);
    const fields = { ...authorizationFields(strict), email: user.email ?? "", password: goodPassword };
    const response = await request(`${context.realm.issuer}/v1/login`, formBody(fields));
    expect(response.status).toBe(302);
    const location = new URL(response.headers.get("location") ?? "");
    expect(location.origin + location.pathname).toBe("https://partner.test/callback");
    expect(location.searchParams.get("error")).toBe("invalid_request");
    expect(cookiesOf(response)).not.toHaveProperty("qt-auth");
  });

  it("of everybody in the realm", async () => {
    const strict = await makeRealm({ require_pushed_authorization_requests: true });
    const own = await makeClient(strict);
    const user = await signedInUser(strict);
    const metadata = await request(`${strict.realm.issuer}/.well-known/openid-configuration`);
    expect(await metadata.json()).toMatchObject({ require_pushed_authorization_requests: true });
    expect(answerOf(await authorize(strict, own, {}, user.cookie)).error).toBe("invalid_request");
    expect(answerOf(await authorize(strict, own, { prompt: "none" })).error).toBe("invalid_request");
    const requestUri = await requestUriIn(await push(strict, own));
    expect(answerOf(await openPushed(strict, own, requestUri, { cookie: user.cookie }))).toHaveProperty("code");
  });
});

describe("AZ-22 other request_uris are told apart from pushed ones (OIDC Core §6.2)", () => {
  it.each([
    "https://partner.test/request.jwt",
    "urn:ietf:params:oauth:request_uri",
    "URN:IETF:PARAMS:OAUTH:REQUEST_URI:x",
    "urn:example:x",
  ])("%s is not supported", async (requestUri) => {
    const answer = answerOf(await authorize(context, client, { request_uri: requestUri }, cookie));
    expect(answer).toMatchObject({ error: "request_uri_not_supported", state: "af0ifjsldkj" });
    expect(answer).not.toHaveProperty("code");
  });
});
