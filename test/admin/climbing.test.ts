import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { makeClient, makeUser, signIn } from "../support/world.ts";
import { bearer, type Caller, call, done, type Json, makePerson, makeSite, operate, type Site } from "./support.ts";

let site: Site;
beforeEach(async () => {
  site = await makeSite();
});

const as = (caller: Caller) => (method: string, path: string, body?: unknown) =>
  call(caller, method, `${site.path}${path}`, { host: site.host, body });
const asAdmin = (method: string, path: string, body?: unknown) => as(bearer(site.admin.token))(method, path, body);
const asSysadmin = (method: string, path: string, body?: unknown) =>
  as(bearer(site.sysadmin.token))(method, path, body);
const stored = (id: number) => env.DB.prepare("select * from users where id = ?").bind(id).first();

describe("MR-04 an admin does not climb", () => {
  it.each([[["sysadmin"]], [["user", "sysadmin"]], [["user", "admin", "sysadmin"]]])(
    "by granting %j: to a new user, to another, to itself",
    async (roles) => {
      const before = await operate("GET", `${site.path}/users`);
      for (const answer of [
        await asAdmin("POST", "/users", { email: "climber@example.test", roles }),
        await asAdmin("PATCH", `/users/${site.user.row.id}`, { roles }),
        await asAdmin("PUT", `/users/${site.user.row.id}/roles`, { roles }),
        await asAdmin("PATCH", `/users/${site.admin.row.id}`, { name: "Half", roles }),
        await asAdmin("PUT", `/users/${site.admin.row.id}/roles`, { roles }),
      ])
        expect([answer.status, answer.json.code]).toEqual([403, "forbidden"]);
      expect((await operate("GET", `${site.path}/users`)).json).toEqual(before.json);
    },
  );

  it("by any change of a system administrator", async () => {
    const { id } = site.sysadmin.row;
    const before = await stored(id);
    const sessions = (await done(200, operate("GET", `${site.path}/users/${id}/sessions`))).sessions as Json[];
    for (const answer of [
      await asAdmin("PATCH", `/users/${id}`, { name: "Mine" }),
      await asAdmin("PATCH", `/users/${id}`, { email: "mine@example.test", email_verified: true }),
      await asAdmin("PATCH", `/users/${id}`, { password: "violet-harbour-quill-99" }),
      await asAdmin("PATCH", `/users/${id}`, { disabled: true }),
      await asAdmin("PATCH", `/users/${id}`, { external_id: "mine" }),
      await asAdmin("PATCH", `/users/${id}`, { roles: ["user"] }),
      await asAdmin("PATCH", `/users/${id}`, {}),
      await asAdmin("PUT", `/users/${id}/roles`, { roles: ["user"] }),
      await asAdmin("DELETE", `/users/${id}`),
      await asAdmin("POST", `/users/${id}/password-reset`),
      await asAdmin("POST", `/users/${id}/password-reset`, { by: "temporary-password" }),
      await asAdmin("POST", `/users/${id}/kick`),
      await asAdmin("POST", `/users/${id}/kick`, { session_id: sessions[0]?.id }),
      await asAdmin("DELETE", `/users/${id}/sessions/${sessions[0]?.id}`),
    ])
      expect([answer.status, answer.json.code], answer.text).toEqual([403, "forbidden"]);
    expect(await stored(id)).toEqual(before);
    expect((await asSysadmin("GET", "")).status).toBe(200);
  });

  it("by a user who is made system administrator between look and leap: the statement itself spares them", async () => {
    const { context } = site;
    const user = await makeUser(context);
    const users = context.users.guardedBy("spare-all");
    const promoted = await context.users.update(user.id, user.version, { roles: ["sysadmin"] }, Date.now());
    expect(promoted).toHaveProperty("row");
    await expect(users.delete(user.id)).rejects.toThrow("sysadmin-spared");
    await expect(users.update(user.id, user.version + 1, { name: "Mine" }, Date.now())).rejects.toThrow(
      "sysadmin-spared",
    );
    expect(await users.update(user.id, user.version, { name: "Mine" }, Date.now())).toBe("outdated");
    expect(await stored(user.id)).toMatchObject({ name: "Una User", version: 2 });
  });

  it("by an application whose tokens act for administrators", async () => {
    const id = site.client.clientId;
    for (const answer of [
      await asAdmin("POST", "/clients", { name: "Mine", first_party: true, redirect_uris: ["https://evil.test/cb"] }),
      await asAdmin("PATCH", `/clients/${id}`, { redirect_uris: ["https://evil.test/cb"] }),
      await asAdmin("PATCH", `/clients/${id}`, { first_party: false }),
      await asAdmin("PATCH", `/clients/${site.client.integrationId}`, { name: "Mine" }),
      await asAdmin("POST", `/clients/${id}/rotate-secret`),
      await asAdmin("DELETE", `/clients/${id}`),
    ])
      expect([answer.status, answer.json.code], answer.text).toEqual([403, "forbidden"]);
    const own = await done(201, asAdmin("POST", "/clients", { name: "Partner", redirect_uris: ["https://p.test/cb"] }));
    const lifted = await asAdmin("PATCH", `/clients/${own.client_id}`, { first_party: true });
    expect([lifted.status, lifted.json.code]).toEqual([403, "forbidden"]);
    expect((await operate("GET", `${site.path}/clients/${own.client_id}`)).json).toMatchObject({ first_party: false });
    expect(await done(200, operate("GET", `${site.path}/clients/${id}`))).toMatchObject({
      name: "Console",
      version: 1,
    });
  });

  it("by settings or keys", async () => {
    const before = await operate("GET", site.path);
    for (const answer of [
      await asAdmin("PATCH", "", { settings: { password_min_length: 8 } }),
      await asAdmin("PATCH", "", { domains: ["evil.test"] }),
      await asAdmin("GET", "/keys"),
      await asAdmin("POST", "/keys/rotate"),
    ])
      expect(answer.status).toBe(403);
    expect((await operate("GET", site.path)).json).toEqual(before.json);
  });

  it("MR-01 nor a system administrator to a service that the deployment has bound for somebody else", async () => {
    const patch = (services: Json) => ({ settings: { gateway: { services } } });
    const notes = { binding: "SERVICE_NOTES" };
    const refused = await asSysadmin("PATCH", "", patch({ notes }));
    expect([refused.status, refused.json.code]).toEqual([403, "forbidden"]);
    await done(200, operate("PATCH", site.path, patch({ notes })));
    await done(
      200,
      asSysadmin("PATCH", "", patch({ notes, again: notes, own: { origin: "https://own.example.com" } })),
    );
    const other = { binding: "SERVICE_OTHER" };
    for (const services of [{ other }, { notes: other }])
      expect((await asSysadmin("PATCH", "", patch(services))).status).toBe(403);
    await done(200, asSysadmin("PATCH", "", patch({ notes: null })));
  });

  it("MR-01 nor a system administrator to the domain that another realm's mails come from", async () => {
    const from = (from_address: string | null) => ({ settings: { mail: { from_address, from_name: "The Daily" } } });
    for (const address of ["hello@other.example", "hello@daily.example"]) {
      const refused = await asSysadmin("PATCH", "", from(address));
      expect([refused.status, refused.json.code]).toEqual([403, "forbidden"]);
    }
    await done(200, operate("PATCH", site.path, from("hello@daily.example")));
    await done(200, asSysadmin("PATCH", "", from("desk@Daily.example")));
    for (const address of ["hello@other.example", "hello@sub.daily.example"])
      expect((await asSysadmin("PATCH", "", from(address))).status).toBe(403);
    await done(200, asSysadmin("PATCH", "", from(null)));
  });

  it("but does its own work: users, admins, partners", async () => {
    const { id } = await done(201, asAdmin("POST", "/users", { email: "new@example.test", roles: ["user", "admin"] }));
    await done(200, asAdmin("PATCH", `/users/${id}`, { name: "New", disabled: true }));
    await done(200, asAdmin("PUT", `/users/${id}/roles`, { roles: ["user"] }));
    await done(200, asAdmin("POST", `/users/${id}/kick`));
    await done(204, asAdmin("DELETE", `/users/${id}`));
    const partner = await makeClient(site.context, {}, { firstParty: false });
    await done(200, asAdmin("POST", `/clients/${partner.clientId}/rotate-secret`));
    await done(204, asAdmin("DELETE", `/clients/${partner.clientId}`));
  });
});

