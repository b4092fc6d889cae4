import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { formBody, makeClient, makeRealm, makeUser, request, signIn, type TestClient } from "../support/world.ts";
import { answerAt, authorize, authorizeParameters, once, someChallenge } from "./requests.ts";

const callback = "https://partner.test/callback";

let context: RealmContext;
let client: TestClient;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { scopes: ["openid", "profile", "email"] });
  cookie = await signIn(context, await makeUser(context));
});

type Changes = Record<string, string | undefined>;

const faults: [string, Changes, string][] = [
  ["AZ-01 response_type=token", { response_type: "token" }, "unsupported_response_type"],
  ["AZ-01 response_type=id_token token", { response_type: "id_token token" }, "unsupported_response_type"],
  ["AZ-01 response_type=id_token", { response_type: "id_token" }, "unsupported_response_type"],
  ["AZ-01 response_type=code token", { response_type: "code token" }, "unsupported_response_type"],
  ["AZ-01 response_type=code id_token", { response_type: "code id_token" }, "unsupported_response_type"],
  ["AZ-01 response_type=none", { response_type: "none" }, "unsupported_response_type"],
  ["AZ-01 response_type=CODE", { response_type: "CODE" }, "unsupported_response_type"],
  ["AZ-02 response_type missing", { response_type: undefined }, "invalid_request"],
  ["AZ-02 response_type empty", { response_type: "" }, "invalid_request"],
  ["AZ-22 request", { request: "eyJhbGciOiJub25lIn0.e30." }, "request_not_supported"],
  ["AZ-22 request_uri", { request_uri: "https://partner.test/request.jwt" }, "request_uri_not_supported"],
  ["AZ-20 response_mode unknown", { response_mode: "web_message" }, "invalid_request"],
  ["AZ-20 response_mode=FORM_POST", { response_mode: "FORM_POST" }, "invalid_request"],
  ["AZ-20 response_mode=query fragment", { response_mode: "query fragment" }, "invalid_request"],
  ["AZ-16 scope that is not the client's", { scope: "phone" }, "invalid_scope"],
  ["AZ-16 scope that nobody knows", { scope: "no-such-scope" }, "invalid_scope"],
  ["AZ-16 scope in another case", { scope: "OPENID" }, "invalid_scope"],
  ["AZ-16 scope with a NUL", { scope: "openid\0" }, "invalid_scope"],
  ["AZ-16 scope with a line break", { scope: "openid\nemail" }, "invalid_scope"],
  ["AZ-16 scope with a no-break space", { scope: "openid\u00a0email" }, "invalid_scope"],
  ["AZ-16 scope with an ideographic space", { scope: "openid\u3000email" }, "invalid_scope"],
  ["AZ-16 scope with a quote", { scope: 'openid "email"' }, "invalid_scope"],
  ["AZ-16 scope with a homoglyph", { scope: "ореnid" }, "invalid_scope"],
  ["PKCE missing", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
  ["PKCE plain", { code_challenge_method: "plain" }, "invalid_request"],
  ["PKCE without method", { code_challenge_method: undefined }, "invalid_request"],
  ["PKCE method without challenge", { code_challenge: undefined }, "invalid_request"],
  ["PKCE method in lower case", { code_challenge_method: "s256" }, "invalid_request"],
  ["PKCE challenge too short", { code_challenge: someChallenge.slice(1) }, "invalid_request"],
  ["PKCE challenge too long", { code_challenge: `${someChallenge}a` }, "invalid_request"],
  ["PKCE challenge padded", { code_challenge: `${someChallenge}=` }, "invalid_request"],
  ["AZ-07 nonce too long", { nonce: "n".repeat(513) }, "invalid_request"],
  ["prompt unknown", { prompt: "create" }, "invalid_request"],
  ["prompt=none login", { prompt: "none login" }, "invalid_request"],
  ["prompt in capitals", { prompt: "NONE" }, "invalid_request"],
  ["AZ-12 max_age negative", { max_age: "-1" }, "invalid_request"],
  ["AZ-12 max_age not a number", { max_age: "NaN" }, "invalid_request"],
  ["AZ-12 max_age with a fraction", { max_age: "1.5" }, "invalid_request"],
  ["AZ-12 max_age huge", { max_age: "1e309" }, "invalid_request"],
  ["AZ-12 max_age in hexadecimal", { max_age: "0x10" }, "invalid_request"],
  ["AZ-12 max_age beyond counting", { max_age: "9".repeat(30) }, "invalid_request"],
  ["AZ-13 id_token_hint garbage", { id_token_hint: "not.a.jwt" }, "invalid_request"],
  ["AZ-09 prompt=none without session", { prompt: "none" }, "login_required"],
];

/** AZ-08: exactly code, description, state and the issuer, each once, at the proven address and nowhere else. */
function expectError(response: Response, error: string, state: string | null): void {
  expect(response.status).toBe(302);
  const answer = once(answerAt(response, callback));
  expect(answer).toEqual({
    error,
    error_description: expect.stringMatching(/^[\x20\x21\x23-\x5B\x5D-\x7E]{1,200}$/),
    ...(state === null ? {} : { state }),
    iss: context.realm.issuer,
  });
  expect(response.headers.get("x-error-code")).toBe(error);
  expect(response.headers.get("cache-control")).toBe("no-store");
}

describe("errors that go back to the client (RFC 6749 §4.1.2.1, RFC 9207 §2)", () => {
  it.each(faults)("AZ-08 %s", async (_, changes, error) => {
    expectError(await authorize(context, client, changes), error, "af0ifjsldkj");
  });

  it.each(faults)("AZ-06 %s, without a state to return", async (_, changes, error) => {
    expectError(await authorize(context, client, { ...changes, state: undefined }), error, null);
  });

  it.each(faults.slice(0, -1))("AZ-01 %s gives no code to a signed-in user either", async (_, changes, error) => {
    expectError(await authorize(context, client, changes, cookie), error, "af0ifjsldkj");
  });

  it("AZ-08 puts iss into a success too, once, and it is the metadata's issuer", async () => {
    const response = await authorize(context, client, {}, cookie);
    const answer = once(answerAt(response, callback));
    expect(answer).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: "af0ifjsldkj",
      iss: context.realm.issuer,
    });
    const metadata = await request(`${context.realm.issuer}/.well-known/openid-configuration`);
    expect((await metadata.json<{ issuer: string }>()).issuer).toBe(answer.iss);
  });

  it("AZ-08 names the realm's issuer whichever domain and mount was asked", async () => {
    for (const host of context.realm.hosts)
      for (const mount of ["", "/v1", "/api/auth/v1/oauth"]) {
        const response = await request(
          `https://${host}${mount}/authorize?${authorizeParameters(client, { prompt: "none" })}`,
        );
        expectError(response, "login_required", "af0ifjsldkj");
      }
  });

  it.each(["scope", "state", "nonce", "response_type", "code_challenge", "prompt", "unheard_of", "max_age"])(
    "AZ-04 refuses %s sent twice, equal or not (RFC 6749 §3.1)",
    async (name) => {
      for (const values of [
        ["login", "login"],
        ["openid", "code"],
        ["", "a"],
      ]) {
        const query = authorizeParameters(client, { [name]: undefined });
        for (const value of values) query.append(name, value);
        const response = await request(`${context.realm.issuer}/authorize?${query}`, {
          headers: { cookie: `qt-auth=${cookie}` },
        });
        expectError(response, "invalid_request", name === "state" ? null : "af0ifjsldkj");
      }
    },
  );

  it("AZ-01 refuses a client that is not registered for the code grant", async () => {
    const machine = await makeClient(context, { grant_types: ["client_credentials"] });
    expectError(await authorize(context, machine, {}, cookie), "unauthorized_client", "af0ifjsldkj");
  });

  it("AZ-02 answers a posted request likewise, and by 303 (RFC 9700 §4.12)", async () => {
    const fields = Object.fromEntries(authorizeParameters(client, { prompt: "none" }));
    const response = await request(`${context.realm.issuer}/authorize`, formBody(fields));
    expect(response.status).toBe(303);
    expect(once(answerAt(response, callback)).error).toBe("login_required");
  });

  it("AZ-03 ignores unknown parameters, and the order of all (RFC 6749 §3.1)", async () => {
    const shuffled = [
      ...authorizeParameters(client, { extra: "foobar", claims_locales: "fr", display: "popup" }),
    ].reverse();
    const response = await request(`${context.realm.issuer}/authorize?${new URLSearchParams(shuffled)}`, {
      headers: { cookie: `qt-auth=${cookie}` },
    });
    expect(once(answerAt(response, callback))).toEqual({
      code: expect.any(String),
      state: "af0ifjsldkj",
      iss: context.realm.issuer,
    });
  });

  it.each([
    ["application/json", JSON.stringify({ client_id: "x" })],
    ["text/plain", "client_id=x"],
    ["multipart/form-data; boundary=x", '--x\r\ncontent-disposition: form-data; name="client_id"\r\n\r\nx\r\n--x--'],
  ])("AZ-04 does not read a request from a body of %s", async (type, body) => {
    const response = await request(`${context.realm.issuer}/authorize?${authorizeParameters(client)}`, {
      method: "POST",
      body,
      headers: { "content-type": type, cookie: `qt-auth=${cookie}` },
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    expect(response.headers.get("x-error-code")).toBe("invalid_request");
  });

  it("RL-06 refuses a request of more than 11,000 bytes without a redirect, in the query and in a form", async () => {
    for (const claims of ["x".repeat(11_000), "é".repeat(5500), "\0".repeat(2000)]) {
      const parameters = authorizeParameters(client, { claims });
      for (const response of [
        await authorize(context, client, { claims }, cookie),
        await request(`${context.realm.issuer}/authorize`, formBody(Object.fromEntries(parameters))),
      ])
        expect([response.status, response.headers.get("location")]).toEqual([413, null]);
    }
  });

  it.each([
    ["x", 10_000],
    ["é", 5000],
    ["\0", 1700],
    ['"', 5000],
  ])(
    "RL-06 carries a request that is nearly as long in an address that the platform takes (%j)",
    async (character, count) => {
      const response = await authorize(context, client, { claims: character.repeat(count) });
      expect(response.status).toBe(302);
      expect(new URL(response.headers.get("location") ?? "", context.realm.issuer).href.length).toBeLessThan(15_800);
    },
  );

  it("AZ-14 puts nothing of the request into the description", async () => {
    const response = await authorize(context, client, { scope: "canary-scope", prompt: "canary-prompt" });
    expect(response.headers.get("location")).not.toContain("canary");
  });
});
