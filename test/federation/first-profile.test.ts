import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { codeIn, countTo, newestTo } from "../messages/mailbox.ts";
import { type Claims, type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { cookiesOf, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { expectError, get, logIn, post, sessionCount, type UserAnswer } from "../surfaces/session-api.ts";
import { api } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  [context, idp] = [await makeRealm(), await makeIdp()];
  await useIdp(context, idp, { app_client_ids: ["our-app"] });
});

/** Somebody's first sign-in with the provider: their session. */
async function arrive(person: Claims): Promise<string> {
  const idToken = await idp.idToken({ aud: "our-app", ...person });
  const response = await request(api(context, "/login/idp"), jsonBody({ token: { "id-token": idToken } }));
  expect(response.status).toBe(200);
  return cookiesOf(response)["qt-auth"] ?? "";
}

const me = async (session: string) => (await (await get(context, "/users/me", session)).json<UserAnswer>()).user;
const stored = (user: UserRow) => context.users.findById(user.id);

const newcomers: [string, Claims][] = [
  ["without an address", {}],
  ["with an address that nobody verified", { email: "claimed@example.test", email_verified: false }],
  ["with a verified address", { email: "proven@example.test", email_verified: true }],
];

describe("the profile of a newcomer from a provider (CVE-2025-7365)", () => {
  it.each(newcomers)("FE-08 of one %s does not become another's by its address", async (_, claims) => {
    const victim = await makeUser(context, { emailVerified: true });
    const session = await arrive({ sub: crypto.randomUUID(), ...claims });
    const before = await me(session);
    const taken = await post(context, "/users/profile", { email: victim.email, name: "Victim" }, session);
    await expectError(taken, 409, "user-already-exists");
    expect(await me(session)).toEqual(before);
    expect(await stored(victim)).toEqual(victim);
    expect((await logIn(context, victim.email)).status).toBe(200);
    expect(await sessionCount(context, victim.id)).toBe(1);
  });

  it("FE-08 is not given the address by a code that went to another one", async () => {
    const victim = await makeUser(context, { emailVerified: true });
    const session = await arrive({ sub: crypto.randomUUID(), email: "own@example.test", email_verified: false });
    await post(context, "/users/send-otp", { email: "own@example.test", "always-send": true }, session);
    const otp = codeIn(await newestTo(context, "own@example.test"));
    const body = { otp, user: { email: victim.email } };
    await expectError(await post(context, "/users/update-with-otp", body, session), 401, "otp-mismatch");
    expect(await me(session)).toMatchObject({ email: "own@example.test", "verification-status": null });
    expect(await stored(victim)).toEqual(victim);
    expect(await countTo(context, victim.email)).toBe(0);
  });

  it("FE-08 takes an address that is free, and calls it proven only when it is", async () => {
    const session = await arrive({ sub: crypto.randomUUID() });
    const email = `free-${crypto.randomUUID()}@example.test`;
    expect((await post(context, "/users/profile", { email }, session)).status).toBe(200);
    expect(await me(session)).toMatchObject({ email, "verification-status": null });
    await post(context, "/users/send-otp", { email, "always-send": true }, session);
    const otp = codeIn(await newestTo(context, email));
    expect((await post(context, "/users/update-with-otp", { otp }, session)).status).toBe(200);
    expect(await me(session)).toMatchObject({ email, "verification-status": "email" });
  });
});