describe("MR-05 the last system administrator", () => {
  const refusedWays = (id: number): [string, string, unknown?][] => [
    ["DELETE", `/users/${id}`],
    ["PATCH", `/users/${id}`, { disabled: true }],
    ["PATCH", `/users/${id}`, { roles: ["user", "admin"] }],
    ["PUT", `/users/${id}/roles`, { roles: ["user"] }],
  ];

  it("is not removed, demoted or disabled by itself", async () => {
    const { id } = site.sysadmin.row;
    for (const [method, path, body] of refusedWays(id)) {
      const answer = await asSysadmin(method, path, body);
      expect([answer.status, answer.json.code]).toEqual([409, "last-sysadmin"]);
    }
    expect(await stored(id)).toMatchObject({ version: 1, disabled_at: null });
    expect((await asSysadmin("GET", "")).status).toBe(200);
  });

  it("is still the last when the only other one is disabled", async () => {
    const other = await makePerson(site.context, site.client, ["sysadmin"]);
    await done(200, asSysadmin("PATCH", `/users/${other.row.id}`, { disabled: true }));
    for (const [method, path, body] of refusedWays(site.sysadmin.row.id))
      expect((await asSysadmin(method, path, body)).status).toBe(409);
    await done(204, asSysadmin("DELETE", `/users/${other.row.id}`));
  });

  it("may still change everything else of itself", async () => {
    const { id } = site.sysadmin.row;
    await done(200, asSysadmin("PATCH", `/users/${id}`, { name: "Renamed", roles: ["sysadmin"], disabled: false }));
    await done(200, asSysadmin("PATCH", `/users/${id}`, { password: "violet-harbour-quill-99" }));
    await expect(signIn(site.context, site.sysadmin.row, "violet-harbour-quill-99")).rejects.toThrow(
      "password-change-required",
    );
  });

  it.each([
    ["demote", "PUT", "/roles", { roles: ["user"] }],
    ["disable", "PATCH", "", { disabled: true }],
    ["delete", "DELETE", "", undefined],
  ])("is left when two %s each other at the same moment", async (_, method, suffix, body) => {
    const other = await makePerson(site.context, site.client, ["sysadmin"]);
    const answers = await Promise.all([
      asSysadmin(method, `/users/${other.row.id}${suffix}`, body),
      as(bearer(other.token))(method, `/users/${site.sysadmin.row.id}${suffix}`, body),
    ]);
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status < 300)).toHaveLength(1);
    const { users } = (await operate("GET", `${site.path}/users`)).json;
    const left = (users as Json[]).filter(
      (user) => (user.roles as string[]).includes("sysadmin") && user.disabled !== true,
    );
    expect(left).toHaveLength(1);
  });

  it("is no obstacle to the deployment", async () => {
    await done(200, operate("PUT", `${site.path}/users/${site.sysadmin.row.id}/roles`, { roles: ["user"] }));
    expect((await asSysadmin("GET", "")).status).toBe(403);
    const { roles } = await done(200, operate("GET", `${site.path}/users/${site.sysadmin.row.id}`));
    expect(roles).toEqual(["user"]);
  });
});
