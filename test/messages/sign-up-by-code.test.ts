import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { cookiesOf, goodPassword, makeRealm, makeUser } from "../support/world.ts";
import { expectError, logIn, post, type UserAnswer } from "../surfaces/session-api.ts";
import { wrongCode } from "./mailbox.ts";
import { codeFor, freshEmail, freshPhone } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("POST /api/auth/v1/signup with a code (contract §2)", () => {
  it("makes an account with a proven address, and signs in", async () => {
    const phone = freshPhone();
    const otp = await codeFor(context, { "phone-number": phone });
    const response = await post(context, "/signup", { "login-phone-number": phone, otp, name: "Phoebe" });
    expect(response.status).toBe(200);
    expect(await response.json<UserAnswer>()).toMatchObject({
      user: { name: "Phoebe", "phone-number": phone, email: null, "verification-status": "phone" },
      "active-sessions-count": 1,
    });
    expect(cookiesOf(response)["qt-auth"]).toBeTruthy();
  });

  it("may set a password with it, and leave the sign-in for later", async () => {
    const email = freshEmail();
    const otp = await codeFor(context, { email });
    const body = { email, otp, username: email, password: goodPassword, "dont-login": "true" };
    const response = await post(context, "/signup", body);
    expect([response.status, response.headers.getSetCookie()]).toEqual([200, []]);
    expect((await logIn(context, email)).status).toBe(200);
  });

  it("says that an account exists to those who have the code, and to nobody else", async () => {
    const user = await makeUser(context);
    const otp = await codeFor(context, { email: user.email });
    const wrong = { email: user.email, otp: wrongCode(otp) };
    await expectError(await post(context, "/signup", wrong), 401, "otp-mismatch");
    await expectError(await post(context, "/signup", { email: user.email, otp }), 409, "user-already-exists");
  });

  it("PW-06 refuses a bad password and a bad name before the code is used up", async () => {
    const email = freshEmail();
    const otp = await codeFor(context, { email });
    await expectError(await post(context, "/signup", { email, otp, password: "short" }), 422, "password-too-short");
    await expectError(await post(context, "/signup", { email, otp, username: "a b" }), 422, "username-invalid");
    await expectError(
      await post(context, "/signup", { email, otp, username: "b@example.test" }),
      422,
      "username-invalid",
    );
    expect((await post(context, "/signup", { email, otp, password: goodPassword })).status).toBe(200);
  });

  it("RC-11 takes no roles and no marks from the body", async () => {
    const email = freshEmail();
    const otp = await codeFor(context, { email });
    const bait = {
      roles: ["sysadmin"],
      id: 7,
      "phone-number": "+4915199999999",
      "phone-verified": true,
      disabled: false,
    };
    const { user } = await (await post(context, "/signup", { email, otp, ...bait })).json<UserAnswer>();
    expect(await context.users.findById(user.id)).toMatchObject({
      roles: ["user"],
      phoneNumber: null,
      phoneVerified: false,
    });
  });

  it("is refused where people make no accounts", async () => {
    const closed = await makeRealm({ sign_up: false });
    await expectError(await post(closed, "/signup", { email: freshEmail(), otp: "123456" }), 403, "sign-up-closed");
  });
});
