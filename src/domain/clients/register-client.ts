import type { Config } from "../../config/env.ts";
import { Problem } from "../../errors/errors.ts";
import { opaqueId } from "../admin/opaque-id.ts";
import { type Operator, requireMayShape } from "../admin/operator.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Client, clientOf } from "./client.ts";
import { makeClientSecret } from "./client-secret.ts";
import { type ClientMetadata, metadataProblems } from "./metadata.ts";

/** All that an operator says of a client. */
export interface ClientRegistration {
  readonly name: string;
  readonly type: "confidential" | "public";
  readonly firstParty: boolean;
  readonly disabled: boolean;
  readonly metadata: ClientMetadata;
}

/** `secret` is known now and never again; null for a public client. */
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
  const { name, type, firstParty, disabled, metadata } = registration;
  requireMayShape(operator, registration);
  requireFittingMetadata(registration, context.config);
  const clientId = opaqueId(20);
  const made = type === "confidential" ? await makeClientSecret(context, clientId) : null;
  const now = context.clock.now();
  const row = await context.clients.store.insert(
    {
      clientId,
      name,
      type,
      firstParty,
      secretHash: made?.secretHash ?? null,
      sealedSecret: made?.sealedSecret ?? null,
      metadata,
      disabledAt: disabled ? now : null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
    originsOf(metadata),
  );
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
  requireFittingMetadata(registration, context.config);
  const { name, firstParty, metadata, disabled } = registration;
  const now = context.clock.now();
  const disabledAt = disabled === client.disabled ? {} : { disabledAt: disabled ? now : null };
  const row = await context.clients.store.update(
    client,
    { name, firstParty, metadata, ...disabledAt },
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
  if (client.type === "public") throw new Problem("secret-not-used");
  const { secret, ...changes } = await makeClientSecret(context, client.clientId);
  const row = await context.clients.store.update(client, changes, originsOf(client.metadata), context.clock.now());
  context.clients.forget(client);
  if (row === null) throw new Problem("version-outdated");
  return secret;
}

/** Throws Problem. */
export async function deleteClient(context: RealmContext, operator: Operator, client: Client): Promise<void> {
  requireMayShape(operator, client);
  const deleted = await context.clients.store.delete(client);
  context.clients.forget(client);
  if (!deleted) throw new Problem("client-record-unknown");
}

const redirectFields: ReadonlySet<string> = new Set(["redirect_uris", "error_uris", "post_logout_redirect_uris"]);

/** As RFC 7591 §3.2.2 tells the two kinds of fault apart. */
function requireFittingMetadata({ type, metadata }: ClientRegistration, config: Config): void {
  const fields = metadataProblems(type, metadata, config);
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
