import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { beginMove } from "../../src/domain/realms/move-realm.ts";
import type { Realm } from "../../src/domain/realms/realm.ts";
import { systemClock } from "../../src/lib/time.ts";
import type { Address } from "../../src/routes/admin/rights.ts";
import { type MoveState, RealmMoveStore } from "../../src/storage/d1/realm-move-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { makeConnection } from "../support/vault.ts";
import { makeClient, makeUser, signIn } from "../support/world.ts";
import { call, deployment, freshHost, type Json, type Site } from "./support.ts";

export interface Target {
  readonly path: string;
  readonly body: Json | undefined;
  /** What the endpoint answers when it lets somebody in. */
  readonly status: number;
}

/** A call of that address that succeeds, on things made for it, in the realm of `where`. */
export async function targetIn(where: Site, address: Address): Promise<Target> {
  const [method = "", pattern = ""] = address.split(" ");
  const { context } = where;
  const user = pattern.includes(":user") ? await makeUser(context) : null;
  const client = pattern.includes(":client") ? await makeClient(context, {}, { firstParty: false }) : null;
  if (pattern.includes("/consents/") && user !== null && client !== null)
    await context.objects.call(user.id, (object) => object.addConsent(client.clientId, ["openid"]));
  const session = pattern.includes(":session") && user !== null ? await sessionOf(where, user) : "";
  const kid = context.realm.keys.rows.find((key) => key.status === "next")?.kid ?? "";
  const providerName = pattern.includes(":provider") ? await providerIn(where) : "";
  const source = pattern.includes(":source") ? await sourceIn(where) : "";
  const webhook = pattern.includes(":webhook") ? await webhookIn(where) : null;
  if (pattern.includes("/connections/") && user !== null) await connectionIn(where, user, providerName);
  if (pattern.endsWith("/move") && method !== "POST")
    await moveIn(context.realm, method === "DELETE" ? "aborting" : "done");
  const mapping = client !== null && pattern.includes(":mapping") ? await mappingIn(where, client.clientId) : "";
  const path = pattern
    .replace(":realm", context.realm.id)
    .replace(":domain", context.realm.authDomain)
    .replace(":client", client?.clientId ?? "")
    .replace(":user", String(user?.id))
    .replace(":session", session)
    .replace(":provider", providerName)
    .replace(":source", source)
    .replace(
      ":key",
      pattern.includes(":key")
        ? await keyIn(where, source === "" ? `clients/${client?.clientId}` : `sources/${source}`)
        : "",
    )
    .replace(":webhook", webhook?.id ?? "")
    .replace(":mapping", mapping)
    .replace(":delivery", webhook?.delivery ?? "")
    .replace(":token", pattern.includes(":token") ? await registrationTokenIn(where) : "")
    .replace(":kid", address === "POST /realms/:realm/keys/:kid/revoke" ? await nextKid(where, kid) : kid);
  const survivor = address.endsWith("/merge") ? await makeUser(context) : null;
  const bodies: Partial<Record<Address, Json>> = {
    "POST /realms": { name: "New", domains: [freshHost()] },
    "PATCH /realms/:realm": { name: "Renamed" },
    // It lies there already: a real move would close the realm that the others are tried on.
    "POST /realms/:realm/move": { to: context.realm.shard },
    "POST /publishers": { name: "New", editor_domains: [freshHost()], frontend_domains: [freshHost()] },
    "POST /realms/:realm/clients": { name: "New" },
    "PATCH /realms/:realm/clients/:client": { name: "Renamed" },
    "POST /realms/:realm/users": { email: `${crypto.randomUUID()}@example.test` },
    "POST /realms/:realm/users/import": { users: [{ email: `${crypto.randomUUID()}@example.test` }] },
    "PATCH /realms/:realm/users/:user": { name: "Renamed" },
    "POST /realms/:realm/users/:user/merge": { into: survivor?.id },
    "PUT /realms/:realm/users/:user/roles": { roles: ["user", "admin"] },
    "PUT /realms/:realm/providers/:provider": { client_id: "changed", issuer: "https://idp.example.com" },
    "PUT /realms/:realm/clients/:client/mappings/:mapping": aMapping,
    "POST /realms/:realm/clients/:client/mappings/:mapping/try": { arguments: { limit: 3 } },
    "POST /realms/:realm/webhooks": { url: "https://hooks.example.com/" },
    "PATCH /realms/:realm/webhooks/:webhook": { description: "Changed" },
    "PUT /realms/:realm/sources/:source": { issuer: `changed-${crypto.randomUUID()}`, ...sharedSecret },
  };
  const created =
    /^POST \/(?:realms|publishers|realms\/:realm\/(?:clients|users|registration-tokens|webhooks|(?:sources\/:source|clients\/:client)\/api-keys(?:\/:key\/rotate)?))$/.test(
      address,
    );
  const empty = method === "DELETE" || address.endsWith("/revoke");
  if (address === "POST /realms/:realm/move") return { path, body: bodies[address], status: 409 };
  const accepted = address.endsWith("/rewrap") || address === "DELETE /realms/:realm/move";
  return { path, body: bodies[address], status: accepted ? 202 : created ? 201 : empty ? 204 : 200 };
}

