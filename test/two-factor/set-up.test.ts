import { describe, expect, it } from "vitest";
import {
  cookiesOf,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  signIn,
  tokenRequest,
} from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { later, useFrozenClock } from "./frozen-clock.ts";
import { api, codeOf, countSessions, enableTotp, halfway, makeEnrolled, setTfa } from "./support.ts";

useFrozenClock();

describe("GET /tfa/qr-code (contract §2)", () => {
  it("MF-05 shows 160 bits as image, text and address, and nobody keeps a copy", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const response = await api(context, "GET", "/tfa/qr-code", { "qt-auth": await signIn(context, user) });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const answer = await response.json<{ "qr-code": string; secret: string; "otpauth-url": string }>();
    expect(answer.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(answer["qr-code"]).toMatch(/^data:image\/svg\+xml;base64,/);
    const url = new URL(answer["otpauth-url"]);
    expect(url.protocol).toBe("otpauth:");
    expect(url.searchParams.get("secret")).toBe(answer.secret);
    expect(url.searchParams.get("issuer")).toBe(context.realm.name);
    expect(decodeURIComponent(url.pathname)).toContain(user.email ?? "?");
    const shape = ["algorithm", "digits", "period"].map((name) => url.searchParams.get(name));
    expect(shape).toEqual(["SHA1", "6", "30"]);
  });

  it("MF-06 changes nothing until a code confirms it", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const session = await signIn(context, user);
    await api(context, "GET", "/tfa/qr-code", { "qt-auth": session });
    const me = await api(context, "GET", "/users/me", { "qt-auth": session });
    expect(await me.json()).toMatchObject({ user: { "is-tfa-enabled": false } });
    expect((await halfway(context, user)).response.headers.getSetCookie().join()).toContain("qt-auth=");
  });

  it("MF-05 gives another secret each time, and only the last can be confirmed", async () => {
    const context = await makeRealm();
    const cookies = { "qt-auth": await signIn(context, await makeUser(context)) };
    const secrets: string[] = [];
    for (let n = 0; n < 2; n++) {
      const shown = await api(context, "GET", "/tfa/qr-code", cookies);
      secrets.push((await shown.json<{ secret: string }>()).secret);
    }
    expect(secrets[0]).not.toBe(secrets[1]);
    const old = await api(context, "POST", "/tfa/enable", cookies, { token: codeOf(secrets[0] ?? "") });
    await expectError(old, 401, "otp-mismatch");
    expect((await api(context, "POST", "/tfa/enable", cookies, { token: codeOf(secrets[1] ?? "") })).status).toBe(200);
  });

  it("MF-05 is the only place that shows the secret, and not after the set-up", async () => {
    const context = await makeRealm();
    const { secret, session } = await makeEnrolled(context);
    const cookies = { "qt-auth": session };
    for (const path of ["/users/me", "/sessions", "/sessions/validate", "/passkeys", "/tfa/qr-code"]) {
      const response = await api(context, "GET", path, cookies);
      expect(response.status, path).toBe(200);
      expect(await response.text(), path).not.toContain(secret);
    }
  });

  it("MF-05 lets a set-up lapse after a quarter of an hour", async () => {
    const context = await makeRealm();
    const cookies = { "qt-auth": await signIn(context, await makeUser(context)) };
    // Asked for in the last recent minute, so that only the set-up can be too old.
    const shown = await api(context, "GET", "/tfa/qr-code", cookies);
    const { secret } = await shown.json<{ secret: string }>();
    later(15 * 60_000);
    const late = await api(context, "POST", "/tfa/enable", cookies, { token: codeOf(secret) });
    await expectError(late, 409, "tfa-setup-expired");
  });

  it("is refused without a session, from another site, and by HEAD", async () => {
    const context = await makeRealm();
    const session = await signIn(context, await makeUser(context));
    await expectError(await api(context, "GET", "/tfa/qr-code", {}), 403, "session-required");
    const elsewhere = { "sec-fetch-site": "cross-site" };
    const foreign = await api(context, "GET", "/tfa/qr-code", { "qt-auth": session }, undefined, elsewhere);
    await expectError(foreign, 403, "cross-site-request");
  });

  it("is not offered where the realm switched second factors off, but to those who have one", async () => {
    const context = await makeRealm();
    const { session } = await makeEnrolled(context);
    await setTfa(context, "off");
    const newcomer = await signIn(context, await makeUser(context));
    await expectError(await api(context, "GET", "/tfa/qr-code", { "qt-auth": newcomer }), 403, "tfa-off");
    expect((await api(context, "GET", "/tfa/qr-code", { "qt-auth": session })).status).toBe(200);
  });
});

