import type { ClientRow } from "../../storage/d1/client-store.ts";
import { type ClientMetadata, clientMetadataSchema } from "./metadata.ts";

/** An OAuth application (RFC 6749 §2). */
export interface Client {
  readonly integrationId: number;
  readonly clientId: string;
  readonly name: string;
  readonly type: "confidential" | "public";
  /** The house's own: no consent page. */
  readonly firstParty: boolean;
  /** Came by itself (RFC 7591), or is known by its own document alone: nobody of the house has looked at it. */
  readonly selfRegistered: boolean;
  /** Of the token that lets a client change its own registration (RFC 7592). */
  readonly registrationTokenHash: string | null;
  /** When it was first given a token, if it registered itself; null while it has not been. */
  readonly usedAt: number | null;
  readonly secretHash: string | null;
  readonly sealedSecret: string | null;
  readonly metadata: ClientMetadata;
  readonly disabled: boolean;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function clientOf(row: ClientRow): Client {
  return {
    integrationId: row.integrationId,
    clientId: row.clientId,
    name: row.name,
    type: row.type,
    firstParty: row.firstParty,
    selfRegistered: row.registrationTokenHash !== null,
    registrationTokenHash: row.registrationTokenHash,
    usedAt: row.usedAt,
    secretHash: row.secretHash,
    sealedSecret: row.sealedSecret,
    metadata: clientMetadataSchema.parse(row.metadata),
    disabled: row.disabledAt !== null,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
