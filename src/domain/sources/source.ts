import type { HandOverAlgorithm } from "../../crypto/hand-over-token.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { Problem } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import type { SourceRow } from "../../storage/d1/source-store.ts";
import type { RealmContext } from "../realm-context.ts";
import { type SourceSettings, sourceSettingsSchema, type UserIdMode } from "./source-settings.ts";

/** A main product that hands its users over to one realm. */
export interface Source {
  readonly realmId: string;
  /** Unique in the realm; the `source` of the accounts linked through it. */
  readonly name: string;
  /** The `iss` of its tokens; unique in the realm, too. */
  readonly issuer: string;
  /** The only one its tokens may have. */
  readonly algorithm: HandOverAlgorithm;
  readonly sealedSecret: string | null;
  /** `unified`: its user ids are the `external_id` of users here. `linked`: they are linked to users here. */
  readonly userIdMode: UserIdMode;
  readonly settings: SourceSettings;
  readonly label: string;
  readonly disabled: boolean;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a main product may be called. */
export const sourceName = /^[a-z][a-z0-9_-]{0,31}$/;

export function sourceOf({ disabledAt, settings: stored, ...row }: SourceRow): Source {
  const settings = sourceSettingsSchema.parse(stored);
  return { ...row, settings, label: settings.label ?? row.name, disabled: disabledAt !== null };
}

/** Straight from the database: one that was disabled a moment ago signs nobody in. Null when there is none. */
export async function findSource({ sources }: RealmContext, name: string): Promise<Source | null> {
  const row = sourceName.test(name) ? await sources.find(name) : null;
  return row === null ? null : sourceOf(row);
}

/** The same. Throws Problem, 404. */
export async function getSource(context: RealmContext, name: string): Promise<Source> {
  const source = await findSource(context, name);
  if (source === null) throw new Problem("source-unknown");
  return source;
}

export const sourceSecretPurpose = "source-secret";
const secretContext = (realmId: string, name: string): string => `${realmId}|${name}`;

export function sealSourceSecret(ring: KeyRing, realmId: string, name: string, secret: string): Promise<string> {
  return ring.seal(sourceSecretPurpose, secretContext(realmId, name), utf8(secret));
}

/** Null when there is none, or when it was sealed with a key that is gone. */
export async function openSourceSecret(ring: KeyRing, { realmId, name, sealedSecret }: Source): Promise<string | null> {
  const opened =
    sealedSecret === null ? null : await ring.open(sourceSecretPurpose, secretContext(realmId, name), sealedSecret);
  return opened === null ? null : fromUtf8(opened);
}