/** A move that changes nothing any more. */
async function moveIn({ id, shard }: Realm, state: MoveState): Promise<void> {
  const moves = new RealmMoveStore(env.DB);
  await moves.forget(id);
  const to = shard === "main" ? "1" : "main";
  const move = await beginMove({ moves, databases: databasesOf(env), clock: systemClock }, id, to);
  await moves.replace(move, { ...move, state });
}

async function connectionIn({ context }: Site, user: UserRow, providerName: string): Promise<void> {
  const provider = await context.providers.find(providerName);
  if (provider === null) throw new Error("no provider");
  const { clientId } = await makeClient(context);
  const secrets = { type: "api_key" as const, key: "theirs" };
  await makeConnection(context, { provider, clientId, session: await signIn(context, user) }, { secrets });
}

const aMapping = { interface: { drive: { url: "https://api.example.com/files" } } };

async function mappingIn(where: Site, clientId: string): Promise<string> {
  const provider = {
    type: "oauth2",
    purposes: ["vault"],
    client_id: "ours",
    client_secret: "a secret of theirs",
    authorize_url: "https://accounts.example.com/authorize",
    token_url: "https://accounts.example.com/token",
    api_hosts: ["api.example.com"],
  };
  // Made by the first, and left as it is by the others.
  const headers = { "if-match": '"0"' };
  await call(deployment, "PUT", `${where.path}/providers/drive`, { body: provider, headers });
  const path = `${where.path}/clients/${clientId}/mappings/Photos`;
  expect((await call(deployment, "PUT", path, { body: aMapping })).status).toBe(201);
  return "Photos";
}

async function providerIn(where: Site): Promise<string> {
  const name = `p${crypto.randomUUID().slice(0, 8)}`;
  const body = { issuer: "https://idp.example.com", client_id: "ours", client_secret: "a secret of theirs" };
  expect((await call(deployment, "PUT", `${where.path}/providers/${name}`, { body })).status).toBe(201);
  return name;
}

const sharedSecret = { algorithm: "HS256", secret: "a secret that both sides of it know" };

async function sourceIn(where: Site): Promise<string> {
  const name = `s${crypto.randomUUID().slice(0, 8)}`;
  const body = { issuer: name, ...sharedSecret };
  expect((await call(deployment, "PUT", `${where.path}/sources/${name}`, { body })).status).toBe(201);
  return name;
}

async function keyIn(where: Site, owner: string): Promise<string> {
  const { status, json } = await call(deployment, "POST", `${where.path}/${owner}/api-keys`);
  expect(status).toBe(201);
  return String(json.id);
}

/** A webhook with a delivery that is dead. */
async function webhookIn(where: Site): Promise<{ id: string; delivery: string }> {
  const { webhooks, webhookDeliveries: deliveries } = where.context;
  // A realm may have a few only.
  const id = (await webhooks.list())[0]?.id ?? (await newWebhookIn(where));
  const delivery = `evt_${crypto.randomUUID()}`;
  await deliveries.add([id], { eventId: delivery, type: "user.deleted", body: "{}", now: Date.now() });
  const row = await deliveries.find(id, delivery);
  if (row !== null) await deliveries.note(row, { state: "dead", attempts: 8, log: [], nextAttemptAt: null });
  return { id, delivery };
}

async function newWebhookIn(where: Site): Promise<string> {
  const body = { url: "https://hooks.example.com/", events: ["user.deleted"] };
  const { status, json } = await call(deployment, "POST", `${where.path}/webhooks`, { body });
  expect(status).toBe(201);
  return String(json.id);
}

async function registrationTokenIn(where: Site): Promise<string> {
  const { status, json } = await call(deployment, "POST", `${where.path}/registration-tokens`);
  expect(status).toBe(201);
  return String(json.id);
}

async function sessionOf(where: Site, user: { id: number; email: string | null }): Promise<string> {
  await signIn(where.context, user);
  const { json } = await call(deployment, "GET", `${where.path}/users/${user.id}/sessions`);
  return String((json.sessions as Json[])[0]?.id);
}

/** A key that may be revoked, however often keys were replaced before. */
async function nextKid(where: Site, fallback: string): Promise<string> {
  const { json } = await call(deployment, "GET", `${where.path}/keys`);
  const next = (json.keys as Json[]).find((key) => key.status === "next");
  return String(next?.kid ?? fallback);
}
