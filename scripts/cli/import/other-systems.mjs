// @ts-check
// Users as other systems export them, in the words of our own import. What has no word here is left out.

/**
 * @typedef {Record<string, unknown>} Json
 * @typedef {{ source: string, source_id: string }} Link
 */

/** How other systems call the providers that Gatehouse knows by preset. */
const providers = new Map([
  ["google-oauth2", "google"],
  ["google.com", "google"],
  ["facebook.com", "facebook"],
  ["apple.com", "apple"],
  ["linkedin-openid", "linkedin"],
]);

/**
 * Auth0: a bulk export, or the export with password hashes that its support sends.
 * @param {Json} user
 */
export function fromAuth0(user) {
  const id =
    text(user.user_id) ?? (text(record(user._id).$oid) === undefined ? undefined : `auth0|${record(user._id).$oid}`);
  const custom = record(user.custom_password_hash);
  const metadata = { ...record(user.user_metadata), ...record(user.app_metadata) };
  return compact({
    external_id: id,
    email: text(user.email),
    email_verified: flag(user.email_verified),
    username: text(user.username),
    name: text(user.name) === text(user.email) ? undefined : text(user.name),
    first_name: text(user.given_name),
    last_name: text(user.family_name),
    phone_number: text(user.phone_number),
    phone_verified: flag(user.phone_verified),
    password_hash: text(user.passwordHash) ?? text(user.password_hash) ?? text(record(custom.hash).value),
    disabled: flag(user.blocked),
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    linked_accounts: linksOf(
      records(user.identities)
        .filter(({ isSocial }) => isSocial === true)
        .map(({ provider, user_id: sub }) => [provider, sub]),
    ),
    created_at: time(record(user.created_at).$date ?? user.created_at),
  });
}

/**
 * Keycloak: a user of a realm's export.
 * @param {Json} user
 */
export function fromKeycloak(user) {
  const credentials = records(user.credentials);
  const password = credentials.find(({ type }) => type === "password");
  const attributes = record(user.attributes);
  return compact({
    external_id: text(user.id),
    email: text(user.email),
    email_verified: flag(user.emailVerified),
    // Where Keycloak takes the address for the name, it is the same name here.
    username: text(user.username) === text(user.email)?.toLowerCase() ? undefined : text(user.username),
    first_name: text(user.firstName),
    last_name: text(user.lastName),
    password_hash:
      password === undefined ? undefined : { secretData: password.secretData, credentialData: password.credentialData },
    totp_secret: totpOf(credentials.find(({ type }) => type === "otp")),
    disabled: user.enabled === undefined ? undefined : user.enabled === false,
    metadata: Object.keys(attributes).length === 0 ? undefined : attributes,
    linked_accounts: linksOf(
      records(user.federatedIdentities).map(({ identityProvider, userId }) => [identityProvider, userId]),
    ),
    created_at: time(user.createdTimestamp),
  });
}

/**
 * Firebase: a user of `firebase auth:export --format=json`.
 * @param {Json} user
 */
export function fromFirebase(user) {
  const claims = record(parse(user.customAttributes));
  const hash = text(user.passwordHash);
  return compact({
    external_id: text(user.localId),
    email: text(user.email),
    email_verified: flag(user.emailVerified),
    name: text(user.displayName),
    phone_number: text(user.phoneNumber),
    // It knows no number that was not confirmed by a message.
    phone_verified: text(user.phoneNumber) === undefined ? undefined : true,
    password_hash: hash === undefined ? undefined : { hash, salt: text(user.salt) ?? "" },
    disabled: flag(user.disabled),
    metadata: Object.keys(claims).length === 0 ? undefined : claims,
    linked_accounts: linksOf(
      records(user.providerUserInfo)
        .filter(({ providerId }) => providerId !== "phone" && providerId !== "password")
        .map(({ providerId, rawId }) => [providerId, rawId]),
    ),
    created_at: time(user.createdAt === undefined ? undefined : Number(user.createdAt)),
  });
}

/**
 * What the Firebase console shows as its hash parameters, as it is shown there or as JSON.
 * @param {string} shown
 * @returns {Json | null}
 */
export function firebaseParameters(shown) {
  const one = (/** @type {string} */ name) => new RegExp(`"?${name}"?\\s*[:=]\\s*"?([^",\\s}]+)`).exec(shown)?.[1];
  const signerKey = one("(?:base64_)?signer_key");
  if (signerKey === undefined) return null;
  return {
    signer_key: signerKey,
    salt_separator: one("(?:base64_)?salt_separator") ?? "Bw==",
    rounds: Number(one("rounds") ?? 8),
    mem_cost: Number(one("mem_cost") ?? 14),
  };
}

/** @param {Json | undefined} credential of Keycloak; the bytes of its text are the secret */
function totpOf(credential) {
  if (credential === undefined) return undefined;
  const about = record(parse(credential.credentialData));
  const secret = text(record(parse(credential.secretData)).value);
  const isOurs =
    about.subType === "totp" && about.digits === 6 && about.period === 30 && about.algorithm === "HmacSHA1";
  return isOurs && secret !== undefined ? base32(Buffer.from(secret)) : undefined;
}

/** @param {Uint8Array} bytes */
function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = bits.match(/.{1,5}/g) ?? [];
  return letters.map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}

/**
 * @param {unknown[][]} pairs
 * @returns {Link[] | undefined}
 */
function linksOf(pairs) {
  const links = pairs.flatMap(([provider, id]) =>
    typeof provider === "string" && (typeof id === "string" || typeof id === "number")
      ? [{ source: providers.get(provider) ?? provider.toLowerCase().replaceAll(".", "-"), source_id: String(id) }]
      : [],
  );
  return links.length === 0 ? undefined : links;
}

/** @param {unknown} value milliseconds, or a text */
function time(value) {
  const date = typeof value === "number" || typeof value === "string" ? new Date(value) : null;
  return date === null || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** @param {unknown} value */
const text = (value) => (typeof value === "string" && value !== "" ? value : undefined);

/** @param {unknown} value */
const flag = (value) => (typeof value === "boolean" ? value : undefined);

/**
 * @param {unknown} value
 * @returns {Json}
 */
const record = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? /** @type {Json} */ (value) : {};

/**
 * @param {unknown} value
 * @returns {Json[]}
 */
const records = (value) => (Array.isArray(value) ? value.map(record) : []);

/** @param {unknown} value */
function parse(value) {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return {};
  }
}

/** @param {Json} user */
const compact = (user) => Object.fromEntries(Object.entries(user).filter(([, value]) => value !== undefined));
