// @ts-check
// What a realm has after its first days: people, an application that somebody uses, a connected account, sign-ins that went well and badly.
import { createHash, randomBytes } from "node:crypto";
import { ApiRefusal } from "../admin-api.mjs";
import { openBrowser } from "./sample-browser.mjs";
import { starter } from "./starter-realm.mjs";
import { readJson, writeJson } from "./state.mjs";

/** @typedef {import("../admin-api.mjs").AdminApi} AdminApi */

const kept = "sample-data.json";
const application = {
  name: "Evening Crossword",
  type: "confidential",
  first_party: false,
  redirect_uris: ["https://crossword.example.com/callback"],
  grant_types: ["authorization_code", "refresh_token"],
  scopes: ["openid", "profile", "email", "offline_access"],
};
const maps = {
  type: "api_key",
  label: "City Maps",
  purposes: ["vault"],
  client_id: "city-maps",
  key_page: "https://maps.example.com/keys",
  api_key: { in: "header", name: "x-api-key" },
  api_hosts: ["maps.example.com"],
};
const people = [
  { name: "Lucía Ortega", email: `lucia@${starter.realm}.localhost` },
  { name: "Omar Haddad", email: `omar@${starter.realm}.localhost` },
  { name: "Mei Tanaka", email: `mei@${starter.realm}.localhost` },
];

/**
 * Once in a state directory, so that what somebody deletes stays deleted.
 * @param {AdminApi} api
 * @param {string} realm its path in the admin API
 * @param {{ stateDirectory: string, issuer: string, readerPassword: string }} place
 * @returns {Promise<boolean>} whether it was made now
 */
export async function addSampleData(api, realm, { stateDirectory, issuer, readerPassword }) {
  if ((await readJson(stateDirectory, kept)) !== undefined) return false;
  await writeJson(stateDirectory, kept, { begun_at: new Date().toISOString() });
  for (const person of people)
    await unlessThere(api.request("POST", `${realm}/users`, { ...person, email_verified: true }));
  await api.request("PUT", `${realm}/providers/maps`, maps);
  const { json: client } = await api.request("POST", `${realm}/clients`, application);
  const clientId = String(client.client_id);

  const reader = openBrowser(issuer);
  const credentials = { email: starter.reader, password: readerPassword };
  await reader.json("/api/auth/v1/login", { ...credentials, password: "not the password" });
  const signedIn = await reader.json("/api/auth/v1/login", credentials);
  await useApplication(reader, clientId, String(client.client_secret));
  await connectMaps(reader, clientId, String(signedIn.user?.id));
  await openBrowser(issuer).json("/api/auth/v1/login", credentials);
  return true;
}

/** @param {Promise<unknown>} making */
async function unlessThere(making) {
  await making.catch((error) => {
    if (!(error instanceof ApiRefusal) || error.status !== 409) throw error;
  });
}

/**
 * Consents, and takes the tokens as the application's server would.
 * @param {import("./sample-browser.mjs").SampleBrowser} browser
 * @param {string} clientId
 * @param {string} clientSecret
 */
async function useApplication(browser, clientId, clientSecret) {
  const [redirectUri = ""] = application.redirect_uris;
  const verifier = randomBytes(32).toString("base64url");
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: application.scopes.join(" "),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  await browser.open(`/authorize?${asked}`);
  const answer = await browser.submit("consent-form", { decision: "allow" });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  await browser.form(
    "/token",
    { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier },
    { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
  );
}

/**
 * @param {import("./sample-browser.mjs").SampleBrowser} browser
 * @param {string} clientId
 * @param {string} userId
 */
async function connectMaps(browser, clientId, userId) {
  const asked = new URLSearchParams({ provider: "maps", public_key: clientId, user_id: userId });
  await browser.open(`/integrate/command?${asked}`);
  await browser.submit("key-form", { key: randomBytes(16).toString("hex") });
}
