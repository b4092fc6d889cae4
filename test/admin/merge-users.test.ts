import { beforeAll, describe, expect, it, vi } from "vitest";
import { hashOfAddress } from "../../src/domain/mail/address.ts";
import { changeUser } from "../../src/domain/users/change-user.ts";
import { StorageUnavailable } from "../../src/errors/storage-unavailable.ts";
import { type UserChanges, type UserRow, UserStore } from "../../src/storage/d1/user-store.ts";
import { loggedIn } from "../audit/support.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { bearer, call, done, type Json, makeSite, operate, type Site } from "./support.ts";

let site: Site;
beforeAll(async () => {
  stubInternet();
  site = await makeSite();
});

const merge = (gone: Pick<UserRow, "id">, into: unknown, headers: Record<string, string> = {}, where = site) =>
  operate("POST", `${where.path}/users/${gone.id}/merge`, { into }, headers);
const read = (user: Pick<UserRow, "id">, where = site) => operate("GET", `${where.path}/users/${user.id}`);
const statusOf = async (session: string, where = site) =>
  (await request(`https://${where.host}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${session}` } })).status;

async function link(user: UserRow, source: string, sourceId: string, where = site): Promise<void> {
  const row = { source, sourceId, userId: user.id, metadata: { email: "x@y.test" }, linkedAt: Date.now() };
  expect(await where.context.linkedAccounts.add(row, null)).toBe(true);
}
const linksOf = async (user: Pick<UserRow, "id">, where = site) =>
  (await where.context.linkedAccounts.listOf(user.id))
    .map(({ source, sourceId }) => `${source}|${sourceId}`)
    .toSorted();

async function changed(user: UserRow, changes: UserChanges, where = site): Promise<UserRow> {
  const after = await where.context.users.update(user.id, user.version, changes, Date.now());
  if (after === "outdated" || "conflict" in after) throw new Error("not changed");
  return after.row;
}

const mergesOf = async (id: number, where = site) =>
  (await loggedIn(where.context.realm.id)).filter(({ type, user }) => type === "user.merged" && user === String(id));

/** What a webhook of the site hears from now on. */
async function listen(where: Site, types: string[]): Promise<{ type: string; data: Json }[]> {
  const host = `${crypto.randomUUID().slice(0, 8)}.hooks.example.com`;
  const heard: { type: string; data: Json }[] = [];
  standUp(host, async (sent) => {
    heard.push(JSON.parse(await sent.text()) as (typeof heard)[number]);
    return new Response(null, { status: 204 });
  });
  await done(201, operate("POST", `${where.path}/webhooks`, { url: `https://${host}/`, events: types }));
  return heard;
}

