// @ts-check
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { localFetch } from "../local-fetch.mjs";
import { Declined, UsageError } from "./failure.mjs";
import { plain } from "./output.mjs";

/**
 * An operator who has signed in at a realm, by the device authorization grant (RFC 8628): no password passes through here.
 * @typedef {{ client_id: string, access_token: string, expires_at: number, refresh_token?: string }} Login
 * @typedef {Record<string, unknown>} Json
 */

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const scope = "openid roles offline_access";
/** A token that is as good as over is renewed before it is shown. */
const earlyMs = 30_000;
const answerTimeoutMs = 30_000;

const file = () => join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "gatehouse", "logins.json");

/**
 * Signs an operator in and keeps the tokens for this origin, readable by this account only.
 * @param {string} origin
 * @param {string} clientId of a first-party application of the realm, with the device grant and the scope `roles`
 */
export async function logIn(origin, clientId) {
  const device = await post(origin, "/device_authorization", { client_id: clientId, scope });
  if (device.status !== 200) throw refusal(device, "The application may not sign anybody in this way");
  const { verification_uri: address, user_code: code, device_code: deviceCode } = device.json;
  console.error(`Open ${plain(String(address))}\nand type  ${plain(String(code))}`);
  let waitMs = Number(device.json.interval ?? 5) * 1000;
  const giveUpAt = Date.now() + Number(device.json.expires_in ?? 600) * 1000;
  while (Date.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const fields = { grant_type: deviceGrant, device_code: String(deviceCode), client_id: clientId };
    const answer = await post(origin, "/token", fields);
    if (answer.status === 200) return keep(origin, loginOf(clientId, answer.json, undefined));
    if (answer.json.error === "slow_down") waitMs += 5_000;
    else if (answer.json.error !== "authorization_pending") throw refusal(answer, "Nobody was signed in");
  }
  throw new Declined("Nobody typed the code in time.");
}

/**
 * Forgets the tokens of an origin, here and there.
 * @param {string} origin
 */
export async function logOut(origin) {
  const { [origin]: login, ...others } = await readLogins();
  if (login === undefined) throw new Declined(`Nobody is signed in at ${origin}.`);
  const token = login.refresh_token ?? login.access_token;
  await post(origin, "/revoke", { token, client_id: login.client_id });
  await writeLogins(others);
}

/**
 * A way to the access token of whoever has signed in at this origin; undefined when nobody has.
 * @param {string} origin
 * @returns {Promise<(() => Promise<string>) | undefined>}
 */
export async function tokenOfLogin(origin) {
  const { [origin]: first } = await readLogins();
  if (first === undefined) return undefined;
  let login = first;
  return async () => {
    if (Date.now() < login.expires_at - earlyMs) return login.access_token;
    const { client_id: clientId, refresh_token: token } = login;
    if (token === undefined)
      throw new UsageError(`The sign-in at ${origin} is over: gatehouse login --client ${clientId}`);
    const answer = await post(origin, "/token", {
      grant_type: "refresh_token",
      refresh_token: token,
      client_id: clientId,
    });
    if (answer.status !== 200)
      throw new UsageError(`The sign-in at ${origin} is over: gatehouse login --client ${clientId}`);
    login = loginOf(clientId, answer.json, token);
    await keep(origin, login);
    return login.access_token;
  };
}

/**
 * @param {string} clientId
 * @param {Json} answer
 * @param {string | undefined} oldRefreshToken
 * @returns {Login}
 */
function loginOf(clientId, answer, oldRefreshToken) {
  const refreshToken = typeof answer.refresh_token === "string" ? answer.refresh_token : oldRefreshToken;
  return {
    client_id: clientId,
    access_token: String(answer.access_token),
    expires_at: Date.now() + Number(answer.expires_in ?? 60) * 1000,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  };
}

/**
 * @param {string} origin
 * @param {string} path
 * @param {Record<string, string>} fields
 * @returns {Promise<{ status: number, json: Json }>}
 */
async function post(origin, path, fields) {
  const response = await localFetch(new URL(path, origin), {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams(fields).toString(),
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  const text = await response.text();
  try {
    return { status: response.status, json: JSON.parse(text) };
  } catch {
    return { status: response.status, json: {} };
  }
}

/** @param {{ status: number, json: Json }} answer @param {string} what */
function refusal({ status, json }, what) {
  const { error = `status ${status}`, error_description: why = "" } = json;
  return new Declined(`${what}: ${plain(String(error))}${why === "" ? "" : `. ${plain(String(why))}`}`);
}

/** @returns {Promise<Record<string, Login>>} */
async function readLogins() {
  const text = await readFile(file(), "utf8").catch(() => "{}");
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** @param {string} origin @param {Login} login */
async function keep(origin, login) {
  await writeLogins({ ...(await readLogins()), [origin]: login });
}

/** @param {Record<string, Login>} logins */
async function writeLogins(logins) {
  const path = file();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}
