import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { profileOf } from "../../src/storage/profile.ts";
import { expectOAuthError, isLive, issued, redemption, refresh, resetPassword } from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, request, tokenRequest } from "../support/world.ts";

type Ending = readonly [string, (context: RealmContext, user: UserRow, clientId: string) => Promise<unknown>];

const endings: readonly Ending[] = [
  ["another password", (context, user) => resetPassword(context, user)],
  [
    "consent taken back",
    ({ objects }, { id }, clientId) => objects.call(id, (object) => object.revokeConsent(null, clientId)),
  ],
  ["everything ended by an operator", ({ objects }, { id }) => objects.call(id, (object) => object.endEverything())],
];
const orders = endings.flatMap((first) =>
  endings.filter((second) => second !== first).map((second) => [first[0], second[0], first[1], second[1]] as const),
);

describe("what was ended stays ended (CVE-2026-18218, CVE-2026-8922)", () => {
  it.each(orders)("IR-11 by %s and then %s, and by nothing that is older", async (_, __, first, second) => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const who = await issued(context, client);
    await context.objects.call(who.user.id, (object) => object.addConsent(client.clientId, ["openid"]));
    const { code, verifier } = await obtainCode(context, client, who.cookie);
    await first(context, who.user, client.clientId);
    await second(context, who.user, client.clientId);
    // The profile from before comes late, or once more.
    await context.objects.call(who.user.id, (object) => object.putProfile(profileOf(who.user), "none"));
    expect(await isLive(context, client, who.tokens.access_token)).toBe(false);
    await expectOAuthError(await refresh(context, client, who.tokens.refresh_token), 400, "invalid_grant");
    await expectOAuthError(
      await tokenRequest(context, client, redemption(client, code, verifier)),
      400,
      "invalid_grant",
    );
    const me = await request(`${context.realm.issuer}/api/auth/v1/users/me`, {
      headers: { cookie: `qt-auth=${who.cookie}` },
    });
    expect(me.status).toBe(403);
  });
});
