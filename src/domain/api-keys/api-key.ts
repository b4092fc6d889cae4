import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { ApiKeyRow, KeyOwner } from "../../storage/d1/api-key-store.ts";
import { opaqueId } from "../admin/opaque-id.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import { forgetHosts } from "../realms/realm-directory.ts";
import { findSource, type Source } from "../sources/source.ts";
import { type ApiKeyScope, apiKeyScopeNames } from "./scopes.ts";

const shownChars = 11;
const keyText = /^gk_[A-Za-z0-9_-]{43}$/;

export interface NewApiKey {
  readonly note: string | null;
  readonly scopes: readonly ApiKeyScope[];
  /** Milliseconds since the epoch; null for one that is good until it is deleted. */
  readonly expiresAt: number | null;
}

/** A key of 256 bits, known now and never again. Throws Problem when the owner has many already. */
export async function makeApiKey(
  context: RealmContext,
  owner: KeyOwner,
  { note, scopes, expiresAt }: NewApiKey,
): Promise<{ row: ApiKeyRow; key: string }> {
  const now = context.clock.now();
  const key = `gk_${randomHandle(32)}`;
  const wanted = {
    ownerType: owner.ownerType,
    owner: owner.owner,
    id: opaqueId(16),
    prefix: key.slice(0, shownChars),
    keyHash: await sha256(key),
    note,
    scopes: [...scopes],
    createdAt: now,
    expiresAt,
  };
  const row = await context.apiKeys.insert(wanted, limits.apiKeysPerOwner);
  if (row === null) throw new Problem("api-keys-too-many");
  if (scopes.includes("sessions:verify")) forgetHosts(context.realm.hosts);
  return { row, key };
}

/** Another key in the place of one that goes on for a while, so that no call fails in between. Throws Problem. */
export async function rotateApiKey(
  context: RealmContext,
  owner: KeyOwner,
  id: string,
  overlapSeconds: number,
): Promise<{ row: ApiKeyRow; key: string }> {
  const now = context.clock.now();
  const old = await context.apiKeys.find(owner, id, now);
  if (old === null) throw new Problem("api-key-unknown");
  const made = await makeApiKey(context, owner, { note: old.note, scopes: scopesOf(old), expiresAt: old.expiresAt });
  await context.apiKeys.expireBy(old.id, now + overlapSeconds * 1000);
  return made;
}

/** A key that a request has shown. */
export interface ShownKey {
  readonly id: string;
  readonly ownerType: ApiKeyRow["ownerType"];
  /** The source's name, or the client's client_id. */
  readonly owner: string;
  readonly scopes: readonly ApiKeyScope[];
  /** The source that owns it; null for a client's. */
  readonly source: Source | null;
  /** The client that owns it; null for a source's. */
  readonly client: Client | null;
}

/** The key, if it is one of the realm's and its owner has not been switched off; null else. Straight from the database. */
export async function findShownKey(context: RealmContext, text: string): Promise<ShownKey | null> {
  const { apiKeys, clock } = context;
  const now = clock.now();
  const row = keyText.test(text) ? await apiKeys.findByHash(await sha256(text), now) : null;
  if (row === null) return null;
  const source = row.ownerType === "source" ? await findSource(context, row.owner) : null;
  const client = row.ownerType === "client" ? await context.clients.find(row.owner) : null;
  const owner = source ?? client;
  if (owner === null || owner.disabled) return null;
  if (now - (row.lastUsedAt ?? 0) >= limits.apiKeyTouchMs) await apiKeys.noteUse(row.id, now);
  return { id: row.id, ownerType: row.ownerType, owner: row.owner, scopes: scopesOf(row), source, client };
}

export const scopesOf = ({ scopes }: Pick<ApiKeyRow, "scopes">): ApiKeyScope[] =>
  apiKeyScopeNames.filter((scope) => scopes.includes(scope));
