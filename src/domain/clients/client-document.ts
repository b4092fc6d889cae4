/** Clients that are known by a document of theirs, at the address that is their client_id: draft-ietf-oauth-client-id-metadata-document. */
import { limits } from "../../config/limits.ts";
import { OAuthError, Problem } from "../../errors/errors.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import { OutboundError, outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";
import { isAllowed, stranger } from "./client-of-token.ts";
import { metadataProblems } from "./metadata-problems.ts";
import { parseSelfRegistration, selfRegisteredGrants } from "./registration-metadata.ts";

interface Remembered {
  /** Null when what stood there was no good. */
  readonly client: Client | null;
  /** Milliseconds since the epoch. */
  readonly freshUntil: number;
}

const remembered = new BoundedCache<Remembered>(limits.cachedClientDocuments, limits.clientDocumentStaleMs);

/**
 * The client behind the address, or null. `beforeFetch` may throw: it is asked before each call that a stranger brings about.
 * A document that cannot be had at the moment stays good for a while.
 */
export async function clientOfAddress(
  context: RealmContext,
  address: string,
  beforeFetch: () => Promise<void>,
): Promise<Client | null> {
  if (!isAllowed(context, address)) return null;
  const { realm, clock } = context;
  // What a document amounts to depends on the realm's settings.
  const key = `${realm.id}|${realm.version}|${address}`;
  const now = clock.now();
  const known = remembered.get(key, now);
  if (known !== undefined && now < known.freshUntil) return known.client;
  const lastGood = known?.client ?? null;
  try {
    await beforeFetch();
  } catch (error) {
    // Whoever has others' documents fetched up to the limit shuts nobody out who is known.
    if (lastGood !== null && error instanceof Problem && error.reason === "rate-limited") return lastGood;
    throw error;
  }
  const found = await fetchDocument(context, address);
  if (found === null && lastGood !== null) return lastGood;
  const client = found === null ? null : clientOfDocument(context, address, found.document);
  const freshMs = client === null ? limits.clientDocumentShortestMs : (found?.freshMs ?? 0);
  remembered.set(key, { client, freshUntil: now + freshMs }, now);
  return client;
}

/** What stands there, and for how long it may be remembered; null when nothing could be had. */
async function fetchDocument(
  { config }: RealmContext,
  address: string,
): Promise<{ document: unknown; freshMs: number } | null> {
  try {
    const response = await outboundFetch(
      address,
      { headers: { accept: "application/json" } },
      {
        development: config.development,
        deadline: AbortSignal.timeout(limits.clientDocumentTimeoutMs),
        mostBytes: limits.clientDocumentBytes,
      },
    );
    if (response.status >= 500 || response.status === 429) return null;
    const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(response.headers.get("content-type") ?? "");
    const document = response.status === 200 && isJson ? parseJson(await response.text()) : undefined;
    return { document, freshMs: freshnessOf(response.headers.get("cache-control") ?? "") };
  } catch (error) {
    if (error instanceof OutboundError) return error.kind === "too-large" ? { document: undefined, freshMs: 0 } : null;
    throw error;
  }
}

/** What the document's host says (RFC 9111 §5.2.2), within our bounds. */
function freshnessOf(cacheControl: string): number {
  if (/\bno-(?:store|cache)\b/i.test(cacheControl)) return limits.clientDocumentShortestMs;
  const seconds = /(?:^|[\s,])max-age="?([0-9]{1,9})\b/i.exec(cacheControl)?.[1];
  const wanted = seconds === undefined ? limits.clientDocumentUsualMs : Number(seconds) * 1000;
  return Math.min(Math.max(wanted, limits.clientDocumentShortestMs), limits.clientDocumentLongestMs);
}

/** The document as a client: what holds for those that register themselves, and no secret, since there is nobody to share it with. */
function clientOfDocument(context: RealmContext, address: string, document: unknown): Client | null {
  if (!isRecord(document) || document.client_id !== address || holdsSecret(document)) return null;
  const { host, origin } = new URL(address);
  const method = document.token_endpoint_auth_method ?? "none";
  if (method !== "none" && method !== "private_key_jwt") return null;
  const { jwks_uri } = document;
  if (jwks_uri !== undefined && (typeof jwks_uri !== "string" || URL.parse(jwks_uri)?.origin !== origin)) return null;
  const registration = parseOrNull(context, {
    ...document,
    client_name: document.client_name ?? host,
    token_endpoint_auth_method: method,
    grant_types: knownGrants(document.grant_types),
  });
  if (registration === null) return null;
  const problems = metadataProblems(
    registration.type,
    registration.metadata,
    context.config,
    context.realm.keys.algorithms,
  );
  if (Object.keys(problems).length > 0) return null;
  const { name, type, metadata } = registration;
  return { ...stranger, clientId: address, name, type, metadata };
}

const holdsSecret = (document: Readonly<Record<string, unknown>>): boolean =>
  document.client_secret !== undefined || document.client_secret_expires_at !== undefined;

/** One document speaks to many servers: grants that are for others are no fault here. */
function knownGrants(given: unknown): unknown {
  if (!Array.isArray(given)) return given;
  return given.filter((grant) => selfRegisteredGrants.some((known) => known === grant));
}

function parseOrNull({ realm }: RealmContext, document: Readonly<Record<string, unknown>>) {
  try {
    return parseSelfRegistration(document, realm.settings);
  } catch (error) {
    if (error instanceof OAuthError) return null;
    throw error;
  }
}
