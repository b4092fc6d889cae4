import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { answerAt, authorize, once } from "../authorization/requests.ts";
import { changeAs, issued, refresh, signedInUser, tokenAnswer, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, redeem, request, type TestClient } from "../support/world.ts";

const mfa = "urn:gatehouse:mfa";
const callback = "https://partner.test/callback";

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
});

const essential = { essential: true };
const asking = (claims: unknown): Record<string, string> => ({ scope: "openid", claims: JSON.stringify(claims) });
const everything = ["openid", "profile", "email", "phone", "address", "roles"];

/** What UserInfo and the ID token say beside what they always say. */
async function told(about: TestClient, parameters: Record<string, string>) {
  const { tokens, user } = await issued(context, about, parameters, {
    name: "Nora Name",
    email: `n${crypto.randomUUID()}@example.test`,
  });
  const { sub, ...shown } = await (await userinfo(context, tokens.access_token)).json<Record<string, unknown>>();
  const {
    iss,
    aud,
    exp,
    iat,
    auth_time,
    nonce,
    acr,
    amr,
    sid,
    at_hash,
    sub: subject,
    ...inToken
  } = decodeJwt(tokens.id_token);
  expect([sub, subject]).toEqual([String(user.id), String(user.id)]);
  expect([typeof exp, typeof iat, typeof auth_time, typeof acr, typeof sid, typeof at_hash]).not.toContain("undefined");
  expect([iss, aud, nonce, amr]).toEqual([context.realm.issuer, about.clientId, "a nonce", ["pwd"]]);
  return { shown, inToken, tokens, user };
}

const answerTo = async (parameters: Record<string, string>, cookie?: string, about = client) =>
  once(answerAt(await authorize(context, about, parameters, cookie), callback));

