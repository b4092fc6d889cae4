import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import {
  boundTokens,
  makeProof,
  makeProofKey,
  type ProofKey,
  tokensByKey,
  userinfoByKey,
  userinfoUrl,
} from "../support/dpop.ts";
import { issued, openAnotherSession, redemption, tokenAnswer } from "../support/token-side.ts";
import {
  config,
  formBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  request,
  type TestClient,
} from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let key: ProofKey;
let other: ProofKey;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  [key, other] = await Promise.all([makeProofKey(), makeProofKey()]);
});
afterEach(() => {
  vi.useRealTimers();
});

const algs = 'algs="ES256 PS256 RS256 EdDSA Ed25519"';
const about = () => `resource_metadata="${context.realm.issuer}/.well-known/oauth-protected-resource"`;
const proofFor = (accessToken: string, url = userinfoUrl(context), method = "GET", by = key) =>
  makeProof(by, { url, method, accessToken });

describe("UI-02 what UserInfo challenges with (RFC 6750 §3, RFC 9449 §7.1, §7.2)", () => {
  it("both schemes and no error for whoever shows nothing", async () => {
    const response = await request(userinfoUrl(context));
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe(
      `Bearer realm="oauth", ${about()}, DPoP realm="oauth", ${algs}`,
    );
  });

  it("the scheme that was tried comes first and says what was wrong", async () => {
    const byScheme = async (authorization: string) =>
      (await request(userinfoUrl(context), { headers: { authorization } })).headers.get("www-authenticate");
    const error = 'error="invalid_token", error_description="The access token is not valid."';
    expect(await byScheme("Bearer x")).toBe(`Bearer realm="oauth", ${error}, ${about()}, DPoP realm="oauth", ${algs}`);
    expect(await byScheme("DPoP x")).toBe(`DPoP realm="oauth", ${algs}, ${error}, ${about()}, Bearer realm="oauth"`);
  });

  it("an expired bound token is told apart, as a bearer's is", async () => {
    const { tokens } = await boundTokens(context, client, key);
    travel(901);
    const response = await userinfoByKey(context, tokens.access_token, key);
    expect([response.status, response.headers.get("x-error-code")]).toEqual([401, "access-token-expired"]);
    expect(response.headers.get("www-authenticate")).toMatch(
      /^DPoP realm="oauth", algs="[^"]+", error="invalid_token"/,
    );
  });

  it("UI-05 a client's own bound token shows no claims", async () => {
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const answer = await tokenAnswer(await tokensByKey(context, machine, { grant_type: "client_credentials" }, key));
    const response = await userinfoByKey(context, answer.access_token, key);
    expect([response.status, response.headers.get("x-error-code")]).toEqual([403, "insufficient_scope"]);
    expect(response.headers.get("www-authenticate")).toMatch(/^DPoP .+error="insufficient_scope"/);
  });
});

