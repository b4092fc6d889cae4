// @ts-check
import { eachOf } from "../admin-api.mjs";
import { readJson, writeJson } from "./state.mjs";

/** @typedef {import("../admin-api.mjs").AdminApi} AdminApi */

export const starter = {
  realm: "daily",
  authDomain: "auth.daily.localhost",
  domains: ["auth.daily.localhost", "news.daily-news.localhost", "sport.daily-sport.localhost"],
  partnerHost: "partner.daily-demo.localhost",
  partnerName: "Demo partner application",
  reader: "reader@daily.localhost",
  admin: "admin@daily.localhost",
};

/**
 * Makes the starter realm, or completes it; what is there already stays as it is, but for passwords when asked.
 * @param {AdminApi} api
 * @param {{ STARTER_PASSWORD_READER: string, STARTER_PASSWORD_ADMIN: string }} passwords
 * @param {{ setPasswords?: boolean }} [options] `setPasswords` gives them to users who are there already too
 * @returns {Promise<string>} the realm's path in the admin API
 */
export async function completeStarterRealm(api, passwords, { setPasswords = false } = {}) {
  const realm = `/realms/${await completeRealm(api)}`;
  const reader = {
    email: starter.reader,
    password: passwords.STARTER_PASSWORD_READER,
    name: "Rita Reader",
    email_verified: true,
  };
  const admin = {
    email: starter.admin,
    password: passwords.STARTER_PASSWORD_ADMIN,
    name: "Ada Admin",
    email_verified: true,
    roles: ["user", "admin", "sysadmin"],
  };
  for (const user of [reader, admin]) await completeUser(api, realm, user, setPasswords);
  return realm;
}

/** @param {AdminApi} api */
async function completeRealm(api) {
  const found = await find(eachOf(api, "/realms", "realms"), (realm) => realm.name === starter.realm);
  if (found === undefined) {
    const created = await api.request("POST", "/realms", {
      name: starter.realm,
      kind: "frontend",
      domains: starter.domains,
      auth_domain: starter.authDomain,
    });
    return identifier(created.json.id);
  }
  const present = Array.isArray(found.domains) ? found.domains : [];
  const missing = starter.domains.filter((domain) => !present.includes(domain));
  const id = identifier(found.id);
  if (missing.length > 0) await api.request("PATCH", `/realms/${id}`, { domains: [...present, ...missing] });
  return id;
}

/**
 * @param {AdminApi} api
 * @param {string} realm
 * @param {{ email: string, password: string } & Record<string, unknown>} user
 * @param {boolean} setPassword
 */
async function completeUser(api, realm, user, setPassword) {
  const matches = eachOf(api, `${realm}/users?q=${encodeURIComponent(user.email)}`, "users");
  const found = await find(matches, ({ email }) => email === user.email);
  if (found === undefined) await api.request("POST", `${realm}/users`, user);
  else if (setPassword)
    await api.request("PATCH", `${realm}/users/${identifier(found.id)}`, { password: user.password });
}

/**
 * Registers the partner application, or brings its registration up to date with the port.
 * Its secret is shown once by the API and kept in the state directory; when that is lost, a new one is asked for.
 * @param {AdminApi} api
 * @param {string} realm
 * @param {{ stateDirectory: string, baseUrl: string }} place `baseUrl` without a slash at its end
 * @returns {Promise<{ clientId: string, clientSecret: string }>}
 */
export async function completePartnerClient(api, realm, { stateDirectory, baseUrl }) {
  const addresses = { redirect_uris: [`${baseUrl}/callback`], post_logout_redirect_uris: [`${baseUrl}/`] };
  const found = await find(eachOf(api, `${realm}/clients`, "clients"), ({ name }) => name === starter.partnerName);
  if (found === undefined) {
    const { json } = await api.request("POST", `${realm}/clients`, {
      name: starter.partnerName,
      type: "confidential",
      first_party: false,
      ...addresses,
      grant_types: ["authorization_code", "refresh_token"],
      scopes: ["openid", "profile", "email", "offline_access"],
      token_endpoint_auth_method: "client_secret_basic",
    });
    return keep(stateDirectory, json.client_id, json.client_secret);
  }
  const client = `${realm}/clients/${identifier(found.client_id)}`;
  const current = { redirect_uris: found.redirect_uris, post_logout_redirect_uris: found.post_logout_redirect_uris };
  if (JSON.stringify(current) !== JSON.stringify(addresses)) await api.request("PATCH", client, addresses);
  const kept = await readJson(stateDirectory, "partner-app.json");
  if (kept?.client_id === found.client_id && typeof kept?.client_secret === "string")
    return { clientId: String(kept.client_id), clientSecret: kept.client_secret };
  const { json } = await api.request("POST", `${client}/rotate-secret`);
  return keep(stateDirectory, found.client_id, json.client_secret);
}

/**
 * @param {string} stateDirectory
 * @param {unknown} clientId
 * @param {unknown} clientSecret
 */
async function keep(stateDirectory, clientId, clientSecret) {
  const credentials = { client_id: identifier(clientId), client_secret: identifier(clientSecret) };
  await writeJson(stateDirectory, "partner-app.json", credentials);
  return { clientId: credentials.client_id, clientSecret: credentials.client_secret };
}

/** @param {unknown} value */
function identifier(value) {
  if ((typeof value === "string" && value !== "") || typeof value === "number") return String(value);
  throw new TypeError("The admin API answered without an identifier where there must be one");
}

/**
 * @param {AsyncIterable<Record<string, unknown>>} items
 * @param {(item: Record<string, unknown>) => boolean} matches
 */
async function find(items, matches) {
  for await (const item of items) if (matches(item)) return item;
  return undefined;
}
