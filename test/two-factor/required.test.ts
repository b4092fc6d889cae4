import { describe, expect, it } from "vitest";
import { cookiesOf, goodPassword, makeClient, makeRealm, makeUser, pkce, request, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { api, codeOf, countSessions, halfway, makeEnrolled, setTfa } from "./support.ts";

useFrozenClock();

type Context = Awaited<ReturnType<typeof makeRealm>>;

const begin = async (context: Context, tfa: string): Promise<string> => {
  const shown = await api(context, "GET", "/tfa/qr-code", { "tfa-auth": tfa });
  expect(shown.status).toBe(200);
  return (await shown.json<{ secret: string }>()).secret;
};

describe("a realm that requires a second factor", () => {
  it("MF-07 asks somebody who has none to set one up, and that is the way in", async () => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const { response, tfa } = await halfway(context, user);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ code: "tfa-setup-is-required", message: expect.any(String) });
    expect(Object.keys(cookiesOf(response))).toEqual(["tfa-auth"]);
    expect(await countSessions(context, user.id)).toBe(0);
    const secret = await begin(context, tfa);
    expect(await countSessions(context, user.id)).toBe(0);
    const entered = await api(context, "POST", "/tfa/enable", { "tfa-auth": tfa }, { token: codeOf(secret) });
    expect(entered.status).toBe(200);
    const answer = await entered.json<{ "recovery-codes": string[] }>();
    expect(answer).toMatchObject({ user: { id: user.id, "is-tfa-enabled": true } });
    expect(answer["recovery-codes"]).toHaveLength(10);
    const cookies = cookiesOf(entered);
    expect(cookies["tfa-auth"]).toBe("");
    expect((await api(context, "GET", "/users/me", { "qt-auth": cookies["qt-auth"] })).status).toBe(200);
    const [session] = await context.objects.call(user.id, (object) => object.sessions());
    expect(session?.amr).toEqual(["pwd", "otp", "mfa"]);
  });

  it("MF-07 makes an account at sign-up, and lets nobody into it before the set-up", async () => {
    const context = await makeRealm({ tfa: "required" });
    const email = "newcomer@example.test";
    const response = await api(context, "POST", "/signup", {}, { email, password: goodPassword, name: "New" });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ code: "tfa-setup-is-required" });
    expect(Object.keys(cookiesOf(response))).toEqual(["tfa-auth"]);
    const user = await context.users.findByEmail(email);
    expect(await countSessions(context, user?.id ?? 0)).toBe(0);
  });

  it.each([
    ["signing in again", (context: Context, email: string | null) => halfway(context, { email })],
    [
      "signing in on another domain",
      async (context: Context, email: string | null) => ({
        response: await api(
          context,
          "POST",
          "/login",
          {},
          { email, password: goodPassword },
          {},
          context.realm.hosts.find((host) => host.startsWith("news.")),
        ),
      }),
    ],
    [
      "cross-domain sign-in",
      async (context: Context, email: string | null) => ({
        response: await api(
          context,
          "POST",
          `/sso-login?callback-url=news.${context.realm.id}.test&redirect-url=/`,
          {},
          { email, password: goodPassword },
        ),
      }),
    ],
  ])("MF-07 is not skipped by %s", async (_, enter) => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const { tfa } = await halfway(context, user);
    await begin(context, tfa);
    const { response } = await enter(context, user.email);
    expect(await response.json()).toMatchObject({ code: "tfa-setup-is-required" });
    expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
    expect(await countSessions(context, user.id)).toBe(0);
  });

  it.each([
    [
      "/tfa/validate with the secret that is not confirmed",
      "/tfa/validate",
      (secret: string) => ({ token: codeOf(secret) }),
    ],
    ["/tfa/validate with an invented recovery code", "/tfa/validate", () => ({ "recovery-code": "0000000000000000" })],
    ["/tfa/disable", "/tfa/disable", (secret: string) => ({ token: codeOf(secret) })],
    ["/tfa/recovery-codes", "/tfa/recovery-codes", () => ({})],
  ])("AZ-23 does not lead in through %s", async (_, path, body) => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const { tfa } = await halfway(context, user);
    const secret = await begin(context, tfa);
    const response = await api(context, "POST", path, { "tfa-auth": tfa }, body(secret));
    expect([401, 403]).toContain(response.status);
    expect(await countSessions(context, user.id)).toBe(0);
  });

  it("MF-06 half a sign-in adds no factor to an account that got one in the meantime", async () => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const [thief, owner] = [await halfway(context, user), await halfway(context, user)];
    const theirs = await begin(context, thief.tfa);
    const mine = await begin(context, owner.tfa);
    const entered = await api(context, "POST", "/tfa/enable", { "tfa-auth": owner.tfa }, { token: codeOf(mine) });
    expect(entered.status).toBe(200);
    later(step);
    const asked = await api(context, "GET", "/tfa/qr-code", { "tfa-auth": thief.tfa });
    await expectError(asked, 403, "tfa-validation-is-required");
    const late = await api(context, "POST", "/tfa/enable", { "tfa-auth": thief.tfa }, { token: codeOf(theirs) });
    expect([403, 409]).toContain(late.status);
    expect(await countSessions(context, user.id)).toBe(1);
  });

  it("MF-06 one half does not confirm what another one began", async () => {
    const context = await makeRealm({ tfa: "required" });
    const user = await makeUser(context);
    const [one, other] = [await halfway(context, user), await halfway(context, user)];
    const secret = await begin(context, one.tfa);
    const response = await api(context, "POST", "/tfa/enable", { "tfa-auth": other.tfa }, { token: codeOf(secret) });
    await expectError(response, 409, "tfa-setup-expired");
    expect(await countSessions(context, user.id)).toBe(0);
  });

  it("MF-07 asks sessions from before it did, too, before an application gets a code", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const session = await signIn(context, await makeUser(context));
    await setTfa(context, "required");
    const { challenge } = await pkce();
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: client.metadata.redirect_uris[0] ?? "",
      scope: "openid",
      state: "s",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const headers = { cookie: `qt-auth=${session}` };
    const asked = await request(`${context.realm.issuer}/authorize?${query}`, { headers });
    expect(asked.status).toBe(302);
    expect(asked.headers.get("location")).toMatch(/^\/two-factor\?interaction=/);
    query.set("prompt", "none");
    const silent = await request(`${context.realm.issuer}/authorize?${query}`, { headers });
    const back = new URL(silent.headers.get("location") ?? "");
    expect(back.searchParams.get("error")).toBe("interaction_required");
    expect(back.searchParams.get("code")).toBeNull();
  });

  it("asks those who have a factor for it, and nothing else", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    await setTfa(context, "required");
    later(step);
    const { response, tfa } = await halfway(context, user);
    expect(await response.json()).toMatchObject({ code: "tfa-validation-is-required" });
    const entered = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    expect(entered.status).toBe(200);
  });
});
