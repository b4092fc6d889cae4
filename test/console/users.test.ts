import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { operate } from "../admin/support.ts";
import { newestTo } from "../messages/mailbox.ts";
import { goodPassword, jsonBody, makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { enableTotp } from "../two-factor/support.ts";
import { type ConsoleAnswer, consolePath, makeOperator, type Operator } from "./support.ts";

let context: RealmContext;
let sysadmin: Operator;
let admin: Operator;
beforeAll(async () => {
  context = await makeRealm();
  sysadmin = await makeOperator(context, ["user", "admin", "sysadmin"]);
  admin = await makeOperator(context, ["user", "admin"]);
});

const pathOf = (user: Pick<UserRow, "id">, rest = ""): string => consolePath(context, `/users/${user.id}${rest}`);
const userNow = async ({ id }: Pick<UserRow, "id">) =>
  (await operate("GET", `/realms/${context.realm.id}/users/${id}`)).json;
const isAlive = async (session: string): Promise<boolean> =>
  (await request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${session}` } }))
    .status === 200;
const found = (page: ConsoleAnswer): string[] =>
  [...page.html.matchAll(/<tr id="user-(\d+)"/g)].map(([, id = ""]) => id);
const problemAt = (page: ConsoleAnswer, id: string): string | undefined =>
  new RegExp(`<p id="${id}-problem" class="problem">([^<]*)`).exec(page.html)?.[1];

describe("users in the console", () => {
  it("are found by how address, username or name begin, and by their id", async () => {
    const user = await makeUser(context, { email: "zelda@find.test", username: "zz-top", name: "Zelda Zimmer" });
    for (const q of ["zelda@fi", "ZELDA@find.test", "zz-t", "Zelda Z", String(user.id), `qp_${user.id}`]) {
      const page = await admin.open(consolePath(context, `/users?${new URLSearchParams({ q })}`));
      expect([q, page.status, found(page)]).toEqual([q, 200, [String(user.id)]]);
      expect(page.html).toContain("Zelda Zimmer");
    }
    for (const q of ["nobody-here", "999999999999"]) {
      const page = await admin.open(consolePath(context, `/users?q=${q}`));
      expect([page.status, found(page)]).toEqual([200, []]);
      expect(page.html).toContain("Nobody is found.");
    }
  });

  it("are shown a page at a time, everybody once", async () => {
    const crowded = await makeRealm();
    const operator = await makeOperator(crowded, ["admin"]);
    const made = await Promise.all(Array.from({ length: 27 }, () => makeUser(crowded)));
    const first = await operator.open(consolePath(crowded, "/users"));
    const [, next = ""] = /id="next-page-link"[^>]* href="([^"]+)"/.exec(first.html) ?? [];
    const second = await operator.open(next.replaceAll("&amp;", "&"));
    const shown = [...found(first), ...found(second)];
    expect(found(first)).toHaveLength(25);
    expect(shown.toSorted()).toEqual([...made.map(({ id }) => String(id)), String(operator.userId)].toSorted());
  });

  it("are made, changed field by field, and deleted once their address is typed", async () => {
    const page = await admin.open(consolePath(context, "/users/new"));
    const made = await admin.submit(page, "new-form", {
      email: "new@made.test",
      name: "Nora New",
      password: goodPassword,
      external_id: "crm-7",
      metadata: '{"plan":{"name":"gold","seats":3},"old":1}',
      "roles=user": "true",
    });
    const [, id = ""] = /users\/(\d+)\?done=created$/.exec(made.location ?? "") ?? [];
    const user = { id: Number(id) };
    expect(await userNow(user)).toMatchObject({
      email: "new@made.test",
      email_verified: false,
      external_id: "crm-7",
      roles: ["user"],
    });
    await expect(signIn(context, { ...user, email: "new@made.test" } as UserRow)).rejects.toThrow(
      "password-change-required",
    );

    const changed = await admin.submit(await admin.open(pathOf(user, "/edit")), "edit-form", {
      name: "",
      username: "nora",
      metadata: '{"plan":{"name":"silver"}}',
      "roles=user": "true",
      "roles=admin": "true",
    });
    expect([changed.status, changed.location]).toEqual([303, `${pathOf(user)}?done=saved`]);
    expect(await userNow(user)).toMatchObject({
      name: null,
      username: "nora",
      roles: ["user", "admin"],
      metadata: { plan: { name: "silver" } },
    });
    expect((await userNow(user)).metadata).toEqual({ plan: { name: "silver" } });

    const own = await admin.open(pathOf(user));
    const wrong = await admin.submit(own, "delete-form", { confirmation: "NEW@made.test" });
    expect([wrong.status, problemAt(wrong, "delete-form-confirmation")]).toEqual([422, "Type it exactly as shown."]);
    const gone = await admin.submit(own, "delete-form", { confirmation: "new@made.test" });
    expect(gone.location).toBe(`${consolePath(context, "/users")}?done=removed`);
    expect((await admin.open(pathOf(user))).status).toBe(404);
  });

  it("lose the confirmation of their address with another address, whatever the box says", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const page = await admin.open(pathOf(user, "/edit"));
    const typed = { email: "other@address.test", email_verified: "true", "roles=user": "true" };
    expect((await admin.submit(page, "edit-form", typed)).status).toBe(303);
    expect(await userNow(user)).toMatchObject({ email: "other@address.test", email_verified: false });
    const again = await admin.open(pathOf(user, "/edit"));
    await admin.submit(again, "edit-form", { ...typed });
    expect(await userNow(user)).toMatchObject({ email_verified: true });
  });

  it.each([
    ["an address that is none", { email: "not an address" }, "email"],
    ["no role", { email: "a@b.test", "roles=user": undefined }, "roles"],
    ["broken metadata", { email: "a@b.test", metadata: "{" }, "metadata"],
    ["a password that is too short", { email: "a@b.test", password: "short" }, "password"],
    ["nothing to sign in with", { name: "Nobody" }, "email"],
  ])("say what is wrong with %s beside the field", async (_, typed, field) => {
    const page = await admin.open(consolePath(context, "/users/new"));
    const answer = await admin.submit(page, "new-form", { "roles=user": "true", ...typed });
    expect([answer.status, /\S/.test(problemAt(answer, `new-form-${field}`) ?? "")]).toEqual([422, true]);
    expect(answer.html).not.toContain('value="short"');
    expect((await operate("GET", `/realms/${context.realm.id}/users?q=a@b.test`)).json.users).toEqual([]);
  });
});

describe("one user in the console", () => {
  it("SE-07 shows where somebody is signed in by the devices' names, ends one session, then all", async () => {
    const user = await makeUser(context);
    const sessions = [await signIn(context, user), await signIn(context, user), await signIn(context, user)];
    const page = await admin.open(pathOf(user));
    const kicks = page.forms.filter(({ id }) => id?.startsWith("kick-form-"));
    expect(kicks).toHaveLength(3);
    expect(page.html).toContain('id="sessions-live" class="stack" data-live="4"');
    expect(page.headers.get("content-security-policy")).toContain("connect-src 'self'");
    expect((await admin.submit(page, "kick-form-0")).location).toBe(`${pathOf(user)}?done=session-ended`);
    expect((await Promise.all(sessions.map(isAlive))).filter(Boolean)).toHaveLength(2);
    expect((await admin.submit(page, "kick-form-0")).status).toBe(404);
    expect((await admin.submit(page, "kick-all-form")).location).toBe(`${pathOf(user)}?done=sessions-ended`);
    expect(await Promise.all(sessions.map(isAlive))).toEqual([false, false, false]);
    expect((await admin.open(pathOf(user))).html).toContain("Nobody is signed in as this user.");
  });

  it("RC-16 disables and enables, resets a password without knowing the next one, and takes second factors away", async () => {
    const user = await makeUser(context);
    const session = (await enableTotp(context, await signIn(context, user))).session;
    const off = await admin.submit(await admin.open(pathOf(user)), "switch-form");
    expect(off.location).toBe(`${pathOf(user)}?done=saved`);
    expect([(await userNow(user)).disabled, await isAlive(session)]).toEqual([true, false]);
    await admin.submit(await admin.open(pathOf(user)), "switch-form");
    expect((await userNow(user)).disabled).toBe(false);

    const made = await admin.submit(await admin.open(pathOf(user)), "temporary-password-form");
    const next = /<code id="password-secret"[^>]*>([^<]+)</.exec(made.html)?.[1] ?? "";
    expect([made.status, next]).toEqual([200, expect.stringMatching(/^[a-z2-9]{20}$/)]);
    expect((await admin.open(pathOf(user))).html).not.toContain(next);
    const login = (password: string) =>
      request(`${context.realm.issuer}/api/auth/v1/login`, jsonBody({ email: user.email, password }));
    expect((await login(goodPassword)).status).toBe(401);
    const owed: { error: { code: string; token: string } } = await (await login(next)).json();
    expect(owed.error.code).toBe("password-change-required");
    const own = "copper-lantern-meadow-17";
    const chosen = { token: owed.error.token, "new-password": own };
    await request(`${context.realm.issuer}/api/auth/v1/users/reset-password-with-token`, jsonBody(chosen));
    expect(await (await login(own)).json()).toMatchObject({ code: "tfa-validation-is-required" });
    const mailed = await admin.submit(await admin.open(pathOf(user)), "mail-reset-form");
    expect(mailed.location).toBe(`${pathOf(user)}?done=reset-mailed`);
    expect((await newestTo(context, user.email)).text).toContain("/reset-password?token=");
    const reset = await admin.submit(await admin.open(pathOf(user)), "factors-form");
    expect(reset.location).toBe(`${pathOf(user)}?done=factors-reset`);
    expect((await login(own)).status).toBe(200);
  });

  it("takes back what an application was granted", async () => {
    const user = await makeUser(context);
    const client = await makeClient(context, {}, { firstParty: false, name: "Crossword Club" });
    await context.objects.call(user.id, (object) => object.addConsent(client.clientId, ["openid", "email"]));
    const page = await admin.open(pathOf(user));
    expect(page.html).toContain("Crossword Club");
    expect((await admin.submit(page, "revoke-form-0")).location).toBe(`${pathOf(user)}?done=consent-revoked`);
    expect(await context.objects.call(user.id, (object) => object.consents(null))).toEqual([]);
  });

  it("merges an account into another: shows who stays, takes the typed name of the one that goes, then goes there", async () => {
    const gone = await makeUser(context, { externalId: "merged-1" });
    const kept = await makeUser(context, { name: "Sue <b>Survivor</b>" });
    expect((await admin.open(pathOf(gone))).html).not.toContain("survivor-form");
    expect((await sysadmin.open(pathOf({ id: sysadmin.userId }))).html).not.toContain("survivor-form");
    const page = await sysadmin.open(pathOf(gone));
    expect(page.forms.map(({ id }) => id)).not.toContain("merge-form");
    const stranger = await makeUser(await makeRealm());
    for (const into of ["", "Sue", "../clients", "1", String(gone.id), String(stranger.id)]) {
      const missed = await sysadmin.submit(page, "survivor-form", { into });
      expect([into, /\S/.test(problemAt(missed, "survivor-form-into") ?? "")]).toEqual([into, true]);
      expect(missed.forms.map(({ id }) => id)).not.toContain("merge-form");
    }
    const found = await sysadmin.submit(page, "survivor-form", { into: ` qp_${kept.id} ` });
    expect(found.html).toContain(`<dd id="survivor-id"><code>${kept.id}</code>`);
    expect(found.html).toContain("Sue &lt;b&gt;Survivor&lt;/b&gt;");
    expect((await userNow(gone)).disabled).toBe(false);

    const wrong = await sysadmin.submit(found, "merge-form", { confirmation: String(kept.email) });
    expect([wrong.status, problemAt(wrong, "merge-form-confirmation")]).toEqual([422, "Type it exactly as shown."]);
    expect((await userNow(gone)).disabled).toBe(false);
    const merged = await sysadmin.submit(wrong, "merge-form", { confirmation: String(gone.email) });
    expect([merged.status, merged.location]).toEqual([303, `${pathOf(kept)}?done=merged`]);
    expect((await userNow(kept)).external_id).toBe("merged-1");
    expect((await sysadmin.open(pathOf(gone))).status).toBe(404);
    expect((await sysadmin.open(merged.location ?? "")).html).toContain("The two accounts are one now.");
  });

  it("MR-04 offers an admin nothing against a system administrator, and refuses what is posted all the same", async () => {
    const target = await makeUser(context, { roles: ["user", "sysadmin"] });
    const session = await signIn(context, target);
    const page = await admin.open(pathOf(target));
    expect(page.forms.map(({ id }) => id)).toEqual(["sign-out-form"]);
    const before = await userNow(target);
    const borrowed = await admin.open(pathOf(await makeUser(context)));
    const against = {
      ...borrowed,
      forms: borrowed.forms.map((form) => ({ ...form, action: pathOf(target) })),
    };
    for (const [form, typed] of [
      ["mail-reset-form", {}],
      ["temporary-password-form", {}],
      ["switch-form", {}],
      ["factors-form", {}],
      ["delete-form", { confirmation: String(target.email), version: '"1"' }],
    ] as [string, Record<string, string>][])
      expect([form, (await admin.submit(against, form, { version: undefined, ...typed })).status]).toEqual([form, 403]);
    const kick = { ...against, forms: against.forms.map((form) => ({ ...form, id: `${form.id}-x` })) };
    expect((await admin.submit(kick, "factors-form-x", { do: "kick" })).status).toBe(403);
    const edit = await admin.open(pathOf(target, "/edit"));
    expect((await admin.submit(edit, "edit-form", { "roles=user": "true", name: "Taken" })).status).toBe(403);
    const own = await admin.open(pathOf(borrowedUser(borrowed), "/edit"));
    const climbed = await admin.submit(own, "edit-form", { "roles=user": "true", "roles=sysadmin": "true" });
    expect(climbed.status).toBe(303);
    expect((await userNow(borrowedUser(borrowed))).roles).toEqual(["user"]);
    expect([await userNow(target), await isAlive(session)]).toEqual([before, true]);
  });

  it("MR-04 offers nobody to take their own second factors away", async () => {
    expect((await sysadmin.open(pathOf({ id: sysadmin.userId }))).html).not.toContain("factors-form");
  });

  it("MR-01 knows nobody of another realm", async () => {
    const stranger = await makeUser(await makeRealm());
    for (const rest of ["", "/edit"]) expect((await sysadmin.open(pathOf(stranger, rest))).status).toBe(404);
    const page = await sysadmin.open(pathOf(await makeUser(context)));
    const against = { ...page, forms: page.forms.map((form) => ({ ...form, action: pathOf(stranger) })) };
    for (const form of ["switch-form", "factors-form", "delete-form"])
      expect((await sysadmin.submit(against, form)).status).toBe(404);
  });

  it("MR-11 tells the second of two operators, and overwrites nothing (RFC 9110 §13.1.1)", async () => {
    const user = await makeUser(context);
    const [first, second] = [await admin.open(pathOf(user, "/edit")), await sysadmin.open(pathOf(user, "/edit"))];
    await admin.submit(first, "edit-form", { name: "First", "roles=user": "true" });
    const late = await sysadmin.submit(second, "edit-form", { name: "Second", "roles=user": "true" });
    expect([late.status, (await userNow(user)).name]).toEqual([412, "First"]);
    expect(late.html).toContain("Somebody else has changed this in the meantime");
  });
});

function borrowedUser(page: ConsoleAnswer): Pick<UserRow, "id"> {
  const [, id = ""] = /<dd id="user-id"><code>(\d+)</.exec(page.html) ?? [];
  return { id: Number(id) };
}
