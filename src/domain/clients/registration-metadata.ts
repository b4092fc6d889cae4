/** Client metadata as clients write it down themselves: RFC 7591 §2, OpenID Connect Dynamic Client Registration §2. */
import * as z from "zod";
import type { RealmSettings } from "../../config/realm-settings.ts";
import { OAuthError } from "../../errors/errors.ts";
import type { Client } from "./client.ts";
import { type ClientMetadata, clientMetadataSchema } from "./metadata.ts";
import type { ClientRegistration } from "./register-client.ts";

/** Members that are called and shaped the same here and there. What else we keep of a client is an operator's to say. */
const sharedMembers = [
  "redirect_uris",
  "post_logout_redirect_uris",
  "backchannel_logout_uri",
  "backchannel_logout_session_required",
  "grant_types",
  "token_endpoint_auth_method",
  "token_endpoint_auth_signing_alg",
  "jwks",
  "jwks_uri",
  "id_token_signed_response_alg",
  "dpop_bound_access_tokens",
  "application_type",
  "client_uri",
  "logo_uri",
  "policy_uri",
  "tos_uri",
  "contacts",
  "software_id",
  "software_version",
].filter((name) => Object.hasOwn(clientMetadataSchema.shape, name));

/** What a client that nobody has looked at may do. Acting for itself, on a television or with others' tokens is not among it. */
export const selfRegisteredGrants = ["authorization_code", "refresh_token"] as const;

/** Asked for by these, a client would rely on something that does not happen: refused, where other unknown members are passed over. */
const notOffered =
  /^(?:sector_identifier_uri|tls_client_|request_object_|userinfo_signed_|introspection_signed_|authorization_signed_|[a-z_]+_encrypt(?:ed_response|ion)_(?:alg|enc)$)/;

/** Members that are read here; the rest goes by the rules of `clientMetadataSchema`. */
export const selfRegistrationSchema = z.looseObject({
  client_name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must be one line of text")
    .optional(),
  scope: z.string().max(4096).optional().describe("What goes beyond the realm's `registration_scopes` is left out."),
  response_types: z.array(z.literal("code")).min(1).default(["code"]),
  subject_type: z.literal("public").default("public"),
  token_endpoint_auth_method: z
    .enum(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"])
    .default("client_secret_basic"),
  grant_types: z.array(z.enum(selfRegisteredGrants)).min(1).default(["authorization_code"]),
  id_token_signed_response_alg: z.string().default("RS256"),
  redirect_uris: z.array(z.string()).min(1).describe("Compared character by character."),
  require_pushed_authorization_requests: z.boolean().default(false),
});

/** Those that `selfRegistrationSchema` leaves as they are, for the documentation. */
export const sharedMetadata = Object.fromEntries(
  Object.entries<z.ZodType>(clientMetadataSchema.shape).filter(
    ([name]) => sharedMembers.includes(name) && !Object.hasOwn(selfRegistrationSchema.shape, name),
  ),
);

/**
 * The registration that a client's own words amount to: third-party, and within the scopes that the realm leaves to such clients.
 * `previous` is what it replaces. Members that are null count as left out (RFC 7592 §2.2). Throws OAuthError, 400.
 */
export function parseSelfRegistration(
  body: Readonly<Record<string, unknown>>,
  settings: Pick<RealmSettings, "registration_scopes">,
  previous: Client | null = null,
): ClientRegistration {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  if (given.software_statement !== undefined) throw new OAuthError("software-statement-unapproved");
  const foreign = Object.keys(given).find((name) => notOffered.test(name));
  if (foreign !== undefined) throw new OAuthError("registration-metadata-invalid", { detail: foreignDetail(foreign) });
  const wanted = parse(selfRegistrationSchema, given);
  const shared: Record<string, unknown> = {
    ...given,
    ...wanted,
    application_type: given.application_type ?? usualTypeOf(wanted.redirect_uris),
  };
  const metadata = parse(clientMetadataSchema, {
    ...(previous === null ? {} : keptOf(previous.metadata)),
    ...Object.fromEntries(sharedMembers.map((name) => [name, shared[name]])),
    scopes: scopesOf(wanted.scope, settings, previous),
    require_par: wanted.require_pushed_authorization_requests,
  });
  if (previous !== null) refuseLoosening(previous.metadata, metadata);
  const [first = ""] = metadata.redirect_uris;
  return {
    name: wanted.client_name ?? (URL.parse(first)?.host || "Application"),
    type: wanted.token_endpoint_auth_method === "none" ? "public" : "confidential",
    firstParty: false,
    disabled: previous?.disabled ?? false,
    metadata,
  };
}

/** Who comes back to the very machine it runs on is no web site, whether it says so or not. */
const usualTypeOf = (redirectUris: readonly string[]): "native" | undefined =>
  redirectUris.some((uri) => /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(uri)) ? "native" : undefined;

/** What the client can say nothing about stays as an operator has set it. */
function keptOf(metadata: ClientMetadata): Partial<ClientMetadata> {
  const said = new Set<string>([...sharedMembers, "scopes", "require_par"]);
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !said.has(name)));
}

