// A deployment to be fuzzed: a realm with credentials of every kind, and a second one that may be spoilt.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { applyMigrations, startEmpty } from "../../bench/fixtures.mjs";
import { Connection } from "../../bench/lib/connection.mjs";
import { buildWorker } from "../../bench/lib/worker.mjs";

const AUTH_DOMAIN = "auth.fuzz.localhost";
const REDIRECT_URI = "https://partner.example.com/callback";
const SCOPE = "openid profile email offline_access";
const PASSWORD = "amber-lantern-quarry-47";
const UNLIMITED = {
  sign_in_per_address_per_minute: 0,
  sign_up_per_address_per_minute: 0,
  guests_per_address_per_minute: 0,
  wrong_secrets_per_address_per_minute: 1_000_000,
  client_documents_per_address_per_minute: 0,
  client_registrations_per_address_per_minute: 0,
  device_authorizations_per_address_per_minute: 0,
  messages_per_address_per_minute: 0,
  session_checks_per_key_per_minute: 100_000,
  vault_calls_per_client_per_minute: 0,
};

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

export async function openWorld(scratch) {
  const built = await buildWorker(here("../../wrangler.toml"), scratch.folder("build"));
  const worker = await startEmpty(built, scratch);
  await applyMigrations(worker.miniflare, path.resolve(here("../.."), "migrations"));
  const host = `${AUTH_DOMAIN}:${worker.port}`;
  const connection = new Connection({ port: worker.port, host });
  const operator = { authorization: `Bearer ${worker.adminToken}` };
  const admin = async (method, resource, json, status = 201) => {
    const request = { method, path: `/admin/v1/${resource}`, headers: operator, ...(json ? { json } : {}) };
    return (await connection.request(request, status)).json();
  };

  const makeRealm = (name, domain) =>
    admin("POST", "realms", {
      name,
      kind: "frontend",
      domains: [domain],
      auth_domain: domain,
      settings: { rate_limits: UNLIMITED },
    });
  const realm = await makeRealm("Fuzz", AUTH_DOMAIN);
  const spoilt = await makeRealm("Spoilt", "auth.spoilt.localhost");
  const people = {};
  for (const [name, roles] of Object.entries({ reader: ["user"], admin: ["user", "admin", "sysadmin"] })) {
    const user = { email: `${name}@fuzz.localhost`, password: PASSWORD, email_verified: true, name, roles };
    people[name] = { ...user, id: (await admin("POST", `realms/${realm.id}/users`, user)).id };
  }
  const client = await admin("POST", `realms/${realm.id}/clients`, {
    name: "Fuzz",
    type: "confidential",
    first_party: true,
    redirect_uris: [REDIRECT_URI],
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    scopes: SCOPE.split(" "),
    token_endpoint_auth_method: "client_secret_basic",
  });
  const keyScopes = { scopes: ["sessions:verify", "vault:use", "webhooks:manage"] };
  const key = await admin("POST", `realms/${realm.id}/clients/${client.client_id}/api-keys`, keyScopes);
  const basic = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64")}`;

  /** What may end while it is used, and is then made anew. */
  const held = {};
  async function signInAgain() {
    for (const [name, { email }] of Object.entries(people)) {
      const request = { path: "/api/auth/v1/login", json: { email, password: PASSWORD } };
      const answer = await connection.request(request);
      held[name] = answer.cookie("qt-auth");
    }
  }
  await signInAgain();

  async function renew() {
    const headers = { cookie: `qt-auth=${held.reader}` };
    const answer = await connection.send(connection.encode({ path: "/api/auth/v1/users/me", headers }));
    if (answer.status === 200) return false;
    await signInAgain();
    return true;
  }

  const document = (await connection.request({ path: "/openapi.json" })).json();
  const session = (name) => () => ({ cookie: `qt-auth=${held[name]}` });
  const known = {
    realm: [spoilt.id],
    client_id: [client.client_id],
    client: [client.client_id],
    public_key: [client.client_id],
    redirect_uri: [REDIRECT_URI],
    response_type: ["code"],
    scope: [SCOPE, "openid"],
    grant_type: ["client_credentials", "refresh_token", "authorization_code"],
    user: Object.values(people).map(({ id }) => String(id)),
    user_id: Object.values(people).map(({ id }) => String(id)),
    email: Object.values(people).map(({ email }) => email),
    code_challenge: ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
    code_challenge_method: ["S256"],
  };
  return {
    ...worker,
    host,
    origin: `http://${host}`,
    document,
    renew,
    known,
    credentials: {
      sessionCookie: [session("reader"), session("admin")],
      sessionHeader: [() => ({ "x-qt-auth": held.reader })],
      clientSecret: [() => ({ authorization: basic })],
      apiKey: [() => ({ "x-api-key": key.api_key })],
      adminToken: [() => operator],
    },
  };
}
