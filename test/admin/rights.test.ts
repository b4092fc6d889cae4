import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import type { OperatorKind } from "../../src/domain/admin/operator.ts";
import { type Address, rights } from "../../src/routes/admin/rights.ts";
import { tablesOfRealms } from "../support/shards.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import {
  type Answer,
  bearer,
  type Caller,
  call,
  cookie,
  deployment,
  type Json,
  makeSite,
  nobody,
  type Site,
} from "./support.ts";
import { type Target, targetIn } from "./targets.ts";

/**
 * Who may call what, written out once more on purpose: a row that is changed in the code has to be changed here, too.
 * d deployment, s sysadmin, a admin.
 */
const documented: Record<string, string> = {
  "POST /realms": "d",
  "GET /realms": "dsa",
  "GET /realms/:realm": "dsa",
  "PATCH /realms/:realm": "ds",
  "DELETE /realms/:realm": "d",
  "POST /realms/:realm/move": "d",
  "GET /realms/:realm/move": "d",
  "DELETE /realms/:realm/move": "d",
  "POST /publishers": "d",
  "GET /events": "d",
  "GET /events/chain": "d",
  "GET /events/export": "d",
  "GET /realms/:realm/events": "dsa",
  "GET /realms/:realm/events/chain": "dsa",
  "GET /realms/:realm/events/export": "dsa",
  "GET /realms/:realm/statistics": "dsa",
  "GET /realms/:realm/attention": "ds",
  "GET /doctor": "d",
  "GET /key-encryption": "d",
  "POST /key-encryption/rewrap": "d",
  "POST /realms/:realm/domains/:domain/check": "ds",
  "POST /realms/:realm/clients": "dsa",
  "GET /realms/:realm/clients": "dsa",
  "GET /realms/:realm/clients/:client": "dsa",
  "PATCH /realms/:realm/clients/:client": "dsa",
  "DELETE /realms/:realm/clients/:client": "dsa",
  "POST /realms/:realm/clients/:client/rotate-secret": "dsa",
  "POST /realms/:realm/clients/:client/api-keys": "ds",
  "GET /realms/:realm/clients/:client/api-keys": "ds",
  "DELETE /realms/:realm/clients/:client/api-keys/:key": "ds",
  "POST /realms/:realm/clients/:client/api-keys/:key/rotate": "ds",
  "POST /realms/:realm/registration-tokens": "dsa",
  "GET /realms/:realm/registration-tokens": "dsa",
  "DELETE /realms/:realm/registration-tokens/:token": "dsa",
  "POST /realms/:realm/users": "dsa",
  "GET /realms/:realm/users": "dsa",
  "POST /realms/:realm/users/import": "dsa",
  "GET /realms/:realm/users/export": "dsa",
  "GET /realms/:realm/users/:user": "dsa",
  "PATCH /realms/:realm/users/:user": "dsa",
  "DELETE /realms/:realm/users/:user": "dsa",
  "PUT /realms/:realm/users/:user/roles": "dsa",
  "POST /realms/:realm/users/:user/merge": "ds",
  "POST /realms/:realm/users/:user/kick": "dsa",
  "POST /realms/:realm/users/:user/tfa/reset": "dsa",
  "POST /realms/:realm/users/:user/password-reset": "dsa",
  "GET /realms/:realm/users/:user/sessions": "dsa",
  "DELETE /realms/:realm/users/:user/sessions/:session": "dsa",
  "GET /realms/:realm/users/:user/consents": "dsa",
  "DELETE /realms/:realm/users/:user/consents/:client": "dsa",
  "GET /realms/:realm/users/:user/connection-health": "dsa",
  "GET /realms/:realm/calls": "dsa",
  "GET /realms/:realm/mappings": "dsa",
  "GET /realms/:realm/clients/:client/mappings": "dsa",
  "GET /realms/:realm/clients/:client/mappings/:mapping": "dsa",
  "PUT /realms/:realm/clients/:client/mappings/:mapping": "dsa",
  "DELETE /realms/:realm/clients/:client/mappings/:mapping": "dsa",
  "POST /realms/:realm/clients/:client/mappings/:mapping/try": "dsa",
  "GET /realms/:realm/users/:user/connections": "dsa",
  "DELETE /realms/:realm/users/:user/connections/:provider": "dsa",
  "GET /realms/:realm/providers": "ds",
  "GET /realms/:realm/providers/:provider": "ds",
  "PUT /realms/:realm/providers/:provider": "ds",
  "DELETE /realms/:realm/providers/:provider": "ds",
  "POST /realms/:realm/providers/:provider/check": "ds",
  "GET /realms/:realm/sources": "ds",
  "GET /realms/:realm/sources/:source": "ds",
  "PUT /realms/:realm/sources/:source": "ds",
  "DELETE /realms/:realm/sources/:source": "ds",
  "POST /realms/:realm/sources/:source/api-keys": "ds",
  "GET /realms/:realm/sources/:source/api-keys": "ds",
  "DELETE /realms/:realm/sources/:source/api-keys/:key": "ds",
  "POST /realms/:realm/sources/:source/api-keys/:key/rotate": "ds",
  "POST /realms/:realm/webhooks": "ds",
  "GET /realms/:realm/webhooks": "ds",
  "GET /realms/:realm/webhooks/:webhook": "ds",
  "PATCH /realms/:realm/webhooks/:webhook": "ds",
  "DELETE /realms/:realm/webhooks/:webhook": "ds",
  "POST /realms/:realm/webhooks/:webhook/rotate-secret": "ds",
  "GET /realms/:realm/webhooks/:webhook/deliveries": "ds",
  "POST /realms/:realm/webhooks/:webhook/deliveries/replay": "ds",
  "POST /realms/:realm/webhooks/:webhook/deliveries/:delivery/replay": "ds",
  "GET /realms/:realm/keys": "ds",
  "POST /realms/:realm/keys/rotate": "ds",
  "POST /realms/:realm/keys/:kid/revoke": "ds",
};
const letters: Record<OperatorKind, string> = { deployment: "d", sysadmin: "s", admin: "a" };
const addresses = Object.keys(documented) as Address[];

