import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { signedInUser } from "../support/token-side.ts";
import { type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { makeRealm, request } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { api, errorOf, newBrowser, travelTo, whoIs } from "./journey.ts";

let idp: Idp;
let context: RealmContext;
let user: UserRow;
let session: string;
beforeAll(async () => {
  stubInternet();
  idp = await makeIdp();
});
beforeEach(async () => {
  context = await makeRealm();
  await useIdp(context, idp);
  await useIdp(context, idp, {}, { name: "second" });
  ({ user, cookie: session } = await signedInUser(context));
});

const path = "/users/linked-accounts";
const call = (method: string, at: string) =>
  request(api(context, at), { method, headers: { cookie: `qt-auth=${session}` } });

async function connected(sourceId = "person", source = "idp"): Promise<void> {
  const link = { source, sourceId, userId: user.id, metadata: {}, linkedAt: Date.now() };
  expect(await context.linkedAccounts.add(link, null)).toBe(true);
}

const linksOf = async (who: UserRow) =>
  (await context.linkedAccounts.listOf(who.id)).map(({ source, sourceId }) => `${source}|${sourceId}`);

describe("disconnecting", () => {
  it("ends the way in", async () => {
    await connected();
    await context.users.update(user.id, user.version, { passwordHash: "$argon2id$some" }, Date.now());
    expect((await call("DELETE", `${path}/idp`)).status).toBe(204);
    expect(await linksOf(user)).toEqual([]);
    await expectError(await call("DELETE", `${path}/idp`), 404, "not-found");
  });

  it("does not take the last way in", async () => {
    await connected();
    await expectError(await call("DELETE", `${path}/idp`), 409, "last-way-in");
    expect(await linksOf(user)).toEqual(["idp|person"]);
  });

  it("takes one of two, but not where the other's provider is switched off", async () => {
    await connected();
    await connected("person-2", "second");
    const disable = (at: number | null) =>
      env.DB.prepare("update providers set disabled_at = ? where realm_id = ? and name = 'second'")
        .bind(at, context.realm.id)
        .run();
    await disable(Date.now());
    await expectError(await call("DELETE", `${path}/idp`), 409, "last-way-in");
    await disable(null);
    expect((await call("DELETE", `${path}/idp`)).status).toBe(204);
    expect(await linksOf(user)).toEqual(["second|person-2"]);
  });

  it("takes the last provider from somebody with a passkey", async () => {
    await connected();
    await env.DB.prepare("insert into passkeys (realm_id, id_hash, user_id) values (?, ?, ?)")
      .bind(context.realm.id, "hash", user.id)
      .run();
    expect((await call("DELETE", `${path}/idp`)).status).toBe(204);
  });

  it("leaves one of two, however many try to take both at once", async () => {
    await connected();
    await connected("person-2", "second");
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => call("DELETE", `${path}/${index % 2 === 0 ? "idp" : "second"}`)),
    );
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(1);
    expect(await linksOf(user)).toHaveLength(1);
  });

  it("reaches nobody else's links", async () => {
    await connected();
    const other = await signedInUser(context);
    session = other.cookie;
    await expectError(await call("DELETE", `${path}/idp`), 404, "not-found");
    expect(await linksOf(user)).toEqual(["idp|person"]);
  });
});

describe("FE-09 a link that is switched off", () => {
  it("signs nobody in, nor makes another account", async () => {
    await connected();
    await env.DB.prepare("update linked_accounts set status = 'disabled' where realm_id = ?")
      .bind(context.realm.id)
      .run();
    const browser = newBrowser(context);
    const page = await travelTo(context, browser, idp, { sub: "person" });
    expect([page.status, errorOf(page), await whoIs(context, browser)]).toEqual([403, "linked-account-disabled", null]);
    await expectError(await call("DELETE", `${path}/idp`), 409, "last-way-in");
  });
});

describe("deletion", () => {
  it("of a user takes their links along: the identity is a newcomer then", async () => {
    await connected();
    expect(await context.users.delete(user.id)).toBe(true);
    expect(await linksOf(user)).toEqual([]);
    const browser = newBrowser(context);
    await travelTo(context, browser, idp, { sub: "person" });
    const newcomer = await whoIs(context, browser);
    expect(newcomer).toMatchObject({ id: expect.any(Number) });
    expect(newcomer?.id).not.toBe(user.id);
  });

  it("of a user who may not be deleted leaves their links", async () => {
    await connected();
    await context.users.update(user.id, user.version, { roles: ["sysadmin"] }, Date.now());
    await expect(context.users.guardedBy("spare-all").delete(user.id)).rejects.toMatchObject({
      reason: "sysadmin-spared",
    });
    expect(await linksOf(user)).toEqual(["idp|person"]);
  });
});