/** A change may make a client stricter, never less strict: that takes a new registration. */
function refuseLoosening(before: ClientMetadata, after: ClientMetadata): void {
  for (const [name, told] of [
    ["require_par", "require_pushed_authorization_requests"],
    ["dpop_bound_access_tokens", "dpop_bound_access_tokens"],
  ] as const)
    if (before[name] && !after[name])
      throw new OAuthError("registration-metadata-invalid", { detail: `${told} cannot be taken back.` });
  const [was, is] = [before.token_endpoint_auth_method, after.token_endpoint_auth_method];
  if ((was === "private_key_jwt") !== (is === "private_key_jwt"))
    throw new OAuthError("registration-metadata-invalid", {
      detail: "token_endpoint_auth_method cannot change between a secret and a key.",
    });
}

/** What is asked for beyond what such clients may have is left out, and the answer says what is registered (RFC 7591 §3.2.1). */
function scopesOf(
  asked: string | undefined,
  { registration_scopes }: Pick<RealmSettings, "registration_scopes">,
  previous: Client | null,
): string[] {
  const allowed = new Set([...registration_scopes, ...(previous?.metadata.scopes ?? [])]);
  const words = asked?.split(" ").filter((word) => word !== "") ?? [];
  if (words.length === 0) return [...registration_scopes];
  const granted = [...new Set(words)].filter((word) => allowed.has(word));
  if (granted.length === 0)
    throw new OAuthError("registration-metadata-invalid", { detail: "scope names none that such a client may have." });
  return granted;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = String(issue?.path[0] ?? "body");
  throw registrationFault({ [field]: issue?.message ?? "is not valid" });
}

const redirectFields: ReadonlySet<string> = new Set(["redirect_uris", "post_logout_redirect_uris"]);

/** The two kinds of fault that RFC 7591 §3.2.2 tells apart. */
export function registrationFault(fields: Readonly<Record<string, string>>): OAuthError {
  const names = Object.keys(fields);
  const reason = names.every((name) => redirectFields.has(name))
    ? "registration-redirect-uri-invalid"
    : "registration-metadata-invalid";
  const [name = "body"] = names;
  return new OAuthError(reason, { detail: plain(`${name}: ${fields[name] ?? "is not valid"}`) });
}

const foreignDetail = (name: string): string => plain(`${name} is not offered here.`);

/** Within the characters of RFC 6749 §5.2. */
const plain = (text: string): string => text.replaceAll(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, "?").slice(0, 300);

/** A registered client in the words of RFC 7591 §3.2.1. */
export function selfRegistrationJson({ clientId, createdAt, name, metadata }: Client): Record<string, unknown> {
  const entries = Object.entries(metadata).filter(([member]) => sharedMembers.includes(member));
  return {
    client_id: clientId,
    client_id_issued_at: Math.floor(createdAt / 1000),
    client_name: name,
    ...Object.fromEntries(entries),
    response_types: ["code"],
    scope: metadata.scopes.join(" "),
    require_pushed_authorization_requests: metadata.require_par,
  };
}
