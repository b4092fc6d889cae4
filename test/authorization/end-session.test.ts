import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { signJwt } from "../../src/crypto/jwt.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  formBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
  type TestClient,
} from "../support/world.ts";
import { answerAt, authorize, once } from "./requests.ts";

const goodbye = "https://partner.test/bye?app=1";
const state = "a+b &ü%<>";

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { post_logout_redirect_uris: [goodbye, "https://partner.test/plain"] });
});

afterEach(() => {
  vi.useRealTimers();
});

type Parameters = Record<string, string>;

async function signedIn() {
  const user = await makeUser(context);
  const cookie = await signIn(context, user);
  const { code, verifier } = await obtainCode(context, client, cookie);
  const { id_token: hint } = await redeem(context, client, code, verifier);
  return { user, cookie, hint };
}

const endSession = (parameters: Parameters, cookie?: string, headers: Record<string, string> = {}): Promise<Response> =>
  request(`${context.realm.issuer}/end-session?${new URLSearchParams(parameters)}`, {
    headers: { ...headers, ...(cookie === undefined ? {} : { cookie: `qt-auth=${cookie}` }) },
  });

const isAlive = async (cookie: string): Promise<boolean> => {
  const answer = once(
    answerAt(await authorize(context, client, { prompt: "none" }, cookie), "https://partner.test/callback"),
  );
  return "code" in answer;
};

describe("signing out by an application's request (RP-Initiated Logout §2, §3)", () => {
  it("LO-01 ends the session and goes to the registered address with state, by GET and by POST", async () => {
    for (const method of ["GET", "POST"]) {
      const { cookie, hint } = await signedIn();
      const parameters = { id_token_hint: hint, post_logout_redirect_uri: goodbye, state };
      const init = formBody(parameters);
      const response =
        method === "GET"
          ? await endSession(parameters, cookie)
          : await request(`${context.realm.issuer}/end-session`, {
              ...init,
              headers: { ...init.headers, cookie: `qt-auth=${cookie}` },
            });
      expect(response.status).toBe(method === "GET" ? 302 : 303);
      expect(once(answerAt(response, goodbye))).toEqual({ state });
      expect(response.headers.get("set-cookie")).toMatch(
        /^qt-auth=; Path=\/; Max-Age=0; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect(await isAlive(cookie)).toBe(false);
    }
  });

  it("LO-01 without state adds nothing to the address", async () => {
    const { cookie, hint } = await signedIn();
    const response = await endSession({ id_token_hint: hint, post_logout_redirect_uri: goodbye }, cookie);
    expect(response.headers.get("location")).toBe(goodbye);
  });

  it("LO-01 works for a browser that does not send its cookie along: the hint names the session", async () => {
    const { cookie, hint } = await signedIn();
    const response = await request(`${context.realm.issuer}/end-session`, formBody({ id_token_hint: hint }));
    expect(response.status).toBe(200);
    expect(await isAlive(cookie)).toBe(false);
  });

  it.each([
    "https://evil.test/bye",
    "https://partner.test/bye",
    `${goodbye}&x=1`,
    `${goodbye}#x`,
    "https://partner.test/plain/",
    "https://PARTNER.test/plain",
    "https://partner.test/callback",
    "//partner.test/plain",
    "javascript:alert(1)",
    "/",
  ])("LO-02 refuses the unregistered %s without a redirect, and the session lives", async (uri) => {
    const { cookie, hint } = await signedIn();
    for (const parameters of [{ id_token_hint: hint }, { client_id: client.clientId }, {}] as Parameters[]) {
      const response = await endSession({ ...parameters, post_logout_redirect_uri: uri }, cookie);
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
      expect(response.headers.get("x-error-code")).toBe("redirect-not-allowed");
    }
    expect(await isAlive(cookie)).toBe(true);
  });

  it("LO-02 refuses a hint that is not this realm's, and the session lives", async () => {
    const { cookie, hint } = await signedIn();
    const foreign = await makeRealm();
    const [header, payload, signature] = hint.split(".");
    const key = await context.realm.keys.signer("ES256");
    const claims = JSON.parse(atob(payload?.replaceAll("-", "+").replaceAll("_", "/") ?? "")) as Record<
      string,
      unknown
    >;
    const hints = [
      `${header}.${payload}x.${signature}`,
      `${header}.${payload}.`,
      `${btoa('{"alg":"none","typ":"JWT"}').replaceAll("=", "")}.${payload}.`,
      await signJwt("JWT", claims, await foreign.realm.keys.signer("ES256")),
      await signJwt("JWT", { ...claims, iss: foreign.realm.issuer }, key),
      await signJwt("JWT", { ...claims, aud: [client.clientId, "other"] }, key),
      cookie,
      "hint",
    ];
    for (const id_token_hint of hints) {
      const response = await endSession({ id_token_hint, post_logout_redirect_uri: goodbye }, cookie);
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    }
    expect(await isAlive(cookie)).toBe(true);
  });

  it("LO-02 refuses a client_id that is not the hint's, and parameters that come twice", async () => {
    const { cookie, hint } = await signedIn();
    const other = await makeClient(context, { post_logout_redirect_uris: [goodbye] });
    for (const query of [
      new URLSearchParams({ id_token_hint: hint, client_id: other.clientId, post_logout_redirect_uri: goodbye }),
      new URLSearchParams({ id_token_hint: hint, client_id: "no-such-client", post_logout_redirect_uri: goodbye }),
      new URLSearchParams([
        ["id_token_hint", hint],
        ["post_logout_redirect_uri", goodbye],
        ["post_logout_redirect_uri", goodbye],
      ]),
    ]) {
      const response = await request(`${context.realm.issuer}/end-session?${query}`, {
        headers: { cookie: `qt-auth=${cookie}` },
      });
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    }
    expect(await isAlive(cookie)).toBe(true);
  });

  it("LO-05 takes an expired ID token for its own session", async () => {
    const { cookie, hint } = await signedIn();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 7 * 86_400_000 });
    const response = await endSession({ id_token_hint: hint, post_logout_redirect_uri: goodbye, state }, cookie);
    expect(once(answerAt(response, goodbye))).toEqual({ state });
    expect(await isAlive(cookie)).toBe(false);
  });

  it("LO-05 asks when the hint is another user's, and ends neither session silently", async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const response = await endSession({ id_token_hint: one.hint, post_logout_redirect_uri: goodbye }, two.cookie);
    expect([response.status, response.headers.get("location")]).toEqual([200, null]);
    expect(await response.text()).toContain('id="sign-out-form"');
    expect([await isAlive(one.cookie), await isAlive(two.cookie)]).toEqual([true, true]);
  });

  it("LO-04 does not end a session for another site's link, image or frame without a hint", async () => {
    const { cookie } = await signedIn();
    for (const dest of ["document", "image", "iframe"]) {
      const headers = { "sec-fetch-site": "cross-site", "sec-fetch-dest": dest, "sec-fetch-mode": "navigate" };
      const response = await endSession(
        { post_logout_redirect_uri: goodbye, client_id: client.clientId },
        cookie,
        headers,
      );
      expect([response.status, response.headers.get("location")]).toEqual([200, null]);
      expect(response.headers.getSetCookie().join()).not.toContain("qt-auth=;");
      expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    }
    expect(await isAlive(cookie)).toBe(true);
  });
});
