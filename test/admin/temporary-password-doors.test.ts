import { beforeAll, describe, expect, it } from "vitest";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { readerOf, saidOn } from "../account/support.ts";
import { whoIs } from "../federation/journey.ts";
import { expectProblem, link, linkTokenFor, makeProduct, type Product } from "../hand-over/support.ts";
import { Browser } from "../support/browser.ts";
import { openAnotherSession, refresh } from "../support/token-side.ts";
import {
  cookiesOf,
  goodPassword,
  jsonBody,
  makeClient,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
} from "../support/world.ts";
import { api, codeOf, countSessions, enableTotp, halfway } from "../two-factor/support.ts";
import { done, makeSite, operate, type Site } from "./support.ts";

const origin = "https://www.product.example";
const own = "cobalt-meadow-lantern-52";

let site: Site;
let product: Product;
beforeAll(async () => {
  site = await makeSite();
  product = await makeProduct(site.context, "main_product", { allow_get: true, origins: [origin] });
});

const anybody = (): Promise<UserRow> => makeUser(site.context, { emailVerified: true });
const claimsOf = ({ id, email }: UserRow) => ({ user_id: `p-${id}`, email });
const links = async ({ id }: UserRow) => (await site.context.linkedAccounts.listOf(id)).map(({ sourceId }) => sourceId);
const fresh = async ({ id }: UserRow): Promise<UserRow | null> => site.context.users.findById(id);

async function temporaryOf(user: UserRow): Promise<string> {
  const made = await done(
    200,
    operate("POST", `${site.path}/users/${user.id}/password-reset`, { by: "temporary-password" }),
  );
  return String(made.temporary_password);
}

const choose = (token: string, password: string) =>
  request(
    `${site.context.realm.issuer}/api/auth/v1/users/reset-password-with-token`,
    jsonBody({ token, "new-password": password }),
  );

describe("RC-16 a temporary password at the doors where accounts are connected (contract §5)", () => {
  it("connects nothing by API, leaves the link token good, and connects with the user's own", async () => {
    const user = await anybody();
    const password = await temporaryOf(user);
    const link_token = await linkTokenFor(site.context, await product.token(claimsOf(user)));
    const problem = await expectProblem(
      await link(site.context, { link_token, password }),
      403,
      "password-change-required",
    );
    expect([await links(user), await countSessions(site.context, user.id)]).toEqual([[], 0]);
    expect((await choose(String(problem.token), own)).status).toBe(200);
    await expectProblem(await link(site.context, { link_token, password }), 401, "bad_credential");
    expect((await link(site.context, { link_token, password: own })).status).toBe(200);
    expect(await links(user)).toEqual([`p-${user.id}`]);
  });

  it("leads from the hosted page to a password of their own, and back to a page that connects", async () => {
    const user = await anybody();
    const { issuer, authDomain, hosts } = site.context.realm;
    const browser = new Browser([...hosts]);
    const fields = { token: await product.token(claimsOf(user)), redirect_url: "/welcome" };
    const arrived = await browser.submitFrom(origin, `${issuer}/api/v1/auth/jwt`, fields);
    const password = await temporaryOf(user);
    const page = await browser.submit(arrived, "link-password-form", { password });
    expect([page.status, page.url.pathname]).toEqual([200, "/reset-password"]);
    expect([await links(user), browser.cookie(authDomain, "qt-auth")]).toEqual([[], undefined]);
    const set = await browser.submit(page, "reset-form", { password: own });
    const sign = await browser.follow(set, "sign-in-link");
    const back = await browser.submit(sign, "sign-in-form", { identifier: user.email ?? "", password: own });
    expect([back.url.pathname, await links(user)]).toEqual(["/link-account", []]);
    const end = await browser.submit(back, "link-session-form");
    expect([end.url.pathname, await links(user)]).toEqual(["/welcome", [`p-${user.id}`]]);
    expect((await whoIs(site.context, browser))?.id).toBe(user.id);
  });
});

