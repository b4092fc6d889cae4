import { beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { codeIn, newestTo, wrongCode } from "../messages/mailbox.ts";
import { spoiled } from "../support/spoiled.ts";
import { cookiesOf, goodPassword, makeRealm, makeUser, signIn } from "../support/world.ts";
import { countUsers, post, sessionCount } from "../surfaces/session-api.ts";
import { api, enableTotp } from "../two-factor/support.ts";
import {
  arrive,
  expectProblem,
  handOver,
  idIn,
  link,
  linkTokenFor,
  makeProduct,
  type Product,
  type SignedIn,
} from "./support.ts";

const email = "una@example.test";
const claims = { user_id: "12345", email: "Una@Example.test", name: "Una" };

let context: RealmContext;
let product: Product;
let owner: UserRow;
beforeEach(async () => {
  context = await makeRealm();
  product = await makeProduct(context, "main_product", { trusts_email: true });
  owner = await makeUser(context, { email, emailVerified: true });
});

const links = async (userId = owner.id) =>
  (await context.linkedAccounts.listOf(userId)).map(({ source, sourceId }) => [source, sourceId]);

async function sourceRow() {
  const row = await context.sources.find("main_product");
  if (row === null) throw new Error("the source is gone");
  const { issuer, algorithm, sealedSecret, userIdMode, settings } = row;
  return { issuer, algorithm, sealedSecret, userIdMode, settings };
}

const sendOtp = async (): Promise<string> => {
  expect((await post(context, "/users/send-otp", { email })).status).toBe(200);
  return codeIn(await newestTo(context, email));
};

describe("FE-06 an account with the same address is never linked silently (contract §5)", () => {
  it.each([
    ["the address verified here, and there", true, true],
    ["the address verified here alone", true, undefined],
    ["the address verified there alone", false, true],
    ["the address verified nowhere", false, false],
  ])("%s: 409 with a link token, and nothing changes", async (_, emailVerified, said) => {
    await context.users.update(owner.id, owner.version, { emailVerified }, Date.now());
    const linkToken = await linkTokenFor(context, await product.token({ ...claims, email_verified: said }));
    // Sealed: the address is neither to be read nor to be decoded.
    for (const text of ["una@example", btoa("una@example").slice(0, 14)]) expect(linkToken).not.toContain(text);
    expect([await links(), await countUsers(context), await sessionCount(context, owner.id)]).toEqual([[], 1, 0]);
  });

  it("is asked of a disabled account's owner, too, and leads nowhere", async () => {
    await context.users.update(owner.id, owner.version, { disabledAt: Date.now() }, Date.now());
    const link_token = await linkTokenFor(context, await product.token(claims));
    await expectProblem(await link(context, { link_token, password: goodPassword }), 401, "bad_credential");
    expect(await links()).toEqual([]);
  });
});

describe("POST /api/v1/users/accounts/link", () => {
  it("connects the two by the password, opens a session, and from then on the product signs in", async () => {
    const link_token = await linkTokenFor(context, await product.token(claims));
    const response = await link(context, { link_token, password: goodPassword });
    const answer = await response.json<SignedIn>();
    expect([response.status, idIn(answer), answer.user.email]).toEqual([200, owner.id, email]);
    expect(cookiesOf(response)["qt-auth"]).toMatch(/^ey/);
    expect(await links()).toEqual([["main_product", "12345"]]);
    expect(idIn(await arrive(context, await product.token(claims)))).toBe(owner.id);
  });

  it("connects the two by a one-time code", async () => {
    const link_token = await linkTokenFor(context, await product.token(claims));
    const otp = await sendOtp();
    await expectProblem(await link(context, { link_token, otp: wrongCode(otp) }), 401, "otp-mismatch");
    expect(await links()).toEqual([]);
    expect((await link(context, { link_token, otp })).status).toBe(200);
    expect(await links()).toEqual([["main_product", "12345"]]);
    const user = await context.users.findById(owner.id);
    expect(user?.passwordHash).toEqual(expect.any(String));
  });

  it("makes a fresh account without the address, that the product leads to from then on", async () => {
    const link_token = await linkTokenFor(context, await product.token(claims));
    const response = await link(context, { link_token, create_new: true });
    const answer = await response.json<SignedIn>();
    expect([response.status, answer.user.email, answer.user.name]).toEqual([200, null, "Una"]);
    expect(idIn(answer)).not.toBe(owner.id);
    expect(idIn(await arrive(context, await product.token(claims)))).toBe(idIn(answer));
    expect(await links()).toEqual([]);
  });

  it("unified ids: gives the account the product's id", async () => {
    const unified = await makeProduct(context, "unified_product", { user_id_mode: "unified" });
    const link_token = await linkTokenFor(context, await unified.token(claims));
    const answer = await (await link(context, { link_token, password: goodPassword })).json<SignedIn>();
    expect(answer.user).toMatchObject({ user_id: "12345", external_id: "12345" });
    expect(idIn(await arrive(context, await unified.token(claims)))).toBe(owner.id);
    const other = await linkTokenFor(context, await unified.token({ ...claims, user_id: "666" }));
    const refused = await link(context, { link_token: other, password: goodPassword });
    await expectProblem(refused, 409, "account-already-linked");
    expect((await context.users.findById(owner.id))?.externalId).toBe("12345");
  });

  it("is good once: of fifty at once one goes through", async () => {
    const link_token = await linkTokenFor(context, await product.token(claims));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => link(context, { link_token, create_new: true })),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, ...Array<number>(49).fill(403)]);
    const lost = answers.find(({ status }) => status === 403);
    if (lost !== undefined) await expectProblem(lost, 403, "token-consumed");
    expect(await countUsers(context)).toBe(2);
    await expectProblem(await link(context, { link_token, password: goodPassword }), 403, "token-consumed");
    expect(await links()).toEqual([]);
  });

  it("MR-01 RC-04 FE-09 is of this realm, this purpose and this source, and ends after ten minutes", async () => {
    const other = await makeRealm();
    await makeUser(other, { email });
    const theirs = await linkTokenFor(other, await (await makeProduct(other)).token(claims));
    const link_token = await linkTokenFor(context, await product.token(claims));
    const forged = spoiled(link_token);
    for (const token of [theirs, forged, "x", await product.token(claims), await signIn(context, owner)])
      await expectProblem(await link(context, { link_token: token, password: goodPassword }), 403, "invalid-token");
    await context.sources.update("main_product", 1, { ...(await sourceRow()), disabledAt: 1 }, 1);
    await expectProblem(await link(context, { link_token, password: goodPassword }), 403, "invalid-token");
    await context.sources.delete("main_product");
    await expectProblem(await link(context, { link_token, password: goodPassword }), 403, "invalid-token");
    expect(await links()).toEqual([]);
  });

  it("RL-01 guesses at the password are counted as at any sign-in, and the token outlives them", async () => {
    const link_token = await linkTokenFor(context, await product.token(claims));
    const statuses: number[] = [];
    for (let tried = 0; tried < 10; tried++)
      statuses.push((await link(context, { link_token, password: `wrong-${tried}` })).status);
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
    expect(statuses).toContain(429);
    expect((await link(context, { link_token, password: goodPassword })).status).toBe(429);
    expect((await link(context, { link_token, create_new: true })).status).toBe(200);
  });

  it("wants one proof, and no page of another site", async () => {
    const link_token = await linkTokenFor(context, await product.token(claims));
    for (const body of [{ link_token }, { link_token, password: "a", otp: "1" }, { link_token, create_new: false }])
      await expectProblem(await link(context, body), 422, "validation-failed");
    const evil = { origin: "https://evil.test" };
    await expectProblem(await link(context, { link_token, password: goodPassword }, evil), 403, "cross-site-request");
    expect(await links()).toEqual([]);
  });
});