describe("POST /tfa/enable (contract §2)", () => {
  it("SE-02 answers user, codes and a session of another name; the old name is worth nothing", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const before = await signIn(context, user);
    const shown = await api(context, "GET", "/tfa/qr-code", { "qt-auth": before });
    const { secret } = await shown.json<{ secret: string }>();
    const response = await api(context, "POST", "/tfa/enable", { "qt-auth": before }, { token: codeOf(secret) });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const answer = await response.json<{ "recovery-codes": string[] }>();
    expect(answer).toMatchObject({ user: { id: user.id, "is-tfa-enabled": true }, "active-sessions-count": 1 });
    expect(answer["recovery-codes"]).toHaveLength(10);
    const after = cookiesOf(response)["qt-auth"];
    expect((await api(context, "GET", "/users/me", { "qt-auth": before })).status).toBe(403);
    expect((await api(context, "GET", "/users/me", { "qt-auth": after })).status).toBe(200);
  });

  it("MF-01 ends the sessions that were opened without the factor", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const thief = await signIn(context, user);
    const { session } = await enableTotp(context, await signIn(context, user));
    expect((await api(context, "GET", "/users/me", { "qt-auth": thief })).status).toBe(403);
    expect((await api(context, "GET", "/users/me", { "qt-auth": session })).status).toBe(200);
  });

  it("is-tfa-enabled is told wherever the user is", async () => {
    const context = await makeRealm();
    const cookies = { "qt-auth": (await makeEnrolled(context)).session };
    const told = [
      await api(context, "GET", "/users/me", cookies),
      await api(context, "GET", "/sessions/validate", cookies),
      await api(context, "POST", "/users/profile", cookies, { name: "Renamed" }),
      await api(context, "GET", "/users/me", cookies),
    ];
    for (const response of told) expect(await response.json()).toMatchObject({ user: { "is-tfa-enabled": true } });
  });

  it("keeps the tokens that applications got in this session", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, { grant_types: ["authorization_code", "refresh_token"] });
    const before = await signIn(context, await makeUser(context));
    const { code, verifier } = await obtainCode(context, client, before, { scope: "openid email" });
    const { refresh_token } = await redeem(context, client, code, verifier);
    await enableTotp(context, before);
    const refreshed = await tokenRequest(context, client, { grant_type: "refresh_token", refresh_token });
    expect(refreshed.status).toBe(200);
  });

  it("MF-06 of one session does not confirm what another one began", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const [one, other] = [await signIn(context, user), await signIn(context, user)];
    const shown = await api(context, "GET", "/tfa/qr-code", { "qt-auth": one });
    const { secret } = await shown.json<{ secret: string }>();
    const response = await api(context, "POST", "/tfa/enable", { "qt-auth": other }, { token: codeOf(secret) });
    await expectError(response, 409, "tfa-setup-expired");
  });

  it("MF-02 lets one of fifty confirm that come at once", async () => {
    const context = await makeRealm({ rate_limits: { second_factor_failures_before_delay: 9 } });
    const user = await makeUser(context);
    const cookies = { "qt-auth": await signIn(context, user) };
    const shown = await api(context, "GET", "/tfa/qr-code", cookies);
    const { secret } = await shown.json<{ secret: string }>();
    const token = codeOf(secret);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api(context, "POST", "/tfa/enable", cookies, { token })),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(await countSessions(context, user.id)).toBe(1);
  });
});
