// Two realms with clients and users of their own. What they store is short-lived, so that within minutes as much goes as comes.
import { randomBytes } from "node:crypto";
import { applyMigrations, startEmpty } from "../../bench/fixtures.mjs";
import { Connection } from "../../bench/lib/connection.mjs";
import { readKeys } from "./checks.mjs";
import { SCOPE } from "./operations.mjs";

const NAMES = ["morning", "evening"];
const USERS_AT_ONCE = 8;
/** Longer than the minute for which a connection keeps what it was given, and short enough to be over soon. */
const LIFETIMES = {
  session_idle_seconds: 150,
  session_absolute_seconds: 150,
  access_token_ttl_seconds: 150,
  refresh_token_ttl_seconds: 150,
  refresh_token_absolute_seconds: 150,
};

/**
 * @param built what `buildWorker` made
 * @param {{ migrations: string, users: number, lifetimes?: Record<string, number> }} settings `users`: of each realm
 */
export async function openSoakWorld(built, scratch, { migrations, users, lifetimes = LIFETIMES }) {
  const stateDir = scratch.folder("state");
  const worker = await startEmpty(built, scratch, { stateDir, inspectorPort: 0 });
  try {
    await applyMigrations(worker.miniflare, migrations);
    const realms = await furnishSoakWorld(worker, { users, lifetimes });
    return { ...worker, stateDir, realms, host: realms[0].host };
  } catch (error) {
    await worker.stop();
    throw new Error([error.message, ...worker.logLines].join("\n"), { cause: error });
  }
}

/** Makes the realms, with an operator's token. @returns what the load has to know about them */
export async function furnishSoakWorld({ port, adminToken }, { users, lifetimes }) {
  const realms = [];
  for (const name of NAMES) realms.push(await makeRealm({ port, adminToken }, name, users, lifetimes));
  return realms;
}

async function makeRealm({ port, adminToken }, name, userCount, lifetimes) {
  const domain = `auth.${name}.localhost`;
  const host = `${domain}:${port}`;
  const headers = { authorization: `Bearer ${adminToken}` };
  const create = async (on, resource, json) =>
    (await on.request({ path: `/admin/v1/${resource}`, headers, json }, 201)).json();
  // The realm's own host answers once it exists.
  const connection = new Connection({ port, host: `127.0.0.1:${port}` });
  const { id } = await create(connection, "realms", {
    name,
    kind: "frontend",
    domains: [domain],
    auth_domain: domain,
    settings: { ...lifetimes, rate_limits: { sign_in_per_address_per_minute: 0 } },
  });
  const clients = [];
  for (const part of ["web", "app"]) {
    const redirectUri = `https://${part}.${name}.localhost/callback`;
    const client = await create(connection, `realms/${id}/clients`, {
      name: `${name} ${part}`,
      type: "confidential",
      first_party: true,
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
      scopes: SCOPE.split(" "),
      token_endpoint_auth_method: "client_secret_basic",
    });
    clients.push({ id: client.client_id, secret: client.client_secret, redirectUri });
  }
  // The same addresses in both realms: whoever mixes them up gets the wrong person.
  const users = Array.from({ length: userCount }, (_, at) => ({
    email: `reader-${at}@soak.localhost`,
    name: `Reader ${at} of the ${name}`,
    password: randomBytes(12).toString("base64url"),
  }));
  const waiting = users.values();
  const signUpSome = async () => {
    const on = new Connection({ port, host: `127.0.0.1:${port}` });
    for (const user of waiting)
      user.id = (await create(on, `realms/${id}/users`, { ...user, email_verified: true })).id;
    on.close();
  };
  await Promise.all(Array.from({ length: USERS_AT_ONCE }, signUpSome));
  connection.close();
  const own = new Connection({ port, host });
  const jwks = (await own.request({ path: "/jwks.json" })).json();
  own.close();
  readKeys(jwks);
  return { id, name, host, issuer: `http://${host}`, jwks, clients, users };
}
