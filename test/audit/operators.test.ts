import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { tidyAudit } from "../../src/jobs/audit.ts";
import { type Address, rights } from "../../src/routes/admin/rights.ts";
import { type AuditEvent, deploymentChain } from "../../src/storage/audit-events.ts";
import { bearer, call, cookie, deployment, type Json, makeSite, operate, type Site } from "../admin/support.ts";
import { targetIn } from "../admin/targets.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { requestIn, watchedEnv } from "../support/watched-env.ts";
import { config, makeRealm, makeUser } from "../support/world.ts";
import { eventually, exported, firstBroken, loggedIn } from "./support.ts";

let site: Site;
let other: Site;
beforeAll(async () => {
  stubInternet();
  standUp("hooks.example.com", () => new Response(null, { status: 204 }));
  [site, other] = [await makeSite(), await makeSite()];
});

const addresses = Object.keys(rights) as Address[];
const changesNothing = /^GET (?!.*\/users\/export$)|\/(?:check|try)$/;
const changing = addresses.filter((address) => !changesNothing.test(address));
const ofDeployment: readonly string[] = [
  "POST /realms",
  "DELETE /realms/:realm",
  "POST /publishers",
  "POST /key-encryption/rewrap",
  "POST /realms/:realm/move",
  "DELETE /realms/:realm/move",
];
const isOperators = ({ actor }: { actor: { kind: string } }) =>
  ["deployment", "sysadmin", "admin"].includes(actor.kind);