describe("a user who is merged into another", () => {
  it("leaves linked accounts, ids and proven addresses behind, ends with all sessions, and is told of once", async () => {
    const where = await makeSite();
    const events = await listen(where, ["user.deleted", "account.linked", "user.updated"]);
    const name = crypto.randomUUID();
    const gone = await changed(
      await makeUser(where.context, { email: `${name}@old.test`, username: "jo.doe", externalId: "main-7" }),
      { emailVerified: true, phoneNumber: "+442079460001", phoneVerified: true },
      where,
    );
    const kept = await makeUser(where.context, { username: null, name: "Jo", roles: ["user"] });
    await link(gone, "idp", "a", where);
    await link(gone, "shop", "b", where);
    await link(kept, "idp", "c", where);
    const [old, own] = [await signIn(where.context, gone), await signIn(where.context, kept)];

    const answer = await merge(gone, `qp_${kept.id}`, {}, where);
    expect(answer.status, answer.text).toBe(200);
    const fields = ["external_id", "phone_number", "phone_verified", "username"];
    const { moved, user } = answer.json as { moved: { fields: string[] }; user: Json };
    expect({ ...moved, fields: moved.fields.toSorted() }).toEqual({ linked_accounts: 2, fields });
    expect(user).toMatchObject({
      id: kept.id,
      email: kept.email,
      username: "jo.doe",
      external_id: "main-7",
      phone_number: "+442079460001",
      phone_verified: true,
      name: "Jo",
      version: kept.version + 1,
    });
    expect(answer.headers.get("etag")).toBe(`"${kept.version + 1}"`);
    expect(await linksOf(kept, where)).toEqual(["idp|a", "idp|c", "shop|b"]);
    expect((await where.context.linkedAccounts.find("idp", "a"))?.link.metadata).toEqual({ email: "x@y.test" });
    expect([(await read(gone, where)).status, await statusOf(old, where), await statusOf(own, where)]).toEqual([
      404, 403, 200,
    ]);
    expect(await where.context.objects.call(gone.id, (object) => object.sessions())).toEqual([]);
    const me = await request(`https://${where.host}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${own}` } });
    expect(JSON.stringify(await me.json())).toContain("+442079460001");

    await vi.waitFor(() => expect(events.length).toBe(5), { timeout: 15_000, interval: 50 });
    const heard = (type: string) => events.filter((event) => event.type === type).map(({ data }) => data);
    expect(heard("user.deleted")).toEqual([
      expect.objectContaining({ user_id: String(gone.id), merged_into: String(kept.id) }),
    ]);
    expect(
      heard("account.linked")
        .map(({ user_id, source_id }) => [user_id, source_id])
        .toSorted(),
    ).toEqual([
      [String(kept.id), "a"],
      [String(kept.id), "b"],
    ]);
    expect(
      heard("user.updated")
        .map(({ user_id }) => user_id)
        .toSorted(),
    ).toEqual([String(gone.id), String(kept.id)].toSorted());

    const [event, ...more] = await mergesOf(gone.id, where);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ outcome: "done", details: { into: String(kept.id), linked_accounts: 2 } });
    expect(JSON.stringify(event)).not.toMatch(/old\.test|main-7|44207/);
    expect((await merge(gone, kept.id, {}, where)).status).toBe(404);
    expect((await linksOf(kept, where)).length).toBe(3);
  });

  it("changes nothing that the survivor has, and hands on no address that nobody has proven", async () => {
    const gone = await changed(
      await makeUser(site.context, { username: "goner", externalId: "g-1", roles: ["user", "admin"] }),
      {
        emailVerified: true,
        metadata: { plan: "gold" },
        phoneNumber: "+442079460002",
      },
    );
    const kept = await makeUser(site.context, { username: "keeper", externalId: "k-1" });
    const before = (await read(kept)).json;
    const answer = await done(200, merge(gone, kept.id));
    const { version, updated_at: _, ...rest } = before;
    expect(answer.user).toMatchObject({ ...rest, version: Number(version) + 1 });
    expect(answer.moved).toEqual({ linked_accounts: 0, fields: [] });
    for (const name of ["findByUsername", "findByExternalId"] as const)
      expect(await site.context.users[name](name === "findByUsername" ? "goner" : "g-1")).toBeNull();
  });

  it("RC-13 does not hand on an address that somebody else may have proven", async () => {
    const gone = await changed(await makeUser(site.context), { emailVerified: true });
    const addressHash = await hashOfAddress({ kind: "email", value: gone.email ?? "" });
    await site.context.objects.call(gone.id, (object) => object.noteBlindProof(addressHash));
    const kept = await makeUser(site.context, { email: null, username: "phoneless" });
    expect((await done(200, merge(gone, kept.id))).moved).toEqual({ linked_accounts: 0, fields: [] });
    const other = await changed(await makeUser(site.context), { emailVerified: true });
    expect((await done(200, merge(other, kept.id))).user).toMatchObject({ email: other.email, email_verified: true });
  });

  it.each([
    ["itself", async (gone: UserRow) => gone.id],
    ["nobody", async () => 1],
    ["what is no id", async () => "jo@example.test"],
    ["a user of another realm (MR-01)", async () => (await makeUser(await makeRealm())).id],
    ["a disabled user", async () => (await changed(await makeUser(site.context), { disabledAt: Date.now() })).id],
    ["a guest", async () => (await changed(await makeUser(site.context), { guest: true })).id],
  ])("is not merged into %s, and stays as it was", async (_, intoWhom) => {
    const gone = await makeUser(site.context);
    await link(gone, "idp", crypto.randomUUID());
    const [session, links, before] = [await signIn(site.context, gone), await linksOf(gone), (await read(gone)).json];
    const answer = await merge(gone, await intoWhom(gone));
    expect([answer.status, answer.json.code]).toEqual([422, "validation-failed"]);
    expect((answer.json.errors as Json).into).toMatch(/^is /);
    expect([(await read(gone)).json, await linksOf(gone), await statusOf(session)]).toEqual([before, links, 200]);
  });

  it("MR-04 is nothing that an admin may do, and MR-05 takes no realm its last system administrator", async () => {
    const where = await makeSite();
    const kept = await makeUser(where.context);
    const as = (token: string, gone: Pick<UserRow, "id">) =>
      call(bearer(token), "POST", `${where.path}/users/${gone.id}/merge`, {
        host: where.host,
        body: { into: kept.id },
      });
    expect((await as(where.admin.token, where.user.row)).status).toBe(403);
    const last = await as(where.sysadmin.token, where.sysadmin.row);
    expect([last.status, last.json.code]).toEqual([409, "last-sysadmin"]);
    expect((await read(where.sysadmin.row, where)).json).toMatchObject({ disabled: false });
    expect((await as(where.sysadmin.token, where.user.row)).status).toBe(200);
    expect((await read(kept, where)).json.roles).toEqual(["user"]);
  });

  it("MR-11 is the version that was seen, or none (RFC 9110 §13.1.1)", async () => {
    const [gone, kept] = [await makeUser(site.context), await makeUser(site.context)];
    expect((await merge(gone, kept.id, { "if-match": '"77"' })).status).toBe(412);
    expect((await read(gone)).json.disabled).toBe(false);
    expect((await merge(gone, kept.id, { "if-match": '"1"' })).status).toBe(200);
  });
});

