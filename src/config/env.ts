import { decodeBase64Url } from "../lib/base64url.ts";
import { type Jurisdiction, jurisdictions } from "./jurisdictions.ts";

/** What wrangler.toml and the deployment's secrets give the Worker. */
export interface Bindings {
  /** The directory of realms, and the first shard. */
  DB: D1Database;
  /** Further shards: `DB_1` is called `1` in the row of a realm that lies there (docs/scale.md). */
  [shard: `DB_${string}`]: D1Database | undefined;
  GRANTS: KVNamespace;
  USERS: DurableObjectNamespace;
  ADDRESS_LIMITER: RateLimit;
  JOBS: Queue;
  /** Audit events, on their way to the realm's chain. */
  AUDIT: Queue;
  /** Where requests are counted; without it they are not. */
  METRICS?: AnalyticsEngineDataset;
  /** Which version of the Worker this is. */
  VERSION?: WorkerVersionMetadata;
  /** Sends mails, unless MAIL_HTTP_URL names another way. */
  MAIL?: SendEmail;
  /** Service bindings that realms may name in their settings (`gateway.services`). */
  [service: `SERVICE_${string}`]: Fetcher | undefined;
  /** Bearer token of the deployment's operators. At least 32 characters. */
  ADMIN_TOKEN: string;
  /** `<id>:<base64url of 32 bytes>`, comma-separated. The first seals; all of them open. */
  KEY_ENCRYPTION_KEYS: string;
  /** The realm whose system administrators may act for the whole deployment: its id, or its auth domain. Nobody when left out. */
  OPERATORS_REALM?: string;
  /** The shard on which realms are made unless the operator says another; `main` when left out. */
  NEW_REALMS_SHARD?: string;
  /** The jurisdiction that realms are made in when nobody says one: `eu`, `us` or `fedramp`; wherever when left out. */
  NEW_REALMS_JURISDICTION?: string;
  /** `on` has realms read from D1's read replicas, where the database `DB` has any. */
  DIRECTORY_REPLICAS?: string;
  /** When D1 was last restored to an earlier state (ISO 8601). Objects that have not looked at their user's row since then do so first. */
  RESTORED_AT?: string;
  /** A mail provider's https endpoint that takes one JSON POST a message, and its Bearer token. */
  MAIL_HTTP_URL?: string;
  MAIL_HTTP_TOKEN?: string;
  /** The same for text messages. */
  SMS_HTTP_URL?: string;
  SMS_HTTP_TOKEN?: string;
  /** A bucket with S3's interface for people's pictures: its https address, its name, and the key that signs for it. */
  PICTURES_URL?: string;
  PICTURES_BUCKET?: string;
  PICTURES_ACCESS_KEY_ID?: string;
  PICTURES_SECRET_ACCESS_KEY?: string;
  /** Where the pictures are read, if not at PICTURES_URL. */
  PICTURES_PUBLIC_URL?: string;
  /** `development` opens the seams for a laptop. Never set in production. */
  ENVIRONMENT?: string;
  /** `http` or `https`, and the port of this machine's Worker. Read under development only. */
  DEV_SCHEME?: string;
  DEV_PORT?: string;
}

/** What the database of the binding `DB` is called among the shards. */
export const mainShard = "main";

export interface KeyEncryptionKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Where finished messages are posted to. */
export interface MessageProvider {
  readonly url: string;
  readonly token: string;
}

export interface Config {
  readonly development: boolean;
  readonly scheme: "http" | "https";
  /** "" in production, ":8787" on a laptop. */
  readonly portSuffix: string;
  readonly adminToken: string;
  readonly keyEncryptionKeys: readonly [KeyEncryptionKey, ...KeyEncryptionKey[]];
  /** A realm's id or auth domain. Never its name: several realms may have one, and their own operators choose it. */
  readonly operatorsRealm: string | null;
  readonly newRealmsShard: string;
  /** Null for wherever. */
  readonly newRealmsJurisdiction: Jurisdiction | null;
  /** Whether realms may be read from copies of the directory (decision 34). */
  readonly directoryReplicas: boolean;
  /** Milliseconds since the epoch; 0 when the database never was. */
  readonly restoredAt: number;
  readonly mailProvider: MessageProvider | null;
  readonly smsProvider: MessageProvider | null;
}

