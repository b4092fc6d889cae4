import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  cookiesOf,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
  type TestClient,
} from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { Authenticator } from "./authenticator.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { addPasskey, api, codeOf, enableTotp, halfway, makeEnrolled, optionsFor } from "./support.ts";

const mfa = "urn:gatehouse:mfa";
const singleFactor = "urn:gatehouse:single-factor";

useFrozenClock();

/** Where /authorize sends this session. */
async function authorize(
  context: RealmContext,
  client: TestClient,
  session: string,
  parameters: Record<string, string>,
): Promise<string> {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.metadata.redirect_uris[0] ?? "",
    scope: "openid",
    state: "s",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...parameters,
  });
  const response = await request(`${context.realm.issuer}/authorize?${query}`, {
    headers: { cookie: `qt-auth=${session}` },
  });
  expect(response.status).toBe(302);
  return response.headers.get("location") ?? "";
}

async function idTokenOf(context: RealmContext, client: TestClient, session: string, acrValues?: string) {
  const { code, verifier } = await obtainCode(context, client, session, { acr_values: acrValues });
  return decodeJwt((await redeem(context, client, code, verifier)).id_token);
}

describe("acr and amr (OIDC Core §2, RFC 8176)", () => {
  it("META-08 are advertised as the code knows them", async () => {
    const context = await makeRealm();
    const response = await request(`${context.realm.issuer}/.well-known/openid-configuration`);
    const metadata = await response.json<{ acr_values_supported: string[]; claims_supported: string[] }>();
    expect(metadata.acr_values_supported).toEqual([mfa, singleFactor]);
    expect(metadata.claims_supported).toEqual(expect.arrayContaining(["acr", "amr"]));
  });

  it("MF-14 say that a password is one factor", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const session = await signIn(context, await makeUser(context));
    expect(await idTokenOf(context, client, session)).toMatchObject({ acr: singleFactor, amr: ["pwd"] });
  });

  it("MF-14 say that password and app are two", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { session } = await makeEnrolled(context);
    const claims = await idTokenOf(context, client, session, mfa);
    expect(claims).toMatchObject({ acr: mfa, amr: ["pwd", "otp", "mfa"] });
  });

  it("MF-14 say when the password was given, not when the factor was added", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const session = await signIn(context, await makeUser(context));
    const signedInAt = Math.floor(Date.now() / 1000);
    later(120_000);
    const raised = await enableTotp(context, session);
    const claims = await idTokenOf(context, client, raised.session);
    expect(claims).toMatchObject({ acr: mfa, auth_time: signedInAt });
  });

  it.each([
    ["nothing that we know", "1 2 phr", singleFactor],
    ["one factor", singleFactor, singleFactor],
    ["one factor rather than two", `${singleFactor} ${mfa}`, singleFactor],
  ])("AZ-14 report what there is when asked for %s", async (_, acrValues, acr) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const session = await signIn(context, await makeUser(context));
    expect(await idTokenOf(context, client, session, acrValues)).toMatchObject({ acr });
  });

  it("MF-14 report what there is where second factors are switched off", async () => {
    const context = await makeRealm({ tfa: "off" });
    const client = await makeClient(context);
    const session = await signIn(context, await makeUser(context));
    expect(await idTokenOf(context, client, session, mfa)).toMatchObject({ acr: singleFactor });
  });
});

describe("acr_values at /authorize (OIDC Core §5.5.1.1)", () => {
  it.each([
    ["alone", mfa],
    ["after one that nobody knows", `urn:example:gold ${mfa}`],
    ["before the weaker one", `${mfa} ${singleFactor}`],
  ])("MF-14 send a session that has shown one factor to show another: %s", async (_, acrValues) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const session = await signIn(context, await makeUser(context));
    const location = await authorize(context, client, session, { acr_values: acrValues });
    expect(location).toMatch(/^\/two-factor\?interaction=/);
  });

  it("MF-14 answer interaction_required when nobody may be asked", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const session = await signIn(context, await makeUser(context));
    const location = new URL(await authorize(context, client, session, { acr_values: mfa, prompt: "none" }));
    expect(location.searchParams.get("error")).toBe("interaction_required");
    expect(location.searchParams.get("state")).toBe("s");
    expect(location.searchParams.has("code")).toBe(false);
  });

  it("MF-14 let a session through that has shown both", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { session } = await makeEnrolled(context);
    const location = new URL(await authorize(context, client, session, { acr_values: mfa, prompt: "none" }));
    expect(location.searchParams.get("code")).not.toBeNull();
  });
});

describe("a stronger session (RFC 9470)", () => {
  /** A password-only session of somebody with a passkey that is no second factor. */
  async function weakSession() {
    const context = await makeRealm();
    const user = await makeUser(context);
    const device = await Authenticator.on(context.realm.issuer);
    const session = await signIn(context, user);
    await addPasskey(context, device, { "qt-auth": session });
    return { context, user, device, session };
  }

  it("SE-02 goes on under a new name after a passkey, and the old name opens nothing", async () => {
    const { context, device, session, user } = await weakSession();
    const client = await makeClient(context);
    const cookies = { "qt-auth": session };
    const { options, browser } = await optionsFor(context, "authentication", cookies, { "second-factor": true });
    const response = await api(
      context,
      "POST",
      "/passkeys/authentication/verify",
      { ...cookies, ...browser },
      {
        credential: await device.get(options, { userVerified: false }),
        "second-factor": true,
      },
    );
    expect(response.status).toBe(200);
    const raised = cookiesOf(response)["qt-auth"] ?? "";
    expect(raised).not.toBe(session);
    await expectError(await api(context, "GET", "/users/me", cookies), 403, "session-revoked");
    const claims = await idTokenOf(context, client, raised, mfa);
    expect(claims).toMatchObject({ acr: mfa, amr: ["pwd", "hwk", "user", "mfa"] });
    const sessions = await context.objects.call(user.id, (object) => object.sessions());
    expect(sessions).toHaveLength(1);
  });

  it("SE-02 is made once of fifty that come at once", async () => {
    const { context, device, session, user } = await weakSession();
    const cookies = { "qt-auth": session };
    const { options, browser } = await optionsFor(context, "authentication", cookies, { "second-factor": true });
    const body = { credential: await device.get(options), "second-factor": true };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        api(context, "POST", "/passkeys/authentication/verify", { ...cookies, ...browser }, body),
      ),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(await context.objects.call(user.id, (object) => object.sessions())).toHaveLength(1);
  });

  it("by the app's code, too", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const entered = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    const session = cookiesOf(entered)["qt-auth"];
    later(step);
    const again = await api(context, "POST", "/tfa/validate", { "qt-auth": session }, { token: codeOf(secret) });
    expect(again.status).toBe(200);
    expect(cookiesOf(again)["qt-auth"]).not.toBe(session);
  });

  it("does not live longer than it would have", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const session = await signIn(context, user);
    const [before] = await context.objects.call(user.id, (object) => object.sessions());
    later(300_000);
    await enableTotp(context, session);
    const [after] = await context.objects.call(user.id, (object) => object.sessions());
    expect(after?.sid).not.toBe(before?.sid);
    expect(after).toMatchObject({ expiresAt: before?.expiresAt, createdAt: before?.createdAt });
  });
});
