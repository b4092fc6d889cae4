import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Bindings, parseEnv } from "../../src/config/env.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { changeUser, deleteUser } from "../../src/domain/users/change-user.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { UserObject } from "../../src/storage/user-object/user-object.ts";
import { objectOf, refresh } from "../support/token-side.ts";
import {
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser as newUser,
  request,
  signIn,
  tokensFor,
} from "../support/world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const me = ({ realm }: RealmContext, cookie: string) =>
  request(`${realm.issuer}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${cookie}` } });

/** Time Travel for the users of a realm: their rows as they are now, to be put back. */
async function bookmark({ realm }: RealmContext): Promise<() => Promise<void>> {
  const { results } = await env.DB.prepare("select * from users where realm_id = ?")
    .bind(realm.id)
    .all<Record<string, unknown>>();
  return async () => {
    await env.DB.prepare("delete from users where realm_id = ?").bind(realm.id).run();
    for (const row of results) {
      const names = Object.keys(row);
      const sql = `insert into users (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`;
      await env.DB.prepare(sql)
        .bind(...Object.values(row))
        .run();
    }
  };
}

/** The object as a deployment starts it that knows of the restoring; with a database that fails, if told. */
const started = (context: RealmContext, userId: number, restoredAt: string, DB: D1Database = env.DB) =>
  runInDurableObject(objectOf(context, userId), async (_, state) => {
    const object = new UserObject(state, { ...env, RESTORED_AT: restoredAt, DB } as unknown as Bindings);
    // Waits as the platform does for those who call meanwhile.
    await state.blockConcurrencyWhile(async () => {});
    return object.sessions();
  });

const now = (): string => new Date().toISOString();
const update = (context: RealmContext, user: UserRow, changes: Parameters<typeof changeUser>[2]) =>
  changeUser(context, user, changes, "none");

describe("RE-09 the database is taken back, the users' objects are not", () => {
  it("nobody keeps roles that the restored rows do not give, and nobody is thrown out whom they have", async () => {
    const context = await makeRealm();
    const user = await newUser(context);
    const cookie = await signIn(context, user);
    const restore = await bookmark(context);
    const raised = await update(context, user, { roles: ["user", "admin"], name: "Later" });
    await update(context, raised, { name: "Much later" });
    await restore();
    // Without a word to the objects, the newer copy would stay.
    expect(await (await me(context, cookie)).json()).toMatchObject({ user: { name: "Much later" } });
    expect(await started(context, user.id, now())).toHaveLength(1);
    const seen = await me(context, cookie);
    expect(seen.status).toBe(200);
    const text = await seen.text();
    expect(text).toContain("Una User");
    expect(text).not.toContain("Much later");
    const live = await context.objects.call(user.id, (object) => object.ownData());
    expect(live.sessions).toHaveLength(1);
    // Changes from now on reach the object, though its old copy had a higher version.
    const [row] = [await context.users.findById(user.id)];
    if (row === null) throw new Error("no row");
    expect(row.roles).toEqual(user.roles);
    await update(context, row, { name: "After the restoring" });
    expect(await (await me(context, cookie)).text()).toContain("After the restoring");
  });

  it("users without a row have no session and no grant, and whoever was shut out at that time is", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const disabled = await newUser(context);
    const off = await update(context, disabled, { disabledAt: Date.now() });
    const restore = await bookmark(context);
    const { user: stranger, cookie, tokens } = await tokensFor(context, client);
    await update(context, off, { disabledAt: null });
    const disabledCookie = await signIn(context, disabled);
    await restore();
    const at = now();
    for (const { id } of [stranger, disabled]) expect(await started(context, id, at)).toEqual([]);
    for (const held of [cookie, disabledCookie]) expect((await me(context, held)).status).toBe(403);
    const refused = await refresh(context, client, tokens.refresh_token);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: "invalid_grant" }]);
  });

  it("what was used, revoked or ended since stays so", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { user, cookie: kicked, tokens } = await tokensFor(context, client);
    const restore = await bookmark(context);
    const rotated = await refresh(context, client, tokens.refresh_token);
    expect(rotated.status).toBe(200);
    await changeUser(context, user, { name: "Kicked" }, "all");
    await restore();
    expect(await started(context, user.id, now())).toEqual([]);
    expect((await me(context, kicked)).status).toBe(403);
    for (const token of [tokens.refresh_token, (await rotated.json<{ refresh_token: string }>()).refresh_token])
      expect((await refresh(context, client, token)).status).toBe(400);
    expect(await signIn(context, user)).not.toBe("");
  });

  it("users who were deleted since are there again, and sign in", async () => {
    const context = await makeRealm();
    const user = await newUser(context);
    await signIn(context, user);
    const restore = await bookmark(context);
    await deleteUser(context, user.id);
    await restore();
    expect(await started(context, user.id, now())).toEqual([]);
    const signedIn = await request(
      `${context.realm.issuer}/api/auth/v1/login`,
      jsonBody({ email: user.email, password: goodPassword }),
    );
    expect(signedIn.status).toBe(200);
  });

  it("RE-05 an object that cannot read its row answers nothing, rather than what it knew; a second start asks no more", async () => {
    const context = await makeRealm();
    const user = await newUser(context);
    const cookie = await signIn(context, user);
    const at = now();
    let asked = 0;
    const failing = {
      ...env.DB,
      prepare: () => {
        asked++;
        throw new Error("out of order");
      },
    } as unknown as D1Database;
    await expect(started(context, user.id, at, failing)).rejects.toThrow();
    expect(asked).toBe(1);
    expect(await started(context, user.id, at)).toHaveLength(1);
    expect(await started(context, user.id, at, failing)).toHaveLength(1);
    expect(asked).toBe(1);
    expect((await me(context, cookie)).status).toBe(200);
  });

  it.each(["yesterday", "1763700000000", "2026-11-21", "2026-13-45T00:00:00Z"])(
    "RE-19 a time that is none is refused at the start: %s",
    (text) => {
      expect(() => parseEnv({ ...env, RESTORED_AT: text } as Bindings)).toThrow(/RESTORED_AT/);
    },
  );
});