/** The deployment's secrets are missing or not usable. The message names the variable, never its value. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

const parsed = new WeakMap<object, Config>();

/** Checks the environment once per isolate. Throws ConfigurationError rather than start with a default secret. */
export function parseEnv(env: Bindings): Config {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const development = env.ENVIRONMENT === "development";
  if (env.ENVIRONMENT !== undefined && env.ENVIRONMENT !== "production" && !development)
    throw new ConfigurationError("ENVIRONMENT is `production`, `development`, or not set");
  const config: Config = {
    development,
    scheme: development && env.DEV_SCHEME === "http" ? "http" : "https",
    portSuffix: development ? parsePort(env.DEV_PORT ?? "") : "",
    adminToken: parseAdminToken(env.ADMIN_TOKEN),
    keyEncryptionKeys: parseKeyEncryptionKeys(env.KEY_ENCRYPTION_KEYS),
    operatorsRealm: parseOperatorsRealm(env.OPERATORS_REALM ?? ""),
    newRealmsShard: parseShard(env, env.NEW_REALMS_SHARD ?? mainShard),
    newRealmsJurisdiction: parseJurisdiction(env.NEW_REALMS_JURISDICTION ?? ""),
    directoryReplicas: parseSwitch("DIRECTORY_REPLICAS", env.DIRECTORY_REPLICAS),
    restoredAt: parseRestoredAt(env.RESTORED_AT ?? ""),
    mailProvider: parseProvider("MAIL", env.MAIL_HTTP_URL, env.MAIL_HTTP_TOKEN),
    smsProvider: parseProvider("SMS", env.SMS_HTTP_URL, env.SMS_HTTP_TOKEN),
  };
  parsed.set(env, config);
  return config;
}

function parsePort(text: string): string {
  if (text === "") return "";
  if (!/^[0-9]{1,5}$/.test(text)) throw new ConfigurationError("DEV_PORT is a port number");
  return `:${text}`;
}

function parseAdminToken(text: string | undefined): string {
  if (text === undefined || text.length < 32 || /change|replace|example/i.test(text))
    throw new ConfigurationError("ADMIN_TOKEN is missing, shorter than 32 characters, or a placeholder");
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(text))
    throw new ConfigurationError(
      "ADMIN_TOKEN holds characters that a Bearer header cannot carry (RFC 6750 section 2.1)",
    );
  return text;
}

function parseKeyEncryptionKeys(text: string | undefined): Config["keyEncryptionKeys"] {
  const keys = (text ?? "").split(",").map((entry): KeyEncryptionKey => {
    const [id = "", encoded = ""] = entry.trim().split(":");
    const bytes = decodeBase64Url(encoded);
    if (!/^[A-Za-z0-9_-]{1,16}$/.test(id) || bytes?.length !== 32 || bytes.every((byte) => byte === bytes[0]))
      throw new ConfigurationError("KEY_ENCRYPTION_KEYS is a list of `<id>:<base64url of 32 random bytes>`");
    return { id, bytes };
  });
  const [first, ...rest] = keys;
  if (first === undefined || new Set(keys.map((key) => key.id)).size !== keys.length)
    throw new ConfigurationError("KEY_ENCRYPTION_KEYS needs at least one key, each with its own id");
  return [first, ...rest];
}

function parseOperatorsRealm(text: string): string | null {
  if (text === "") return null;
  if (!/^[a-z0-9][a-z0-9.-]{0,252}$/.test(text))
    throw new ConfigurationError("OPERATORS_REALM is the id or the auth domain of a realm");
  return text;
}

/** The shards beside the first, as realms' rows name them: `DB_EU_1` is `eu_1`. */
export const shardNames = (env: Bindings): string[] =>
  Object.entries(env).flatMap(([name, bound]) =>
    // A variable of such a name is a text.
    typeof bound === "object" && /^DB_(?!MAIN$)[A-Z0-9_]{1,32}$/.test(name)
      ? [name.slice("DB_".length).toLowerCase()]
      : [],
  );

function parseShard(env: Bindings, name: string): string {
  if (name === mainShard || shardNames(env).includes(name)) return name;
  throw new ConfigurationError("NEW_REALMS_SHARD is `main`, or what stands behind `DB_` in the name of a binding");
}

function parseJurisdiction(text: string): Jurisdiction | null {
  const found = jurisdictions.find((name) => name === text) ?? null;
  if (found === null && text !== "")
    throw new ConfigurationError(`NEW_REALMS_JURISDICTION is one of ${jurisdictions.join(", ")}, or not set`);
  return found;
}

function parseSwitch(name: "DIRECTORY_REPLICAS", text = ""): boolean {
  if (!["", "on", "off"].includes(text)) throw new ConfigurationError(`${name} is \`on\`, \`off\`, or not set`);
  return text === "on";
}

function parseRestoredAt(text: string): number {
  const at = text === "" ? 0 : Date.parse(text);
  if (!Number.isFinite(at) || (text !== "" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)))
    throw new ConfigurationError("RESTORED_AT is a time in UTC, like 2026-11-21T08:00:00Z");
  return at;
}

function parseProvider(kind: "MAIL" | "SMS", url = "", token = ""): MessageProvider | null {
  if (url === "" && token === "") return null;
  if (URL.parse(url)?.protocol !== "https:" || token.length < 8)
    throw new ConfigurationError(`${kind}_HTTP_URL is an https address, and ${kind}_HTTP_TOKEN the token it wants`);
  return { url, token };
}
