import { generateKeyPair, SignJWT } from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { type Claims, called, clientId, type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { cookiesOf, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { countUsers, expectError, get, sessionCount, type UserAnswer } from "../surfaces/session-api.ts";
import { api } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  idp = await makeIdp();
});
beforeEach(async () => {
  context = await makeRealm();
  await useIdp(context, idp, { app_client_ids: ["our-ios-app"] });
});

const show = (token: unknown, more: Record<string, unknown> = {}, path = "/login/idp") =>
  request(api(context, path), jsonBody({ token, ...more }));
const person: Claims = { sub: "app-user", aud: clientId, email: "app@example.test", email_verified: true };
const seconds = () => Math.floor(Date.now() / 1000);

describe("an ID token that an app shows (S2.39)", () => {
  it.each([
    ["/login/idp", "in an object", (token: string) => ({ "id-token": token })],
    ["/login/idp", "as it is", (token: string) => token],
  ])("POST %s signs in, %s", async (path, _, shape) => {
    const answer = await show(shape(await idp.idToken(person)), {}, path);
    expect(answer.status).toBe(200);
    const { user, "active-sessions-count": count } = await answer.json<UserAnswer>();
    expect([user.email, user["verification-status"], count]).toEqual(["app@example.test", "email", 1]);
    const me = await get(context, "/users/me", cookiesOf(answer)["qt-auth"]);
    expect((await me.json<UserAnswer>()).user.id).toBe(user.id);
  });

  it("POST /api/login/:provider is the same", async () => {
    const body = jsonBody({ token: { "id-token": await idp.idToken(person) } }, { "x-qt-auth": "dummy" });
    const answer = await request(`${context.realm.issuer}/api/login/idp`, body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-qt-auth")).toBe(cookiesOf(answer)["qt-auth"]);
  });

  it("opens no session with set-session false", async () => {
    const answer = await show(await idp.idToken(person), { "set-session": false });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
    const { user } = await answer.json<UserAnswer>();
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("is taken for an app of the realm's own, and with the nonce it was asked for with", async () => {
    const mobile = await idp.idToken({ ...person, aud: [clientId, "our-ios-app"], azp: "our-ios-app", nonce: "n-1" });
    expect((await show({ "id-token": mobile, nonce: "n-1" })).status).toBe(200);
    expect((await show({ "id-token": mobile })).status).toBe(200);
    await expectError(await show({ "id-token": mobile, nonce: "n-2" }), 401, "provider-token-invalid");
  });

  const spoiled: [string, () => string | Promise<string>][] = [
    ["made out to somebody else's application", () => idp.idToken({ ...person, aud: "their-client-id" })],
    [
      "made out to somebody else beside us, without saying for whom",
      () => idp.idToken({ ...person, aud: [clientId, "x"] }),
    ],
    ["made out to us on somebody else's behalf", () => idp.idToken({ ...person, azp: "their-client-id" })],
    ["made out to nobody", () => idp.idToken({ ...person, aud: undefined })],
    ["of another issuer", () => idp.idToken({ ...person, iss: "https://evil.example.com" })],
    ["of an issuer almost like it", () => idp.idToken({ ...person, iss: `${idp.issuer}/` })],
    ["that has expired", () => idp.idToken({ ...person, exp: seconds() - 60 })],
    ["without an end", () => idp.idToken({ ...person, exp: undefined })],
    ["without a beginning", () => idp.idToken({ ...person, iat: undefined })],
    ["from the future", () => idp.idToken({ ...person, iat: seconds() + 3600, exp: seconds() + 7200 })],
    ["not valid yet", () => idp.idToken({ ...person, nbf: seconds() + 3600 })],
    ["without a subject", () => idp.idToken({ ...person, sub: undefined })],
    ["with subject 0", () => idp.idToken({ ...person, sub: "0" })],
    [
      "that is an access token",
      async () => idp.sign({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 }, { typ: "at+jwt" }),
    ],
    [
      "that is a logout token",
      async () => idp.sign({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 }, { typ: "logout+jwt" }),
    ],
    [
      "under a key that nobody knows",
      () => idp.sign({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 }, { kid: "unknown" }),
    ],
    [
      "with a critical extension",
      () => idp.sign({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 }, { crit: ["x"], x: 1 }),
    ],
    ["signed by somebody else under its key's name", foreign],
    ["signed with the client's secret", () => symmetric(idp.clientSecret)],
    ["signed with nothing", () => unsigned("none")],
    ["signed with Nothing", () => unsigned("None")],
    ["cut in the middle", async () => (await idp.idToken(person)).slice(0, -10)],
    ["with a bit turned", async () => turned(await idp.idToken(person))],
    ["that is none", () => "eyJ.eyJ.x"],
  ];

  it.each(spoiled)("FE-03 is refused when it is one %s", async (_, make) => {
    const token = await make();
    for (const shape of [{ "id-token": token }, token])
      if (typeof shape !== "string" || token.split(".").every((part) => part !== ""))
        await expectError(await show(shape), 401, "provider-token-invalid");
    expect(await countUsers(context)).toBe(0);
  });

  it("FE-06 does not enter another's account: link-required, as JSON", async () => {
    const owner = await makeUser(context, { email: "app@example.test", emailVerified: true });
    await expectError(await show(await idp.idToken(person)), 409, "link-required");
    expect(await context.linkedAccounts.listOf(owner.id)).toEqual([]);
  });

  it("asks for the keys once in a while, however many unknown ones are named (RL-04)", async () => {
    await show(await idp.idToken(person));
    const before = called.filter((url) => url === `${idp.issuer}/jwks`).length;
    for (let tries = 0; tries < 20; tries++)
      await show(
        await idp.sign({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 }, { kid: `k${tries}` }),
      );
    expect(called.filter((url) => url === `${idp.issuer}/jwks`)).toHaveLength(before);
  });

  it("SE-11 is not taken from a foreign site's page", async () => {
    const body = jsonBody({ token: await idp.idToken(person) }, { origin: "https://evil.test" });
    await expectError(await request(api(context, "/login/idp"), body), 403, "cross-site-request");
  });

  it.each([
    ["nothing", {}],
    ["an empty text", { token: "" }],
    ["an empty object", { token: {} }],
    ["a number", { token: 7 }],
    ["a list", { token: { "id-token": ["a"] } }],
    ["twenty thousand characters", { token: "x".repeat(20_000) }],
  ])("is missed in %s", async (_, body) => {
    const answer = await request(api(context, "/login/idp"), jsonBody(body));
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([422, []]);
  });

  it("is for providers that there are", async () => {
    await expectError(await show("x", {}, "/login/nobody"), 404, "not-found");
  });
});

const payload = () =>
  encodeBase64Url(utf8(JSON.stringify({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 })));
const headerOf = (header: object) => encodeBase64Url(utf8(JSON.stringify(header)));
const unsigned = (alg: string): string => `${headerOf({ alg, kid: "only" })}.${payload()}.`;

async function foreign(): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256");
  return new SignJWT({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 })
    .setProtectedHeader({ alg: "ES256", kid: "only" })
    .sign(privateKey);
}

const symmetric = (secret: string): Promise<string> =>
  new SignJWT({ ...person, iss: idp.issuer, iat: seconds(), exp: seconds() + 60 })
    .setProtectedHeader({ alg: "HS256", kid: "only" })
    .sign(utf8(secret));

function turned(token: string): string {
  const at = token.lastIndexOf(".") + 5;
  return `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
}