describe("AU-01 what operators change", () => {
  it.each(changing)("%s: exactly one event, with who, whom, from where, and how it ended", async (address) => {
    const where = address === "DELETE /realms/:realm" ? await makeSite() : site;
    const chain = ofDeployment.includes(address) ? deploymentChain : where.context.realm.id;
    const { path, body, status } = await targetIn(where, address);
    const before = (await loggedIn(chain)).filter(isOperators).length;
    const answer = await call(deployment, address.split(" ")[0] ?? "", path, { body });
    expect(answer.status, answer.text).toBe(status);
    const events = (await loggedIn(chain)).filter(isOperators).slice(before);
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event).toMatchObject({ outcome: status < 400 ? "done" : "refused", actor: { kind: "deployment" } });
    expect(event?.request).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
    expect(Date.now() - Date.parse(event?.time ?? "")).toBeLessThan(20_000);
    if (!/\/(?:keys\/rotate|import|export|rewrap)$/.test(address))
      expect(event?.target?.id).toMatch(/^[A-Za-z0-9_.:-]+$/);
    expect(
      (await env.DB.prepare("select count(*) as n from audit_pending where realm_id = ?").bind(chain).first())?.n,
    ).toBe(0);
  });

  it("name a client by its client_id, by whichever name it was asked for: nobody deletes it past a look at what became of it", async () => {
    const where = await makeSite();
    const { integrationId, clientId } = where.client;
    const path = `${where.path}/clients/${integrationId}`;
    expect((await operate("POST", `${path}/api-keys`, {})).status).toBe(201);
    expect((await operate("DELETE", path)).status).toBe(204);
    const { json } = await operate("GET", `${where.path}/events?client=${clientId}`);
    expect((json.events as AuditEvent[]).map(({ type }) => type)).toEqual(["client.deleted", "api_key.created"]);
  });

  it.each(addresses.filter((address) => changesNothing.test(address)))("%s: none", async (address) => {
    const { path } = await targetIn(site, address);
    const count = async () => [
      (await loggedIn(site.context.realm.id)).filter(isOperators).length,
      (await loggedIn(deploymentChain)).length,
    ];
    const before = await count();
    const status = (await call(deployment, address.split(" ")[0] ?? "", path)).status;
    expect(status).toBe(200);
    expect(await count()).toEqual(before);
  });

  it("says what was and what is, and who; of people only what is not about the person", async () => {
    const user = await makeUser(site.context);
    const users = `${site.path}/users/${user.id}`;
    const asAdmin = bearer(site.admin.token);
    const canary = `canary ${crypto.randomUUID()}`;
    await call(asAdmin, "PATCH", users, {
      host: site.host,
      body: { name: canary, password: `violet-${canary.slice(7)}`, disabled: true },
    });
    await call(cookie(site.sysadmin.session), "PATCH", site.path, {
      host: site.host,
      body: { settings: { max_sessions: 7 } },
    });
    const [disabled] = (await loggedIn(site.context.realm.id)).filter(({ type }) => type === "user.disabled");
    expect(disabled).toMatchObject({
      actor: { kind: "admin", id: String(site.admin.row.id) },
      user: String(user.id),
      details: {
        changed: ["disabled", "name", "temporary_password_expires_at"],
        before: { disabled: false },
        after: { disabled: true },
        secrets: { password: "set" },
      },
    });
    expect(JSON.stringify(disabled)).not.toMatch(/canary|violet/);
    const [settings] = (await loggedIn(site.context.realm.id)).filter(
      ({ type, actor }) => type === "realm.updated" && actor.kind === "sysadmin",
    );
    expect(settings?.details).toEqual({
      changed: ["settings.max_sessions"],
      before: { "settings.max_sessions": 0 },
      after: { "settings.max_sessions": 7 },
    });
  });

  it("AU-06 RE-05 of forty changes at once each is in the chain before its answer, once, and nobody stumbles over another", async () => {
    const log = vi.spyOn(console, "error");
    const { realm } = await makeRealm();
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const { status, json } = await operate("POST", `/realms/${realm.id}/users`, {
          email: `user-${n}@example.test`,
        });
        return { status, json, known: (await loggedIn(realm.id)).map(({ target }) => target?.id) };
      }),
    );
    for (const { status, json, known } of answers) {
      expect(status).toBe(201);
      expect(known).toContain(String(json.id));
    }
    const all = await exported(realm.id);
    const made = all.links.filter(({ event }) => event.type === "user.created" && event.outcome === "done");
    expect([made.length, new Set(made.map(({ event }) => event.id)).size, firstBroken(all)]).toEqual([40, 40, null]);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it("AU-06 writes down what was refused, too, with the reason", async () => {
    const answer = await operate("PATCH", `${site.path}/clients/${site.client.clientId}`, {
      redirect_uris: ["not a uri"],
    });
    expect(answer.status).toBe(422);
    const last = (await loggedIn(site.context.realm.id)).filter(isOperators).at(-1);
    expect(last).toMatchObject({
      type: "client.updated",
      outcome: "refused",
      reason: "redirect-uri-invalid",
      client: site.client.clientId,
    });
  });

  it("AU-06 RE-03 changes nothing when it cannot be written down first, and does not lose what its request left behind", async () => {
    forgetHosts(site.context.realm.hosts);
    let broken = false;
    let runs = 0;
    const bindings = watchedEnv({
      before: (name) => {
        if (broken && name === "DB.run" && ++runs > 0) throw new Error("D1 is out of order");
      },
    });
    const path = `https://operators.test/admin/v1${site.path}/clients`;
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${config.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Never made" }),
    };
    broken = true;
    expect((await requestIn(bindings, path, init)).status).toBe(503);
    expect(runs).toBe(1);
    const { clients } = (await operate("GET", `${site.path}/clients`)).json as { clients: Json[] };
    expect(clients.map(({ name }) => name)).not.toContain("Never made");

    // The change is made, and its request breaks off: the first note stays, and the hourly job brings it into the chain.
    const isOf = (outcome: string) => (event: AuditEvent) => event.type === "user.kicked" && event.outcome === outcome;
    const ended = async (outcome: string) => (await loggedIn(site.context.realm.id)).filter(isOf(outcome)).length;
    const kick = async (fails: readonly string[], AUDIT: Queue) => {
      let isMade = false;
      const cut = watchedEnv({
        before: (name) => {
          if (isMade && fails.includes(name)) throw new Error("gone");
          if (name === "USERS.endEverything") isMade = true;
        },
      });
      const kicking = `https://operators.test/admin/v1${site.path}/users/${site.user.row.id}/kick`;
      expect((await requestIn({ ...cut, AUDIT }, kicking, { ...init, body: "{}" })).status).toBe(200);
      expect(isMade).toBe(true);
    };
    const before = await ended("done");
    await kick(["DB.batch", "DB.run"], { send: () => Promise.reject(new Error("gone")) } as unknown as Queue);
    expect(await ended("unknown")).toBe(0);
    for (const _twice of [1, 2]) await tidyAudit(env, Date.now() + 3_600_000);
    expect([await ended("unknown"), await ended("done")]).toEqual([1, before]);

    // Only the chain cannot be written: the queue brings how it ended, or, without the queue, the note that says so by then.
    await kick(["DB.batch"], env.AUDIT);
    await eventually(site.context.realm.id, isOf("done"), before + 1);
    await kick(["DB.batch"], { send: () => Promise.reject(new Error("gone")) } as unknown as Queue);
    await tidyAudit(env, Date.now() + 3_600_000);
    expect([await ended("unknown"), await ended("done")]).toEqual([1, before + 2]);
  });
});

describe("AU-05 who reads the log", () => {
  it("an administrator reads the own realm's, and is written down for trying another's", async () => {
    const own = await call(bearer(site.admin.token), "GET", `${site.path}/events`, { host: site.host });
    expect(own.status).toBe(200);
    const foreign = await call(bearer(site.admin.token), "GET", `${other.path}/events`, { host: site.host });
    expect(foreign.status).toBe(404);
    const [refused] = await eventually(site.context.realm.id, ({ type }) => type === "operator.refused");
    expect(refused).toMatchObject({
      outcome: "refused",
      reason: "admin-other-realm",
      actor: { kind: "admin", id: String(site.admin.row.id) },
      details: { endpoint: "GET /realms/:realm/events" },
    });
    expect((await loggedIn(other.context.realm.id)).filter(isOperators)).toEqual([]);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"])("AU-06 nobody changes it: %s", async (method) => {
    const before = await loggedIn(site.context.realm.id);
    for (const path of [`${site.path}/events`, `${site.path}/events/chain`, `${site.path}/events/${before[0]?.id}`])
      expect((await call(deployment, method, path, { body: {} })).status).toBeOneOf([404, 405]);
    expect((await loggedIn(site.context.realm.id)).slice(0, before.length)).toEqual(before);
  });
});