describe("UI-03 one way of passing a token (RFC 6750 §3.1)", () => {
  it.each([
    ["two header fields", (bound: string, plain: string) => [`DPoP ${bound}`, `Bearer ${plain}`]],
    ["two header fields the other way round", (bound: string, plain: string) => [`Bearer ${plain}`, `DPoP ${bound}`]],
    ["the same by both schemes", (bound: string) => [`DPoP ${bound}`, `Bearer ${bound}`]],
    ["the same twice", (bound: string) => [`DPoP ${bound}`, `DPoP ${bound}`]],
  ])("%s: 400", async (_name, authorizations) => {
    const { tokens } = await boundTokens(context, client, key);
    const { tokens: plain } = await issued(context, client);
    const headers = new Headers({ dpop: await proofFor(tokens.access_token) });
    for (const value of authorizations(tokens.access_token, plain.access_token)) headers.append("authorization", value);
    const response = await request(userinfoUrl(context), { headers });
    expect([response.status, response.headers.get("x-error-code")]).toEqual([400, "invalid_request"]);
    expect(await response.json()).toMatchObject({ error: "invalid_request" });
  });

  it("header and body: 400; in the body alone a bound token is a bearer's: 401", async () => {
    const { tokens } = await boundTokens(context, client, key);
    const accessToken = tokens.access_token;
    const init = formBody({ access_token: accessToken });
    const dpop = await proofFor(accessToken, undefined, "POST");
    const both = { ...init.headers, authorization: `DPoP ${accessToken}`, dpop };
    expect((await request(userinfoUrl(context), { ...init, headers: both })).status).toBe(400);
    const alone = await request(userinfoUrl(context), { ...init, headers: { ...init.headers, dpop } });
    expect([alone.status, alone.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
    const byHeader = { method: "POST", headers: { authorization: `DPoP ${accessToken}`, dpop } };
    expect((await request(userinfoUrl(context), byHeader)).status).toBe(200);
  });

  it("UI-02 a bound token in the query is not looked at", async () => {
    const { tokens } = await boundTokens(context, client, key);
    const dpop = await proofFor(tokens.access_token);
    const response = await request(`${userinfoUrl(context)}?access_token=${tokens.access_token}`, {
      headers: { dpop },
    });
    expect([response.status, response.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
  });
});

describe("DP-05 the operators' API takes bound tokens by proof alone", () => {
  const address = () => `${context.realm.issuer}/admin/v1/realms/${context.realm.id}`;

  async function operatorToken(realm = context, as = client, claims: Record<string, unknown> = {}): Promise<string> {
    const user = await makeUser(realm, { password: null, roles: ["user", "sysadmin"] });
    const { cookie } = await openAnotherSession(realm, user);
    const { code, verifier } = await obtainCode(realm, as, cookie, { scope: "openid roles" });
    const answer = await tokensByKey(realm, as, redemption(as, code, verifier), key, claims);
    return (await tokenAnswer(answer)).access_token;
  }
  const call = (headers: Record<string, string>, method = "GET") => request(address(), { method, headers });

  it("once for each proof, of that key and that request", async () => {
    const token = await operatorToken();
    const authorization = `DPoP ${token}`;
    const good = await proofFor(token, address());
    expect((await call({ authorization, dpop: good })).status).toBe(200);
    const wrong = {
      "used before": good,
      "of another key": await proofFor(token, address(), "GET", other),
      "of another address": await proofFor(token),
      "of another method": await proofFor(token, address(), "DELETE"),
      "of another token": await proofFor(`${token}x`, address()),
    };
    for (const [name, dpop] of Object.entries(wrong)) {
      const refused = await call({ authorization, dpop });
      expect([name, refused.status]).toEqual([name, 401]);
      expect(refused.headers.get("content-type")).toBe("application/problem+json");
      expect(refused.headers.get("www-authenticate")).toMatch(
        /^DPoP realm="operators", algs="[^"]+", error="invalid_dpop_proof", error_description="[^"]+", Bearer realm="operators"$/,
      );
      expect(await refused.json()).toMatchObject({ status: 401, code: "invalid_dpop_proof" });
    }
  });

  it("not as a bearer's, and a bearer's not by the scheme DPoP", async () => {
    const token = await operatorToken();
    const dpop = await proofFor(token, address());
    const asBearer = await call({ authorization: `Bearer ${token}`, dpop });
    expect([asBearer.status, asBearer.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
    const bare = await call({ authorization: `DPoP ${token}` });
    expect([bare.status, bare.headers.get("x-error-code")]).toEqual([401, "invalid_dpop_proof"]);
    const deployment = `DPoP ${config.adminToken}`;
    const refused = await call({ authorization: deployment, dpop: await proofFor(config.adminToken, address()) });
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
  });

  it("of a realm that wants nonces with one (RFC 9449 §9)", async () => {
    const strict = await makeRealm({ dpop_nonce: "required" });
    const theirs = await makeClient(strict);
    const machine = await makeClient(strict, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const asked = await tokensByKey(strict, machine, { grant_type: "client_credentials" }, key);
    const nonce = asked.headers.get("dpop-nonce") ?? "";
    const token = await operatorToken(strict, theirs, { nonce });
    const url = `${strict.realm.issuer}/admin/v1/realms/${strict.realm.id}`;
    const read = async (claims: Record<string, unknown>) => {
      const dpop = await makeProof(key, { url, method: "GET", accessToken: token }, claims);
      return request(url, { headers: { authorization: `DPoP ${token}`, dpop } });
    };
    const refused = await read({});
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "use_dpop_nonce"]);
    expect(refused.headers.get("www-authenticate")).toMatch(/^DPoP realm="operators", .+error="use_dpop_nonce"/);
    expect((await read({ nonce: refused.headers.get("dpop-nonce") })).status).toBe(200);
  });
});