let site: Site;
/** Of another realm: every address is tried there as well. */
let other: Site;
beforeAll(async () => {
  stubInternet();
  standUp("hooks.example.com", () => new Response(null, { status: 204 }));
  [site, other] = [await makeSite(), await makeSite()];
});

const methodOf = (address: Address): string => address.split(" ")[0] ?? "";
const tried = (caller: Caller, address: Address, { path, body }: Target, host: string): Promise<Answer> =>
  call(caller, methodOf(address), path, { host, body });

const made = new Map<string, Promise<Target>>();
/** Whoever is refused leaves it as it is: one for all of them. */
function targetForRefusals(where: Site, address: Address): Promise<Target> {
  const key = `${where.path} ${address}`;
  const target = made.get(key) ?? targetIn(where, address);
  made.set(key, target);
  return target;
}

describe("MR-03 the table of rights", () => {
  it("is the documented one, and is all that stands at /admin/v1", () => {
    const table = Object.entries(rights).map(([address, kinds]) => [
      address,
      kinds.map((kind) => letters[kind]).join(""),
    ]);
    expect(Object.fromEntries(table)).toEqual(documented);
    const routes = app.routes
      .filter((route) => route.path.startsWith("/admin/v1") && route.method !== "ALL")
      .map((route) => `${route.method} ${route.path.slice("/admin/v1".length)}`);
    expect(routes.toSorted()).toEqual(addresses.toSorted());
  });

  describe.each(addresses)("%s", (address) => {
    const allowed = documented[address] ?? "";

    it.each([
      ["nobody", () => nobody, 401],
      ["a user's session", () => cookie(site.user.session), 403],
      ["a user's token", () => bearer(site.user.token), 403],
      ["the deployment's token on a realm's host", () => deployment, "d"],
      ["a sysadmin's session", () => cookie(site.sysadmin.session), "s"],
      ["a sysadmin's token", () => bearer(site.sysadmin.token), "s"],
      ["a sysadmin's session in the header", () => ({ "x-qt-auth": site.sysadmin.session }), "s"],
      ["an admin's session", () => cookie(site.admin.session), "a"],
      ["an admin's token", () => bearer(site.admin.token), "a"],
    ])("to %s", async (_, caller, outcome) => {
      if (address === "DELETE /realms/:realm" && outcome === "d") return void (await deletesARealm());
      const refused = typeof outcome === "number" ? outcome : allowed.includes(outcome) ? null : 403;
      const target = await (refused === null ? targetIn : targetForRefusals)(site, address);
      const answer = await tried(caller(), address, target, site.host);
      expect(answer.status, answer.text).toBe(refused ?? target.status);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      if (answer.status >= 400) expect(answer.headers.get("content-type")).toBe("application/problem+json");
      if (answer.status === 401)
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="operators", DPoP /);
    });
  });
});

