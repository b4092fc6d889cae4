// A Worker with what the operations need: one realm with a client and signed-in users, made the way an operator makes
// them, over the admin API.
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "../scripts/start/ports.mjs";
import { Connection } from "./lib/connection.mjs";
import { startWorker } from "./lib/worker.mjs";
import { REDIRECT_URI, SCOPE } from "./operations.mjs";

const AUTH_DOMAIN = "auth.bench.localhost";
const USERS_AT_ONCE = 8;

/** Starts a built Worker as a development deployment without any data. */
export async function startEmpty(built, scratch, options = {}) {
  const port = await freePort();
  const keyEncryptionKey = randomBytes(32).toString("base64url");
  const vars = developmentVars(port, keyEncryptionKey);
  const worker = await startWorker(built, { stateDir: scratch.folder("state"), port, vars, ...options });
  return { ...worker, host: `127.0.0.1:${port}`, adminToken: vars.ADMIN_TOKEN, keyEncryptionKey };
}

/** What a development deployment is told, with secrets of its own. */
export const developmentVars = (port, keyEncryptionKey = randomBytes(32).toString("base64url")) => ({
  ENVIRONMENT: "development",
  DEV_SCHEME: "http",
  DEV_PORT: String(port),
  ADMIN_TOKEN: randomBytes(32).toString("base64url"),
  KEY_ENCRYPTION_KEYS: `b1:${keyEncryptionKey}`,
});

/** Starts a built Worker with its tables, a realm, a client and users. @param {string} migrations folder of SQL files */
export async function startWithRealm(built, scratch, { migrations, userCount, ...options }) {
  const worker = await startEmpty(built, scratch, options);
  try {
    await applyMigrations(worker.miniflare, migrations);
    const host = `${AUTH_DOMAIN}:${worker.port}`;
    return { ...worker, host, realm: await createRealm({ ...worker, host }, userCount) };
  } catch (error) {
    await worker.stop();
    throw new Error([error.message, ...worker.logLines].join("\n"), { cause: error });
  }
}

/** @param {string} folder of SQL files */
export async function applyMigrations(miniflare, folder) {
  const database = await miniflare.getD1Database("DB");
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  for (const file of files.sort()) {
    const statements = readFileSync(path.join(folder, file), "utf8").split("--> statement-breakpoint");
    const written = statements.map((text) => text.trim()).filter((text) => text !== "");
    await database.batch(written.map((text) => database.prepare(text)));
  }
}

async function createRealm({ port, host, adminToken }, userCount) {
  const connections = Array.from({ length: USERS_AT_ONCE }, () => new Connection({ port, host }));
  const headers = { authorization: `Bearer ${adminToken}` };
  const create = async (on, resource, json) =>
    (await on.request({ path: `/admin/v1/${resource}`, headers, json }, 201)).json();

  const realm = await create(connections[0], "realms", {
    name: "Bench",
    kind: "frontend",
    domains: [AUTH_DOMAIN],
    auth_domain: AUTH_DOMAIN,
    settings: { rate_limits: { sign_in_per_address_per_minute: 0 } },
  });
  const client = await create(connections[0], `realms/${realm.id}/clients`, {
    name: "Bench",
    type: "confidential",
    first_party: true,
    redirect_uris: [REDIRECT_URI],
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    scopes: SCOPE.split(" "),
    token_endpoint_auth_method: "client_secret_basic",
  });

  const users = Array.from({ length: userCount }, (_, index) => ({
    email: `reader-${index}@bench.localhost`,
    password: randomBytes(12).toString("base64url"),
  }));
  const waiting = users.values();
  const signUpSome = async (on) => {
    for (const user of waiting) {
      await create(on, `realms/${realm.id}/users`, { ...user, email_verified: true });
      user.session = await signIn(on, user);
    }
    on.close();
  };
  await Promise.all(connections.map(signUpSome));
  return { client: { id: client.client_id, secret: client.client_secret }, users };
}

async function signIn(connection, { email, password }) {
  const answer = await connection.request({ path: "/api/auth/v1/login", json: { email, password } });
  const session = answer.cookie("qt-auth");
  if (session === undefined) throw new Error(`no session for ${email}`);
  return session;
}
