import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { codeIn, newestTo, wrongCode } from "../messages/mailbox.ts";
import { travel } from "../support/clock.ts";
import { spoiled } from "../support/spoiled.ts";
import { clientId, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { cookiesOf, goodPassword, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { codeOf, makeEnrolled, wrongCodes } from "../two-factor/support.ts";
import { expectRefusal, post, tokenOf, userContext } from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  stubInternet();
  context = await makeRealm();
});

afterEach(() => void vi.useRealTimers());

const idOf = async (accessToken: string): Promise<string> =>
  (await (await userContext(context, accessToken)).json<{ id: string }>()).id;

describe("POST /api/auth/login/otp (contract §4)", () => {
  async function codeFor(email: string): Promise<string> {
    const sent = await request(`${context.realm.issuer}/api/auth/v1/users/send-otp`, jsonBody({ email }));
    expect(sent.status).toBe(200);
    return vi.waitFor(async () => codeIn(await newestTo(context, email)), { timeout: 10_000 });
  }

  it("S4.5 signs in by a code that was sent, once", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const email = user.email ?? "";
    const otp = await codeFor(email);
    await expectRefusal(await post(context, "/login/otp", { email, otp: wrongCode(otp) }), 401, "otp-mismatch");
    const token = await tokenOf(await post(context, "/login/otp", { email, otp }));
    expect([token.userId, await idOf(token.accessToken)]).toEqual([String(user.id), String(user.id)]);
    await expectRefusal(await post(context, "/login/otp", { email, otp }), 401, "otp-mismatch");
  });

  it("makes an account when it is asked to, and only then", async () => {
    const email = "new-by-code@example.test";
    const otp = await codeFor(email);
    await expectRefusal(await post(context, "/login/otp", { email, otp }), 401, "otp-mismatch");
    const token = await tokenOf(await post(context, "/login/otp", { email, otp, autoSignup: true }));
    expect(String((await context.users.findByEmail(email))?.id)).toBe(token.userId);
    await expectRefusal(await post(context, "/login/otp", { otp }), 422, "identifier-missing");
    await expectRefusal(await post(context, "/login/otp", { email }), 422, "validation-failed");
  });
});

describe("POST /api/auth/login/:provider (contract §4)", () => {
  it("S4.5 signs in by an ID token that the app has got, in any of its fields", async () => {
    const idp = await makeIdp();
    await useIdp(context, idp, {});
    const idToken = await idp.idToken({ sub: "s", aud: clientId, email: "idp@example.test", email_verified: true });
    const first = await tokenOf(await post(context, "/login/idp", { idToken }));
    for (const token of [idToken, { idToken }]) {
      const again = await tokenOf(await post(context, "/login/idp", { token }));
      expect(again.userId).toBe(first.userId);
    }
    expect(await idOf(first.accessToken)).toBe(first.userId);
    const forged = { idToken: spoiled(idToken) };
    await expectRefusal(await post(context, "/login/idp", forged), 401, "provider-token-invalid");
    await expectRefusal(await post(context, "/login/idp", {}), 422, "validation-failed");
    await expectRefusal(await post(context, "/login/nowhere", { idToken }), 404, "not-found");
  });
});

describe("POST /api/auth/login/second-factor (contract §0, §4)", () => {
  it("MF-01 finishes what the first factor began, once, and nothing else does", async () => {
    const { user, secret } = await makeEnrolled(context);
    travel(30);
    const half = await post(context, "/login", { email: user.email, password: goodPassword });
    expect(await half.json()).toEqual({ code: "tfa-validation-is-required", message: expect.any(String) });
    const cookie = `tfa-auth=${cookiesOf(half)["tfa-auth"]}`;
    const finish = (body: unknown, headers: Record<string, string> = { cookie }) =>
      post(context, "/login/second-factor", body, headers);
    const token = codeOf(secret);
    await expectRefusal(await finish({ token }, {}), 403, "session-required");
    await expectRefusal(await finish({ token: wrongCodes(secret, 1)[0] }), 401, "otp-mismatch");
    await expectRefusal(await finish({ token }, { cookie, origin: "https://evil.test" }), 403, "cross-site-request");
    const response = await finish({ token });
    const { userId, accessToken } = await response.json<{ userId: string; accessToken: string }>();
    expect([response.status, userId, await idOf(accessToken)]).toEqual([200, String(user.id), String(user.id)]);
    expect(cookiesOf(response)).toEqual({ "tfa-auth": "" });
    expect((await finish({ token: codeOf(secret) })).status).not.toBe(200);
  });
});
