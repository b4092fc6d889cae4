import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { presets } from "../../src/domain/federation/presets.ts";
import { hashOfAddress } from "../../src/domain/mail/address.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { changeForOwner, takeOver } from "../../src/domain/users/prove-address.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { signedInUser } from "../support/token-side.ts";
import { type Claims, type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { makeRealm, makeUser } from "../support/world.ts";
import { countUsers, logIn, sessionCount } from "../surfaces/session-api.ts";
import { depart, errorOf, newBrowser, travelTo, whoIs } from "./journey.ts";

let idp: Idp;
beforeAll(async () => {
  stubInternet();
  idp = await makeIdp();
});

async function realmThat(trusts: boolean): Promise<RealmContext> {
  const context = await makeRealm();
  await useIdp(context, idp, { trusts_email: trusts });
  return context;
}

const links = async (context: RealmContext, user: Pick<UserRow, "id">) => context.linkedAccounts.listOf(user.id);

const upstreamWords: [string, Claims["email_verified"]][] = [
  ["true", true],
  ["false", false],
  ["absent", undefined],
  ['"true" (a text)', "true"],
  ["1", 1],
];

describe("FE-06 an account with the same address", () => {
  const matrix = [true, false].flatMap((trusts) =>
    [true, false].flatMap((localVerified) =>
      upstreamWords.map(([words, verified]) => ({ trusts, localVerified, words, verified })),
    ),
  );
  const linked = (row: (typeof matrix)[number]) => row.trusts && row.localVerified && row.verified === true;

  it.each(matrix.filter((row) => !linked(row)))(
    "is not entered: provider trusted $trusts, local verified $localVerified, upstream email_verified $words",
    async ({ trusts, localVerified, verified }) => {
      const context = await realmThat(trusts);
      const owner = await makeUser(context, { email: "una@example.test", emailVerified: localVerified });
      const browser = newBrowser(context);
      const person = { sub: "stranger", email: "Una@Example.test", email_verified: verified };
      const page = await travelTo(context, browser, idp, person);
      expect([page.status, errorOf(page)]).toEqual([409, "link-required"]);
      expect(page.html).toContain('id="sign-in-link"');
      expect(page.html).not.toContain("una@");
      expect(await whoIs(context, browser)).toBeNull();
      expect([await links(context, owner), await countUsers(context), await sessionCount(context, owner.id)]).toEqual([
        [],
        1,
        0,
      ]);
    },
  );

  it("is entered where both have proven the address and the provider is trusted", async () => {
    const context = await realmThat(true);
    const owner = await makeUser(context, { email: "una@example.test", emailVerified: true });
    const browser = newBrowser(context);
    await travelTo(context, browser, idp, { sub: "una-1", email: "una@example.test", email_verified: true });
    expect((await whoIs(context, browser))?.id).toBe(owner.id);
    expect(await links(context, owner)).toMatchObject([{ source: "idp", sourceId: "una-1", status: "active" }]);
  });

  it("tells the application's way of hearing of it: login-failure-redirect-url with error=link-required", async () => {
    const context = await realmThat(false);
    await makeUser(context, { email: "una@example.test", emailVerified: true });
    const person = { sub: "stranger", email: "una@example.test", email_verified: true };
    const page = await travelTo(context, newBrowser(context), idp, person, { "login-failure-redirect-url": "/f?x=1" });
    expect(page.trail.map(({ location }) => location)).toEqual([`${context.realm.issuer}/f?x=1&error=link-required`]);
  });

  it("is not entered when it is disabled, however trusted the provider", async () => {
    const context = await realmThat(true);
    const owner = await makeUser(context, { email: "una@example.test", emailVerified: true, disabled: true });
    const browser = newBrowser(context);
    await travelTo(context, browser, idp, { sub: "una-1", email: "una@example.test", email_verified: true });
    expect(await whoIs(context, browser)).toBeNull();
    expect(await links(context, owner)).toEqual([]);
  });

  it("RC-13 is not entered when a stranger to it proved the address: its maker may still know the password", async () => {
    const context = await realmThat(true);
    const owner = await makeUser(context, { email: "una@example.test", emailVerified: false });
    const addressHash = await hashOfAddress({ kind: "email", value: "una@example.test" });
    await context.objects.call(owner.id, (object) => object.noteBlindProof(addressHash));
    await context.users.update(owner.id, owner.version, { emailVerified: true }, Date.now());
    const person = { sub: "una-1", email: "una@example.test", email_verified: true };
    const page = await travelTo(context, newBrowser(context), idp, person);
    expect(errorOf(page)).toBe("link-required");
    expect(await links(context, owner)).toEqual([]);
  });
});

describe("FE-05 who somebody is", () => {
  it("is the provider's subject: a changed address moves nobody to another account", async () => {
    const context = await realmThat(true);
    const [one, two] = [newBrowser(context), newBrowser(context)];
    const ann = { sub: "ann", email: "ann@example.test", email_verified: true };
    const ben = { sub: "ben", email: "ben@example.test", email_verified: true };
    await travelTo(context, one, idp, ann);
    await travelTo(context, two, idp, ben);
    const ids = [(await whoIs(context, one))?.id, (await whoIs(context, two))?.id];
    await travelTo(context, one, idp, { ...ann, email: ben.email });
    await travelTo(context, two, idp, { ...ben, email: ann.email });
    expect([(await whoIs(context, one))?.id, (await whoIs(context, two))?.id]).toEqual(ids);
    expect([(await whoIs(context, one))?.email, (await whoIs(context, two))?.email]).toEqual([ann.email, ben.email]);
    expect(await countUsers(context)).toBe(2);
  });

  it.each(["", "0", "null", "undefined", "NaN", "false", " ", "a b", "a\u0000b", "é", "x".repeat(256)])(
    "is not %j",
    async (sub) => {
      const context = await realmThat(false);
      const browser = newBrowser(context);
      const page = await travelTo(context, browser, idp, { sub, email: "x@example.test" });
      expect([page.status, errorOf(page)]).toEqual([400, "provider-answer-invalid"]);
      expect([await whoIs(context, browser), await countUsers(context)]).toEqual([null, 0]);
    },
  );

  it.each([[0], [null], [-1], [1.5], [2 ** 60], [[]], [{}], [true]])(
    "is not %j either, where claims are named otherwise",
    async (id) => {
      const context = await makeRealm();
      await useIdp(context, idp, { claims: { subject: "id" } });
      const page = await travelTo(context, newBrowser(context), idp, { sub: "s", id });
      expect(errorOf(page)).toBe("provider-answer-invalid");
      expect(await countUsers(context)).toBe(0);
    },
  );

  it("S2.12 stands inside an object where the claims' names lead there, as X has it, and a name with a dot is one", async () => {
    const context = await makeRealm();
    await useIdp(context, idp, { claims: { ...presets.twitter.claims, given_name: "https://idp.test/first.name" } });
    const browser = newBrowser(context);
    const data = { id: "2244994945", name: "Xenia", confirmed_email: "xenia@example.test", profile_image_url: "x" };
    await travelTo(context, browser, idp, { sub: "s", data, "https://idp.test/first.name": "Xe" });
    expect(await whoIs(context, browser)).toMatchObject({
      name: "Xenia",
      "first-name": "Xe",
      email: "xenia@example.test",
      "verification-status": null,
    });
    expect(await context.linkedAccounts.find("idp", data.id)).not.toBeNull();
  });

  it("is another person at another provider of the realm, and in another realm", async () => {
    const [context, other] = [await realmThat(false), await realmThat(false)];
    const second = await makeIdp();
    await useIdp(context, second, {}, { name: "second" });
    const [one, two, three] = [newBrowser(context), newBrowser(context), newBrowser(other)];
    await travelTo(context, one, idp, { sub: "same" });
    await travelTo(context, two, second, { sub: "same" }, { "auth-provider": "second" });
    await travelTo(other, three, idp, { sub: "same" });
    const ids = [await whoIs(context, one), await whoIs(context, two), await whoIs(other, three)].map((me) => me?.id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(undefined);
  });
});

describe("fifty first sign-ins at once", () => {
  const fifty = Array.from({ length: 50 }, (_, index) => index);

  it("RE-01 of one identity make one account", async () => {
    const context = await realmThat(false);
    const person = { sub: "eager", email: "eager@example.test", email_verified: true };
    const returns = await Promise.all(
      fifty.map(async () => {
        const browser = newBrowser(context);
        return { browser, back: idp.answer(await depart(context, browser), person) };
      }),
    );
    await Promise.all(returns.map(({ browser, back }) => browser.open(back.href, "cross-site")));
    const ids = await Promise.all(returns.map(async ({ browser }) => (await whoIs(context, browser))?.id));
    expect([new Set(ids).size, ids.includes(undefined), await countUsers(context)]).toEqual([1, false, 1]);
    const { results } = await env.DB.prepare("select user_id from linked_accounts where realm_id = ?")
      .bind(context.realm.id)
      .all();
    expect(results).toEqual([{ user_id: ids[0] }]);
  });

  it("of as many identities with one address make one account, and tell the others to connect", async () => {
    const context = await realmThat(true);
    const pages = await Promise.all(
      fifty.map((index) =>
        travelTo(context, newBrowser(context), idp, { sub: `rival-${index}`, email: "one@example.test" }),
      ),
    );
    expect(pages.filter((page) => page.url.pathname === "/done")).toHaveLength(1);
    expect(pages.filter((page) => errorOf(page) === "link-required")).toHaveLength(49);
    expect(await countUsers(context)).toBe(1);
  });
});

describe("RC-13 pre-hijacking", () => {
  it("a link that an impostor made to an account of another's address goes when the owner proves the mailbox", async () => {
    const context = await realmThat(false);
    await travelTo(context, newBrowser(context), idp, { sub: "impostor", email: "victim@example.test" });
    const account = await context.users.findByEmail("victim@example.test");
    if (account === null) throw new Error("no account");
    const address = { kind: "email", value: "victim@example.test" } as const;
    await takeOver(context, account, address, {});
    const browser = newBrowser(context);
    await travelTo(context, browser, idp, { sub: "impostor", email: "victim@example.test" });
    expect(await whoIs(context, browser)).toBeNull();
    expect(await links(context, account)).toEqual([]);
  });

  it("nor does the word of a provider that is not trusted: its link goes when the mailbox is proven by a reset", async () => {
    for (const [trusts, left] of [
      [false, []],
      [true, [{ sourceId: "first" }]],
    ] as const) {
      const context = await realmThat(trusts);
      const person = { sub: "first", email: "victim@example.test", email_verified: true };
      await travelTo(context, newBrowser(context), idp, person);
      const account = await context.users.findByEmail("victim@example.test");
      if (account === null) throw new Error("no account");
      expect(account.emailVerified).toBe(true);
      const address = { kind: "email", value: "victim@example.test" } as const;
      const passwordHash = "$argon2id$the-owner";
      await changeForOwner(context, account, address, { passwordHash });
      expect(await links(context, account)).toMatchObject(left);
    }
  });

  it("an impostor's password account with the owner's address gains nothing when the owner comes by provider", async () => {
    const context = await realmThat(true);
    const { user } = await signedInUser(context, { email: "victim@example.test", emailVerified: false });
    const person = { sub: "owner", email: "victim@example.test", email_verified: true };
    const page = await travelTo(context, newBrowser(context), idp, person);
    expect(errorOf(page)).toBe("link-required");
    expect(await links(context, user)).toEqual([]);
    expect((await context.users.findById(user.id))?.emailVerified).toBe(false);
  });

  it("an account made by provider has no password that anybody could guess", async () => {
    const context = await realmThat(false);
    await travelTo(context, newBrowser(context), idp, { sub: "p", email: "p@example.test", email_verified: true });
    for (const password of ["", "null", "undefined", "p@example.test"])
      expect((await logIn(context, "p@example.test", password)).status).not.toBe(200);
  });
});