describe("RC-16 when an operator sets a password", () => {
  it("sessions, refresh tokens, codes and halves of sign-ins that there were end (RC-07)", async () => {
    const user = await anybody();
    const client = await makeClient(site.context, {}, { firstParty: true });
    const { secret, session } = await enableTotp(site.context, await signIn(site.context, user));
    const { tfa } = await halfway(site.context, user);
    const redeemed = await obtainCode(site.context, client, session);
    const tokens = await redeem(site.context, client, redeemed.code, redeemed.verifier);
    const { code, verifier } = await obtainCode(site.context, client, session);
    await temporaryOf(user);
    expect((await api(site.context, "GET", "/users/me", { "qt-auth": session })).status).toBe(403);
    expect((await refresh(site.context, client, tokens.refresh_token)).status).toBe(400);
    await expect(redeem(site.context, client, code, verifier)).rejects.toThrow();
    const half = await api(site.context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { token: codeOf(secret) });
    expect(half.status).toBe(403);
    expect(await countSessions(site.context, user.id)).toBe(0);
  });

  it("the token of the choice stands for no session, half a sign-in, link or token of anybody's", async () => {
    const user = await anybody();
    const password = await temporaryOf(user);
    const refused = await api(site.context, "POST", "/login", {}, { email: user.email, password });
    const { error } = await refused.json<{ error: { token: string } }>();
    const { token } = error;
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    expect((await api(site.context, "GET", "/users/me", { "qt-auth": token })).status).toBe(403);
    expect((await request(`${site.context.realm.issuer}/userinfo`, bearer)).status).toBe(401);
    expect((await request(`${site.context.realm.issuer}/admin/v1/realms`, bearer)).status).toBe(401);
    expect((await api(site.context, "POST", "/tfa/validate", { "tfa-auth": token }, { token: "123456" })).status).toBe(
      403,
    );
    await expectProblem(await link(site.context, { link_token: token, password: goodPassword }), 403, "invalid-token");
    const verified = await api(site.context, "GET", `/users/verify-email?token=${token}`, {});
    expect(verified.headers.get("location") ?? (await verified.text())).not.toContain("email-verified");
    expect((await fresh(user))?.passwordExpiresAt).not.toBeNull();
    expect((await choose(token, own)).status).toBe(200);
  });

  it("who was signing in meanwhile with the one before is not let in any more (PW-07)", async () => {
    const user = await anybody();
    await signIn(site.context, user);
    // The password was right a moment ago, and its hash took longer than the operator.
    const judged = await fresh(user);
    if (judged === null) throw new Error("the user is gone");
    const password = await temporaryOf(user);
    await expect(openAnotherSession(site.context, judged)).rejects.toMatchObject({ reason: "password-wrong" });
    expect(await countSessions(site.context, user.id)).toBe(0);
    const now = await fresh(user);
    if (now === null) throw new Error("the user is gone");
    const renamed = await done(200, operate("PATCH", `${site.path}/users/${user.id}`, { name: "Una" }));
    expect(renamed.name).toBe("Una");
    // A change that ended nothing holds nobody up.
    const { cookie } = await openAnotherSession(site.context, now);
    expect(await countSessions(site.context, user.id)).toBe(1);
    // Nor when it is the user who changes it, and stays signed in.
    const before = await fresh(user);
    if (before === null) throw new Error("the user is gone");
    const passwords = { "current-password": password, "new-password": own };
    expect((await api(site.context, "POST", "/users/change-password", { "qt-auth": cookie }, passwords)).status).toBe(
      200,
    );
    await expect(openAnotherSession(site.context, before)).rejects.toMatchObject({ reason: "password-wrong" });
    expect((await api(site.context, "GET", "/users/me", { "qt-auth": cookie })).status).toBe(200);
  });

  it("the page of the account takes the user's own, and says where it must be another (PW-07)", async () => {
    const user = await anybody();
    const reader = await readerOf(site.context, user);
    const password = await temporaryOf(user);
    const row = await fresh(user);
    if (row === null) throw new Error("the user is gone");
    // As a passkey or a mailed code would have let them in.
    const { cookie } = await openAnotherSession(site.context, row);
    reader.browser.plant(site.host, "qt-auth", cookie);
    const same = await reader.send("password", "password-form", { current: password, password });
    expect([same.status, saidOn(same)]).toEqual([422, expect.stringContaining("Choose another password than the one")]);
    const changed = await reader.send("password", "password-form", { current: password, password: own });
    expect(saidOn(changed)).toContain("Your password is changed.");
    expect((await fresh(user))?.passwordExpiresAt).toBeNull();
    const signedIn = await api(site.context, "POST", "/login", {}, { email: user.email, password: own });
    expect(cookiesOf(signedIn)["qt-auth"]).toMatch(/^ey/);
  });
});