describe("the claims parameter (OIDC Core §5.5)", () => {
  it("META-08 is advertised", async () => {
    const metadata = await (await request(`${context.realm.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({ claims_parameter_supported: true });
  });

  it("AZ-15 brings a claim to UserInfo by its name alone, and nothing else of its scope", async () => {
    const { shown, inToken, tokens } = await told(client, asking({ userinfo: { name: essential } }));
    expect([shown, inToken, tokens.scope]).toEqual([{ name: "Nora Name" }, {}, "openid"]);
  });

  it("AZ-15 brings claims to the ID token, where scopes bring none (UI-06)", async () => {
    const claims = { id_token: { email: null, email_verified: { value: true }, given_name: null } };
    const { shown, inToken, user } = await told(client, asking(claims));
    expect([shown, inToken]).toEqual([{}, { email: user.email, email_verified: false }]);
  });

  it("AZ-15 adds to what the scopes give", async () => {
    const claims = JSON.stringify({ userinfo: { name: null } });
    const { shown, user } = await told(client, { scope: "openid email", claims });
    expect(shown).toEqual({ email: user.email, email_verified: false, name: "Nora Name" });
  });

  it("AZ-15 never replaces what an ID token says of itself, and passes over what nobody knows", async () => {
    const claims = {
      id_token: {
        iss: { value: "https://evil.test" },
        exp: null,
        nonce: null,
        __proto__: null,
        "name#de": null,
        x: null,
      },
      userinfo: { sid: null, toString: null, constructor: essential, roles: null },
      verified_claims: { deep: [] },
    };
    const { shown, inToken } = await told(client, asking(claims));
    expect([shown, inToken]).toEqual([{ roles: ["user"] }, {}]);
  });

  it("AZ-16 gives no claim of a scope that the client may not have", async () => {
    const narrow = await makeClient(context, { scopes: ["openid", "email"] });
    const claims = {
      userinfo: { name: essential, roles: null, email: null },
      id_token: { phone_number: null, roles: null },
    };
    const { shown, inToken, user } = await told(narrow, asking(claims));
    expect([shown, inToken]).toEqual([{ email: user.email }, {}]);
  });

  it("AZ-15 means nothing outside OpenID Connect", async () => {
    const plain = await makeClient(context, { scopes: everything });
    const { cookie } = await signedInUser(context);
    const parameters = { scope: "profile", claims: JSON.stringify({ userinfo: { email: null } }) };
    const { code, verifier } = await obtainCode(context, plain, cookie, parameters);
    expect((await redeem(context, plain, code, verifier)).id_token).toBeUndefined();
  });

  it("RT-08 is kept through refreshes, with the values of the day", async () => {
    const claims = JSON.stringify({ userinfo: { name: null }, id_token: { name: null } });
    const who = await issued(context, client, { scope: "openid offline_access", claims }, { name: "Before" });
    await changeAs(context, who.user, { name: "After" });
    const fresh = await tokenAnswer(await refresh(context, client, who.tokens.refresh_token));
    expect(await (await userinfo(context, fresh.access_token)).json()).toEqual({
      sub: String(who.user.id),
      name: "After",
    });
    expect(decodeJwt(who.tokens.id_token).name).toBe("Before");
    expect(decodeJwt(fresh.id_token).name).toBe("After");
  });

  it.each([
    ["not JSON", "{"],
    ["empty braces short of one", '{"userinfo":{"name":null}'],
    ["a list", "[]"],
    ["a string", '"userinfo"'],
    ["null", "null"],
    ["userinfo that is a list", '{"userinfo":["name"]}'],
    ["id_token that is a string", '{"id_token":"name"}'],
    ["a claim that is true", '{"userinfo":{"name":true}}'],
    ["a claim that is a list", '{"userinfo":{"name":[]}}'],
    ["essential as a string", '{"userinfo":{"name":{"essential":"true"}}}'],
    ["values that are no list", '{"id_token":{"acr":{"values":"a"}}}'],
    ["two subjects", '{"id_token":{"sub":{"values":["1","2"]}}}'],
    ["5 KB", JSON.stringify({ userinfo: { name: { value: "x".repeat(5_000) } } })],
    ["4,000 names deep", `${'{"a":'.repeat(600)}null${"}".repeat(600)}`],
    ["lists within lists", `{"userinfo":{"name":{"values":${"[".repeat(1_000)}${"]".repeat(1_000)}}}}`],
  ])("AZ-15 is refused as %s, with a session and without", async (_, claims) => {
    const { cookie } = await signedInUser(context);
    for (const scope of ["openid", "profile"])
      for (const session of [cookie, undefined])
        expect(await answerTo({ scope, claims }, session)).toMatchObject({
          error: "invalid_request",
          state: "af0ifjsldkj",
        });
  });

  it("AZ-15 of 100 KB neither passes nor breaks anything", async () => {
    const { cookie } = await signedInUser(context);
    const body = new URLSearchParams({
      ...asking({ userinfo: { name: { value: "x".repeat(100_000) } } }),
      client_id: client.clientId,
    });
    const response = await request(`${context.realm.issuer}/authorize`, {
      method: "POST",
      headers: { cookie: `qt-auth=${cookie}`, "content-type": "application/x-www-form-urlencoded" },
      body: body.toString(),
    });
    expect([response.status, response.headers.get("location")]).toEqual([413, null]);
  });
});

describe("claims that say who and how (OIDC Core §5.5.1)", () => {
  it.each(["userinfo", "id_token"])("a `sub` in %s lets that user pass, and nobody else", async (member) => {
    const [one, two] = [await signedInUser(context), await signedInUser(context)];
    const wanted = (id: number) => asking({ [member]: { sub: { value: String(id) } } });
    expect(await answerTo(wanted(one.user.id), one.cookie)).toHaveProperty("code");
    expect(await answerTo({ ...wanted(one.user.id), prompt: "none" }, two.cookie)).toMatchObject({
      error: "login_required",
    });
    const asked = await authorize(context, client, wanted(one.user.id), two.cookie);
    expect(asked.headers.get("location")).toMatch(/^https:\/\/auth\.[^/]+\/sign-in\?interaction=/);
    expect(await answerTo(asking({ [member]: { sub: { value: "nobody" } } }), one.cookie)).toMatchObject({
      error: "login_required",
    });
  });

  it("a `sub` that contradicts id_token_hint is refused", async () => {
    const [one, two] = [await issued(context, client), await signedInUser(context)];
    const parameters = {
      ...asking({ id_token: { sub: { value: String(two.user.id) } } }),
      id_token_hint: one.tokens.id_token,
    };
    expect(await answerTo(parameters, one.cookie)).toMatchObject({ error: "login_required" });
  });

  it.each([
    ["essential as a value", { essential: true, value: mfa }],
    ["essential as one of several", { essential: true, values: ["urn:x", mfa] }],
    ["a wish", { values: [mfa] }],
  ])("acr asked for as %s asks for a second factor", async (_, acr) => {
    const { cookie } = await signedInUser(context);
    const response = await authorize(context, client, asking({ id_token: { acr } }), cookie);
    expect(response.headers.get("location")).toMatch(/^\/two-factor\?interaction=/);
    expect(await answerTo({ ...asking({ id_token: { acr } }), prompt: "none" }, cookie)).toMatchObject({
      error: "interaction_required",
    });
  });

  it.each([
    ["a wish for something unknown", { values: ["urn:x"] }],
    ["essential whatever it is", { essential: true }],
    ["essential with what everybody reaches", { essential: true, values: [mfa, "urn:gatehouse:single-factor"] }],
  ])("acr asked for as %s asks for nothing more", async (_, acr) => {
    const { cookie } = await signedInUser(context);
    expect(await answerTo(asking({ id_token: { acr } }), cookie)).toHaveProperty("code");
  });

  it("acr that is essential and cannot be reached ends in an error (§5.5.1.1)", async () => {
    const { cookie } = await signedInUser(context);
    const unknown = asking({ id_token: { acr: { essential: true, values: ["urn:x"] } } });
    for (const session of [cookie, undefined])
      expect(await answerTo(unknown, session)).toMatchObject({ error: "unmet_authentication_requirements" });
    const without = await makeRealm({ tfa: "off" });
    const partner = await makeClient(without);
    const who = await signedInUser(without);
    const response = await authorize(
      without,
      partner,
      asking({ id_token: { acr: { essential: true, value: mfa } } }),
      who.cookie,
    );
    expect(once(answerAt(response, callback))).toMatchObject({ error: "unmet_authentication_requirements" });
  });

  it("auth_time is there whether it is essential or not", async () => {
    const { tokens } = await issued(context, client, asking({ id_token: { auth_time: essential } }));
    expect(decodeJwt(tokens.id_token).auth_time).toBeTypeOf("number");
  });
});