describe("a merge that is cut short", () => {
  it("leaves somebody who is shut out and whole, and the same call finishes it", async () => {
    const [gone, kept] = [await makeUser(site.context), await makeUser(site.context)];
    const sourceId = crypto.randomUUID();
    await link(gone, "idp", sourceId);
    const session = await signIn(site.context, gone);
    vi.spyOn(UserStore.prototype, "merge").mockRejectedValueOnce(
      new StorageUnavailable("users.merge", new Error("gone")),
    );
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect((await merge(gone, kept.id)).status).toBe(503);
    vi.restoreAllMocks();
    expect((await read(gone)).json).toMatchObject({ disabled: true, email: gone.email });
    expect([await linksOf(gone), await statusOf(session)]).toEqual([[`idp|${sourceId}`], 403]);
    expect((await done(200, merge(gone, kept.id))).moved).toMatchObject({ linked_accounts: 1 });
    expect([(await read(gone)).status, await linksOf(kept)]).toEqual([404, [`idp|${sourceId}`]]);
    expect((await mergesOf(gone.id)).map(({ outcome }) => outcome)).toEqual(["failed", "done"]);
  });

  it("moves nothing when one of the two was changed in between", async () => {
    const { users } = site.context;
    const [gone, kept] = [await makeUser(site.context, { externalId: "between" }), await makeUser(site.context)];
    await link(gone, "idp", crypto.randomUUID());
    expect(await users.merge(gone, kept, {}, Date.now())).toBe("outdated");
    const closed = await changeUser(site.context, gone, { disabledAt: Date.now() }, "all");
    for (const [one, other] of [
      [{ ...closed, version: closed.version - 1 }, kept],
      [closed, { ...kept, version: kept.version + 1 }],
    ] as const)
      expect(await users.merge(one, other, { externalId: "between" }, Date.now())).toBe("outdated");
    expect([await users.findById(gone.id), await users.findById(kept.id)]).toEqual([closed, kept]);
    expect((await linksOf(gone)).length).toBe(1);
  });
});

describe("merges at once", () => {
  it("of one user into several: one wins, and everything is there", async () => {
    const gone = await makeUser(site.context, { externalId: "wanted" });
    const survivors = await Promise.all(Array.from({ length: 3 }, () => makeUser(site.context)));
    const sourceId = crypto.randomUUID();
    await link(gone, "idp", sourceId);
    const answers = await Promise.all(survivors.map(({ id }) => merge(gone, id)));
    const won = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => [404, 412].includes(status))).toHaveLength(2);
    const mine = survivors[won[0] ?? 0];
    for (const survivor of survivors) {
      expect(await linksOf(survivor)).toEqual(survivor === mine ? [`idp|${sourceId}`] : []);
      expect((await read(survivor)).json.external_id).toBe(survivor === mine ? "wanted" : null);
    }
    const log = await mergesOf(gone.id);
    expect(log.filter(({ outcome }) => outcome === "done").map(({ details }) => details?.into)).toEqual([
      String(mine?.id),
    ]);
  });

  it("of two users into each other: at most one is gone", async () => {
    const [one, two] = [await makeUser(site.context), await makeUser(site.context)];
    const answers = await Promise.all([merge(one, two.id), merge(two, one.id)]);
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect([(await read(one)).status, (await read(two)).status]).toContain(200);
  });
});
