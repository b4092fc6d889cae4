import { afterEach, describe, expect, it, vi } from "vitest";
import { parseAuthorizationRequest } from "../../src/domain/authorization/authorization-request.ts";
import { issueCode } from "../../src/domain/authorization/issue-code.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { deleteUser } from "../../src/domain/users/change-user.ts";
import { Parameters } from "../../src/lib/parameters.ts";
import { travel } from "../support/clock.ts";
import {
  authorizePath,
  changeAs,
  disable,
  expectOAuthError,
  openAnotherSession,
  redemption,
  resetPassword,
  type SignedInUser,
  signedInUser,
} from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, pkce, redeem, request, tokenRequest } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

const sessionApi = (context: RealmContext, path: string, cookie: string, init: RequestInit = {}) =>
  request(`${context.realm.issuer}/api/auth/v1${path}`, { ...init, headers: { cookie: `qt-auth=${cookie}` } });

/** What may happen to the person between the redirect and the redemption. */
const events: [string, (context: RealmContext, who: SignedInUser) => Promise<unknown>][] = [
  ["the user signs out", (context, { cookie }) => sessionApi(context, "/logout", cookie)],
  [
    "the session is kicked from another device",
    async (context, { user }) => {
      const other = await openAnotherSession(context, user);
      return sessionApi(context, "/kick", other.cookie, { method: "POST" });
    },
  ],
  ["the user is disabled", (context, { user }) => disable(context, user)],
  ["the user is deleted", (context, { user }) => deleteUser(context, user.id)],
  ["the password is reset", (context, { user }) => resetPassword(context, user)],
];

describe("TOK-16 what happens between code and token (OAuth 2.1 §4.1.3)", () => {
  it.each(events)("refuses the code when %s", async (_name, happen) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, client, who.cookie);
    travel(1);
    await happen(context, who);
    const answer = await tokenRequest(context, client, redemption(client, code, verifier));
    await expectOAuthError(answer, 400, "invalid_grant");
  });

  it("refuses it when the session has reached its end", async () => {
    const context = await makeRealm({ session_absolute_seconds: 20 });
    const client = await makeClient(context);
    const { cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, client, cookie);
    travel(21);
    await expectOAuthError(
      await tokenRequest(context, client, redemption(client, code, verifier)),
      400,
      "invalid_grant",
    );
  });

  it("AZ-17 refuses one that was given by a consent which was taken back at that moment", async () => {
    const context = await makeRealm();
    const client = await makeClient(context, {}, { firstParty: false });
    const { user, cookie, sid } = await signedInUser(context);
    await context.objects.call(user.id, (object) => object.addConsent(client.clientId, ["openid", "email"]));
    const { verifier, challenge } = await pkce();
    const path = await authorizePath(client, { scope: "openid email", code_challenge: challenge });
    const parameters = new Parameters(new URL(path, context.realm.issuer).searchParams);
    const wanted = await parseAuthorizationRequest(context, { parameters });
    const seen = await context.objects.read(user.id, (object) => object.sessionAndConsent(sid, client.clientId));
    if (seen === null) throw new Error("the session is over");
    const taken = await sessionApi(context, `/users/consents/${client.clientId}`, cookie, { method: "DELETE" });
    expect(taken.status).toBe(204);
    travel(1);
    const { authTime, amr } = seen.session;
    const standing = { userId: user.id, sid, authTime, amr, enrolled: false, consented: seen.consented };
    const code = await issueCode(context, wanted, standing);
    const answer = await tokenRequest(context, client, redemption(client, code, verifier));
    await expectOAuthError(answer, 400, "invalid_grant");
  });

  it("lets it through when only the profile has changed", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { user, cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, client, cookie);
    await changeAs(context, user, { name: "Una Another" });
    expect((await redeem(context, client, code, verifier)).scope).toBe("openid profile email offline_access");
  });

  it("AZ-24 gives no code to a session that has ended", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { user, cookie } = await signedInUser(context);
    await disable(context, user);
    await expect(obtainCode(context, client, cookie, { prompt: "none" })).rejects.toThrow(/login_required/);
  });
});