describe("MR-01 another realm", () => {
  it.each(addresses.filter((address) => address.includes(":realm")))(
    "%s: is as if it did not exist, and nothing changes there",
    async (address) => {
      const target = await targetForRefusals(other, address);
      const nowhere = { ...target, path: target.path.replace(other.context.realm.id, "rnosuchrealm") };
      const before = await rowsOf(other);
      for (const caller of [cookie(site.sysadmin.session), bearer(site.sysadmin.token), bearer(site.admin.token)]) {
        const answer = await tried(caller, address, target, site.host);
        const unknown = await tried(caller, address, nowhere, site.host);
        expect([answer.status, shapeOf(answer)]).toEqual([404, shapeOf(unknown)]);
      }
      expect(await rowsOf(other)).toEqual(before);
    },
  );

  const ofThings = /:(?:client|user|kid|provider|token|source)/;
  const makesWhatItNames = /^PUT .*\/:(?:provider|source)$/;
  it.each(addresses.filter((address) => ofThings.test(address) && !makesWhatItNames.test(address)))(
    "%s: the id of a thing of it, in the path of the own realm, is not found",
    async (address) => {
      const target = await targetForRefusals(other, address);
      const own = { ...target, path: target.path.replace(other.context.realm.id, site.context.realm.id) };
      const before = await rowsOf(other);
      const answer = await tried(bearer(site.sysadmin.token), address, own, site.host);
      expect(answer.status, answer.text).toBe(404);
      expect(await rowsOf(other)).toEqual(before);
    },
  );

  it.each(addresses)("MR-02 %s: on its host the caller's token and session are none", async (address) => {
    for (const caller of [bearer(site.sysadmin.token), cookie(site.sysadmin.session)]) {
      const answer = await tried(caller, address, await targetForRefusals(site, address), other.host);
      expect(answer.status, answer.text).toBe(401);
    }
  });
});

async function deletesARealm(): Promise<void> {
  const doomed = await makeSite();
  expect((await call(deployment, "DELETE", doomed.path, { host: site.host })).status).toBe(204);
}

/** All that is the same in two refusals that tell nothing apart. */
function shapeOf({ status, headers, json }: Answer) {
  const { request_id: _, ...rest } = json;
  return { status, rest, names: [...headers.keys()].toSorted(), code: headers.get("x-error-code") };
}

/** Where the log and its numbers are written, that is done after the answer, and tells nothing of what was changed. */
const tables = tablesOfRealms.filter((name) => !/^(?:audit|daily)_/.test(name));

/** All that the database has of a realm. */
async function rowsOf({ context: { realm } }: Site): Promise<unknown[]> {
  const answers = await env.DB.batch([
    env.DB.prepare("select * from realms where id = ?").bind(realm.id),
    ...tables.map((table) => env.DB.prepare(`select * from ${table} where realm_id = ?`).bind(realm.id)),
  ]);
  return answers.map(({ results }) => results);
}

describe("MR-02 the realm of an operator", () => {
  it.each([
    ["x-realm", {}],
    ["x-realm-id", {}],
    ["x-forwarded-host", { host: true }],
    ["x-original-host", { host: true }],
    ["forwarded", { host: true }],
  ])("is not moved by the header %s", async (name, { host }: { host?: boolean }) => {
    const value = host === true ? other.host : other.context.realm.id;
    const headers = { [name]: name === "forwarded" ? `host=${value}` : value };
    const list = await call(bearer(site.sysadmin.token), "GET", "/realms", { host: site.host, headers });
    expect((list.json.realms as Json[]).map((realm) => realm.id)).toEqual([site.context.realm.id]);
    const foreign = await call(bearer(site.sysadmin.token), "GET", other.path, { host: site.host, headers });
    expect(foreign.status).toBe(404);
  });

  it("is not moved by a query or a body", async () => {
    const caller = bearer(site.sysadmin.token);
    const { id } = other.context.realm;
    const list = await call(caller, "GET", `/realms?realm=${id}&realm_id=${id}`, { host: site.host });
    expect((list.json.realms as Json[]).map((realm) => realm.id)).toEqual([site.context.realm.id]);
    const body = { email: `${crypto.randomUUID()}@example.test`, realm_id: id };
    expect((await call(caller, "POST", `${site.path}/users`, { host: site.host, body })).status).toBe(422);
    const find = async (email: string | null) => {
      const query = new URLSearchParams({ realm: id, q: email ?? "" });
      const users = await call(caller, "GET", `${site.path}/users?${query}`, { host: site.host });
      return (users.json.users as Json[]).map((user) => user.id);
    };
    expect(await find(site.user.row.email)).toEqual([site.user.row.id]);
    expect(await find(other.user.row.email)).toEqual([]);
  });

  it("is reached by its name, which tells nothing of other realms of that name", async () => {
    await call(deployment, "PATCH", site.path, { body: { name: "Shared name" } });
    await call(deployment, "PATCH", other.path, { body: { name: "Shared name" } });
    const own = await call(bearer(site.admin.token), "GET", "/realms/Shared%20name", { host: site.host });
    expect([own.status, own.json.id]).toEqual([200, site.context.realm.id]);
  });
});