describe("FE-07 a link needs everything that a session needs", () => {
  it("a password without the second factor connects nothing; with the session the token is still good", async () => {
    const { recoveryCodes } = await enableTotp(context, await signIn(context, owner));
    const link_token = await linkTokenFor(context, await product.token(claims));
    const half = await link(context, { link_token, password: goodPassword });
    expect([half.status, await half.json()]).toMatchObject([200, { code: "tfa-validation-is-required" }]);
    const tfa = cookiesOf(half)["tfa-auth"] ?? "";
    expect(cookiesOf(half)["qt-auth"]).toBeUndefined();
    expect(await links()).toEqual([]);
    const headers = { cookie: `tfa-auth=${tfa}` };
    await expectProblem(await link(context, { link_token }, headers), 422, "validation-failed");
    const body = { "recovery-code": recoveryCodes[0] };
    const full = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body);
    const cookie = `qt-auth=${cookiesOf(full)["qt-auth"]}`;
    expect((await link(context, { link_token }, { cookie })).status).toBe(200);
    expect(await links()).toEqual([["main_product", "12345"]]);
  });

  it("another user's session connects nothing", async () => {
    const link_token = await linkTokenFor(context, await product.token(claims));
    const cookie = `qt-auth=${await signIn(context, await makeUser(context))}`;
    await expectProblem(await link(context, { link_token }, { cookie }), 422, "validation-failed");
    expect(await links()).toEqual([]);
  });

  it("a hand-over of an account with a second factor is only the first half", async () => {
    const first = await linkTokenFor(context, await product.token(claims));
    expect((await link(context, { link_token: first, password: goodPassword })).status).toBe(200);
    await enableTotp(context, await signIn(context, owner));
    const response = await handOver(context, await product.token(claims));
    expect([response.status, await response.json()]).toMatchObject([200, { code: "tfa-validation-is-required" }]);
    expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
    expect(cookiesOf(response)["tfa-auth"]).toMatch(/./);
  });
});

