import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { cookiesOf, makeRealm, makeUser, signIn } from "../support/world.ts";
import { logIn, post, sessionCount } from "../surfaces/session-api.ts";
import { api, codeOf, enableTotp } from "../two-factor/support.ts";
import { codeIn, linkIn, newestTo } from "./mailbox.ts";
import { nextPassword as next } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-03-01T12:00:10Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Somebody with an authenticator app, whose sessions are over. */
async function enrolled(emailVerified: boolean) {
  const user = await makeUser(context, { emailVerified });
  const { secret } = await enableTotp(context, await signIn(context, user));
  await context.objects.call(user.id, (object) => object.endEverything());
  vi.setSystemTime(Date.now() + 30_000);
  return { user, secret };
}

/** Half a sign-in, which the app's code completes. */
async function expectHalfway(response: Response, secret: string, userId: number): Promise<void> {
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ code: "tfa-validation-is-required" });
  const cookies = cookiesOf(response);
  expect(cookies["qt-auth"]).toBeUndefined();
  expect(await sessionCount(context, userId)).toBe(0);
  const whole = await api(
    context,
    "POST",
    "/tfa/validate",
    { "tfa-auth": cookies["tfa-auth"] },
    { token: codeOf(secret) },
  );
  expect(whole.status).toBe(200);
  expect(cookiesOf(whole)["qt-auth"]).toBeTruthy();
}

describe.each([
  ["a proven address", true],
  ["an address that was not proven", false],
])("MF-10 a mailbox does not open an account with an authenticator app and %s", (_, emailVerified) => {
  it("by a one-time code", async () => {
    const { user, secret } = await enrolled(emailVerified);
    await post(context, "/users/send-otp", { email: user.email });
    const otp = codeIn(await newestTo(context, user.email));
    await expectHalfway(await post(context, "/login", { email: user.email, otp }), secret, user.id);
  });

  it("by a new password, set by the code of a mail or by its link", async () => {
    for (const way of ["code", "link"]) {
      const { user, secret } = await enrolled(emailVerified);
      await post(context, "/users/forgot-password", { email: user.email });
      const message = await newestTo(context, user.email);
      const token = linkIn(message).searchParams.get("token");
      const response =
        way === "code"
          ? await post(context, "/users/reset-password", {
              email: user.email,
              otp: codeIn(message),
              "new-password": next,
            })
          : await post(context, "/users/reset-password-with-token", { token, "new-password": next });
      expect([response.status, cookiesOf(response)["qt-auth"]]).toEqual([200, undefined]);
      await expectHalfway(await logIn(context, user.email, next), secret, user.id);
    }
  });
});
