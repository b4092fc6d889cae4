import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { countTo, linkIn, newestTo } from "../messages/mailbox.ts";
import { cookiesOf, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { get, logIn, sessionCount } from "../surfaces/session-api.ts";
import { makeEnrolled } from "../two-factor/support.ts";
import { expectPage, expectProblem, formOf, fromPage, makePartner, postForm, postJson } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

const next = "cobalt-meadow-lantern-52";

describe("POST /v1/password/forgot and /reset (contract §3)", () => {
  const tokenOf = async (user: UserRow, body: Record<string, string> = {}): Promise<string> => {
    await postJson(context, "/v1/password/forgot", { email: user.email, ...body });
    return linkIn(await newestTo(context, user.email)).searchParams.get("token") ?? "";
  };

  it.each(["/v1", "/api/v1"])(
    "S1.9 RC-07 sets a new password at %s, ends the sessions, and signs nobody in",
    async (prefix) => {
      const user = await makeUser(context, { emailVerified: true });
      const cookie = await signIn(context, user);
      const response = await postJson(context, `${prefix}/password/reset`, {
        token: await tokenOf(user),
        password: next,
      });
      expect([response.status, await response.json()]).toEqual([
        200,
        { message: "The password is changed. Sign in with it." },
      ]);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect((await get(context, "/users/me", cookie)).status).toBe(403);
      expect(await sessionCount(context, user.id)).toBe(0);
      expect([(await logIn(context, user.email)).status, (await logIn(context, user.email, next)).status]).toEqual([
        401, 200,
      ]);
      expect((await newestTo(context, user.email)).subject).toMatch(/^Your password for .* was changed$/);
    },
  );

  it("RC-03 takes a token once: token-consumed after it, of fifty at once one wins", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const token = await tokenOf(user);
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        postForm(context, "/v1/password/reset", { token, password: `${next}-${index}` }),
      ),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    await expectProblem(
      await postJson(context, "/v1/password/reset", { token, password: next }),
      403,
      "token-consumed",
    );
    await expectPage(
      await postForm(context, "/v1/password/reset", { token, password: next }, fromPage(context.realm.issuer)),
      403,
      "token-consumed",
    );
  });

  it("RC-04 answers verification-token-mismatch for every other token", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const older = await tokenOf(user);
    const newest = await tokenOf(user);
    const stranger = await makeRealm();
    const twin = await makeUser(stranger, { email: user.email, emailVerified: true });
    await postJson(stranger, "/v1/password/forgot", { email: twin.email });
    const theirs = linkIn(await newestTo(stranger, twin.email)).searchParams.get("token") ?? "";
    await postJson(context, "/v1/register/reminder", { email: user.email });
    const confirming = linkIn(await newestTo(context, user.email)).searchParams.get("token") ?? "";
    for (const token of [older, theirs, confirming, "garbage", `${newest}x`, newest.slice(0, -1), "x".repeat(4000)])
      await expectProblem(
        await postJson(context, "/v1/password/reset", { token, password: next }),
        403,
        "verification-token-mismatch",
      );
    expect((await logIn(context, user.email)).status).toBe(200);
    expect((await postJson(context, "/v1/password/reset", { token: newest, password: next })).status).toBe(200);
  });

  it("PW-06 refuses a weak password by field, which uses the token up no more than a missing one", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const token = await tokenOf(user);
    for (const [password, code] of [
      ["short", "password-too-short"],
      ["password123", "password-too-common"],
      [user.email ?? "", "password-contains-context"],
      ["x".repeat(2000), "password-too-long"],
    ])
      expect(
        await expectProblem(await postJson(context, "/v1/password/reset", { token, password }), 422, code ?? ""),
      ).toEqual({
        password: "invalid",
      });
    await expectProblem(await postJson(context, "/v1/password/reset", { token }), 422, "validation-failed");
    await expectProblem(await postJson(context, "/v1/password/reset", { password: next }), 422, "validation-failed");
    expect((await postJson(context, "/v1/password/reset", { token, password: next })).status).toBe(200);
  });

  it("RC-06 is not done by looking: the mailed link's GET and HEAD leave the token good", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await postJson(context, "/v1/password/forgot", { email: user.email });
    const link = linkIn(await newestTo(context, user.email));
    for (const method of ["GET", "HEAD", "GET"]) await request(link.href, { method });
    const token = link.searchParams.get("token");
    expect((await postJson(context, "/v1/password/reset", { token, password: next })).status).toBe(200);
  });

  it("RU-10 sends the token to a page of the realm only, a partner's registered one neither", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const page = `https://${context.realm.hosts[1]}/new-password`;
    await postJson(context, "/v1/password/forgot", { email: user.email, redirect_url: page });
    const link = linkIn(await newestTo(context, user.email));
    expect(link.origin + link.pathname).toBe(page);
    const { clientId } = await makePartner(context);
    const before = await countTo(context, user.email);
    for (const redirect_url of [
      "https://partner.test/callback",
      "https://evil.test/",
      "//evil.test/",
      `https://${context.realm.hosts[1]}@evil.test/`,
      "javascript:alert(1)",
    ]) {
      const body = { email: user.email, redirect_url, client_id: clientId };
      await expectProblem(await postJson(context, "/v1/password/forgot", body), 400, "redirect-not-allowed");
    }
    expect(await countTo(context, user.email)).toBe(before);
  });

  it("MF-08 leaves a second factor what it is: the new password alone signs nobody in", async () => {
    const { user } = await makeEnrolled(context);
    const client = await makePartner(context);
    expect((await postJson(context, "/v1/password/reset", { token: await tokenOf(user), password: next })).status).toBe(
      200,
    );
    const response = await postForm(context, "/v1/login", formOf(client, { email: user.email ?? "", password: next }));
    expect([response.status, response.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(/^\/two-factor\?/),
    ]);
    expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
  });
});
