/** Clients that register themselves, and look after their registration: RFC 7591, RFC 7592. */

import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { BearerError, OAuthError } from "../../errors/errors.ts";
import type { AuditType } from "../../storage/audit-events.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";
import { metadataProblems } from "./metadata-problems.ts";
import {
  type ClientRegistration,
  insertClient,
  type Registered,
  removeClient,
  replaceRegistration,
} from "./register-client.ts";
import { parseSelfRegistration, registrationFault } from "./registration-metadata.ts";

export interface SelfRegistered extends Registered {
  /** Known now and never again. It stays the same as long as the client does: a lost answer must not lock its owner out. */
  readonly registrationToken: string;
}

/**
 * Registers a client by its own words. `initialToken` is the initial access token it has shown; where registration is open none is
 * needed. Throws OAuthError, BearerError.
 */
export async function registerSelf(
  context: RealmContext,
  initialToken: string | null,
  body: Readonly<Record<string, unknown>>,
): Promise<SelfRegistered> {
  const { settings } = context.realm;
  const spend = settings.registration === "open" ? null : await checkInitialToken(context, initialToken);
  const registration = parseSelfRegistration(body, settings);
  requireFitting(context, registration);
  // The last thing to fail for the caller's sake: a body that is refused costs no use of the token.
  if (spend !== null) await spend();
  const registrationToken = `gr_${randomHandle(32)}`;
  const made = await insertClient(context, registration, {
    registrationTokenHash: await sha256(registrationToken),
    most: spend === null ? settings.registration_max_clients : null,
  });
  if (made === null) throw new OAuthError("registration-full");
  recordEvent(context, bySelf("client.created", made.client));
  return { ...made, registrationToken };
}

function requireFitting({ config, realm }: RealmContext, { type, metadata }: ClientRegistration): void {
  const faults = metadataProblems(type, metadata, config, realm.keys.algorithms);
  if (Object.keys(faults).length > 0) throw registrationFault(faults);
}

async function checkInitialToken(context: RealmContext, token: string | null): Promise<() => Promise<void>> {
  if (token === null) throw new BearerError("registration-token-missing");
  const hash = await sha256(token.slice(0, 512));
  if (!(await context.registrationTokens.isUsable(hash, context.clock.now())))
    throw new BearerError("registration-token-wrong");
  return async () => {
    if (!(await context.registrationTokens.spend(hash, context.clock.now())))
      throw new BearerError("registration-token-wrong");
  };
}

/** The client whose registration the token opens. One that does not exist answers like a wrong token (RFC 7592 §2). Throws BearerError. */
export async function findOwnRegistration(
  context: RealmContext,
  clientId: string,
  token: string | null,
): Promise<Client> {
  if (token === null) throw new BearerError("registration-token-missing");
  const client = await context.clients.findStored(clientId);
  const hash = client?.clientId === clientId && !client.disabled ? client.registrationTokenHash : null;
  const shown = await sha256(token.slice(0, 512));
  if (client === null || hash === null || !equalInConstantTime(shown, hash))
    throw new BearerError("registration-token-wrong");
  return client;
}

/** What the server alone says of a client, and a client may not send (RFC 7592 §2.2). */
const saidByServer = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret_expires_at",
  "client_id_issued_at",
];

/** Replaces the registration as a whole. Throws OAuthError. */
export async function replaceOwnRegistration(
  context: RealmContext,
  client: Client,
  body: Readonly<Record<string, unknown>>,
): Promise<Client> {
  const foreign = saidByServer.find((name) => body[name] !== undefined);
  if (foreign !== undefined)
    throw new OAuthError("registration-metadata-invalid", { detail: `${foreign} is not for the client to set.` });
  if (body.client_id !== client.clientId)
    throw new OAuthError("registration-metadata-invalid", { detail: "client_id is not the one of this client." });
  if (body.client_secret !== undefined && !(await isOwnSecret(client, body.client_secret)))
    throw new OAuthError("registration-metadata-invalid", { detail: "client_secret is not the one of this client." });
  const registration = parseSelfRegistration(body, context.realm.settings, client);
  if (registration.type !== client.type)
    throw new OAuthError("registration-metadata-invalid", {
      detail: "A client with a secret keeps it, one without gets none.",
    });
  requireFitting(context, registration);
  const changed = await replaceRegistration(context, client, registration);
  recordEvent(context, bySelf("client.updated", client));
  return changed;
}

async function isOwnSecret({ secretHash }: Client, secret: unknown): Promise<boolean> {
  return (
    secretHash !== null &&
    typeof secret === "string" &&
    equalInConstantTime(await sha256(secret.slice(0, 512)), secretHash)
  );
}

/** Its tokens are worth nothing from then on. */
export async function deleteOwnRegistration(context: RealmContext, client: Client): Promise<void> {
  await removeClient(context, client);
  recordEvent(context, bySelf("client.deleted", client));
}

const bySelf = (type: AuditType, { clientId }: Client) =>
  ({ type, actor: { kind: "client", id: clientId }, client: clientId }) as const;