describe("RC-13 accounts made ahead of their owners", () => {
  it.each(["linked", "unified"])(
    "an attacker's hand-over with the victim's address, %s ids: gone when the victim proves the mailbox",
    async (user_id_mode) => {
      const realm = await makeRealm();
      const lax = await makeProduct(realm, "lax_product", { user_id_mode });
      const mallory = { user_id: "mallory", email: "victim@example.test" };
      const ahead = await arrive(realm, await lax.token(mallory));
      await post(realm, "/users/send-otp", { email: mallory.email });
      const otp = codeIn(await newestTo(realm, mallory.email));
      const victim = await post(realm, "/login", { email: mallory.email, otp });
      expect(victim.status).toBe(200);
      expect(await sessionCount(realm, idIn(ahead))).toBe(1);
      await expectProblem(await handOver(realm, await lax.token(mallory)), 409, "link-required");
      const { externalId } = (await realm.users.findById(idIn(ahead))) ?? {};
      expect([externalId, await realm.linkedAccounts.listOf(idIn(ahead))]).toEqual([null, []]);
    },
  );

  it("an attacker's password on the victim's address does not outlive the victim's proof by code", async () => {
    const realm = await makeRealm();
    const lax = await makeProduct(realm);
    const squatter = await makeUser(realm, { email: "victim@example.test", emailVerified: false });
    const theirs = await signIn(realm, squatter);
    const link_token = await linkTokenFor(realm, await lax.token({ user_id: "v", email: squatter.email }));
    await post(realm, "/users/send-otp", { email: squatter.email });
    const otp = codeIn(await newestTo(realm, squatter.email));
    expect((await link(realm, { link_token, otp })).status).toBe(200);
    const user = await realm.users.findById(squatter.id);
    expect([user?.passwordHash, user?.emailVerified]).toEqual([null, true]);
    expect((await post(realm, "/login", { email: squatter.email, password: goodPassword })).status).toBe(401);
    expect(await sessionCount(realm, squatter.id)).toBe(1);
    expect((await api(realm, "GET", "/users/me", { "qt-auth": theirs })).status).toBe(403);
  });

  it("FE-08 the product's word makes an address a confirmed one only where the realm trusts it", async () => {
    const lax = await makeProduct(context, "lax_product");
    const verified = async (by: Product, user_id: string, said: unknown) => {
      const token = await by.token({ user_id, email: `${user_id}@example.test`, email_verified: said });
      return (await context.users.findById(idIn(await arrive(context, token))))?.emailVerified;
    };
    expect(await verified(lax, "a", true)).toBe(false);
    expect(await verified(product, "b", "true")).toBe(false);
    expect(await verified(product, "c", undefined)).toBe(false);
    expect(await verified(product, "d", true)).toBe(true);
  });
});
