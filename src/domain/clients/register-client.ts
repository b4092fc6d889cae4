import { Problem } from "../../errors/errors.ts";
import { opaqueId } from "../admin/opaque-id.ts";
import { type Operator, requireMayShape } from "../admin/operator.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Client, clientOf } from "./client.ts";
import { makeClientSecret } from "./client-secret.ts";
import type { ClientMetadata } from "./metadata.ts";
import { metadataProblems } from "./metadata-problems.ts";
import { authMethodOf, type RegisteredClient } from "./requirements.ts";

/** All that an operator says of a client. */
export interface ClientRegistration {
  readonly name: string;
  readonly type: "confidential" | "public";
  readonly firstParty: boolean;
  readonly disabled: boolean;
  readonly metadata: ClientMetadata;
}

/** `secret` is known now and never again; null for a client that has none. */
export interface Registered {
  readonly client: Client;
  readonly secret: string | null;
}

/** Registers a client. Throws Problem. */
export async function registerClient(
  context: RealmContext,
  operator: Operator,
  registration: ClientRegistration,
): Promise<Registered> {
  requireMayShape(operator, registration);
  requireFittingMetadata(registration, context);
  const made = await insertClient(context, registration);
  if (made === null) throw new Error("an operator's client was counted as one that registered itself");
  return made;
}

/** What is known of a client besides its registration when it came by itself. */
export interface OwnArrival {
  readonly registrationTokenHash: string;
  /** Of such clients the realm has this many at most; null when somebody has vouched for this one. */
  readonly most: number | null;
}

/** Writes down a registration that was checked. Null when the realm has no room for another client that came by itself. */
export async function insertClient(
  context: RealmContext,
  registration: ClientRegistration,
  arrival: OwnArrival | null = null,
): Promise<Registered | null> {
  const { name, type, firstParty, disabled, metadata } = registration;
  const clientId = opaqueId(20);
  const made = hasSecret(registration) ? await makeClientSecret(context, clientId) : null;
  const now = context.clock.now();
  const wanted = {
    clientId,
    name,
    type,
    firstParty,
    secretHash: made?.secretHash ?? null,
    sealedSecret: made?.sealedSecret ?? null,
    registrationTokenHash: arrival?.registrationTokenHash ?? null,
    metadata,
    disabledAt: disabled ? now : null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const { store } = context.clients;
  const most = arrival?.most ?? null;
  const row =
    most === null
      ? await store.insert(wanted, originsOf(metadata))
      : await store.insertWithin(most, wanted, originsOf(metadata));
  if (row === null) return null;
  const client = clientOf(row);
  context.clients.forget(client);
  return { client, secret: made?.secret ?? null };
}

/** Changes a client that was read just now. Its type stays what it was. Throws Problem. */
export async function changeClient(
  context: RealmContext,
  operator: Operator,
  client: Client,
  registration: ClientRegistration,
): Promise<Client> {
  requireMayShape(operator, client);
  requireMayShape(operator, registration);
  if (registration.type !== client.type)
    throw new Problem("body-invalid", { fields: { type: "cannot be changed; register another client" } });
  requireFittingMetadata(registration, context);
  return replaceRegistration(context, client, registration);
}

/** Writes down a change that was checked. Throws Problem when the client was changed in between. */
export async function replaceRegistration(
  context: RealmContext,
  client: Client,
  registration: ClientRegistration,
): Promise<Client> {
  const { name, firstParty, metadata, disabled } = registration;
  const now = context.clock.now();
  const disabledAt = disabled === client.disabled ? {} : { disabledAt: disabled ? now : null };
  const row = await context.clients.store.update(
    client,
    { name, firstParty, metadata, ...disabledAt, ...(hasSecret(registration) ? {} : noSecret) },
    originsOf(metadata),
    now,
  );
  context.clients.forget(client);
  if (row === null) throw new Problem("version-outdated");
  return clientOf(row);
}

/** A new secret; the old one is worth nothing from now on. Throws Problem. */
export async function rotateSecret(context: RealmContext, operator: Operator, client: Client): Promise<string> {
  requireMayShape(operator, client);
  if (!hasSecret(client)) throw new Problem("secret-not-used");
  const { secret, ...changes } = await makeClientSecret(context, client.clientId);
  const row = await context.clients.store.update(client, changes, originsOf(client.metadata), context.clock.now());
  context.clients.forget(client);
  if (row === null) throw new Problem("version-outdated");
  return secret;
}

/** Throws Problem. */
export async function deleteClient(context: RealmContext, operator: Operator, client: Client): Promise<void> {
  requireMayShape(operator, client);
  await removeClient(context, client);
}

/** Throws Problem. */
export async function removeClient(context: RealmContext, client: Client): Promise<void> {
  const deleted = await context.clients.store.delete(client);
  context.clients.forget(client);
  if (!deleted) throw new Problem("client-record-unknown");
}

/** A client that signs assertions has nothing else to be known by; one that begins to loses its secret. */
const hasSecret = (client: RegisteredClient): boolean => !["none", "private_key_jwt"].includes(authMethodOf(client));
const noSecret = { secretHash: null, sealedSecret: null };

const redirectFields: ReadonlySet<string> = new Set(["redirect_uris", "error_uris", "post_logout_redirect_uris"]);

/** As RFC 7591 §3.2.2 tells the two kinds of fault apart. */
function requireFittingMetadata({ type, metadata }: ClientRegistration, { config, realm }: RealmContext): void {
  const fields = metadataProblems(type, metadata, config, realm.keys.algorithms);
  const faulty = Object.keys(fields);
  if (faulty.length === 0) return;
  const onlyRedirects = faulty.every((field) => redirectFields.has(field));
  throw new Problem(onlyRedirects ? "redirect-uri-invalid" : "client-metadata-invalid", { fields });
}

/** Where the client's own pages are served from: they may call the token endpoint. A native app's scheme is no origin. */
function originsOf(metadata: ClientMetadata): string[] {
  const ofRedirects = metadata.redirect_uris.map((uri) => new URL(uri).origin).filter((origin) => origin !== "null");
  return [...new Set([...metadata.origins, ...ofRedirects])];
}
