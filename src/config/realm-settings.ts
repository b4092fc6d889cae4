import * as z from "zod";
import { rateLimitsSchema } from "./rate-limit-settings.ts";
import { described, int } from "./schemas.ts";
import { pageTextsSchema, themeSchema } from "./theme.ts";

const upTo400Days = int(1, 34_560_000);

/** One scope (RFC 6749 §3.3). */
export const scopeToken = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,128}$/);

/** Absolute, without a fragment (RFC 8707 §2). */
const resourceUri = z
  .string()
  .max(512)
  .regex(/^[a-z][a-z0-9+.-]*:[\x21\x24-\x5B\x5D\x5F\x61-\x7A\x7E]+$/);

/** A realm's settings: name, what is allowed, default and one sentence, in one place. Stored as JSON, defaults left out. */
export const realmSettingsSchema = z.strictObject({
  cookie_name: described(
    z
      .string()
      .regex(/^(?:__Host-)?[A-Za-z0-9_-]{1,40}$/)
      .default("qt-auth"),
    "Name of the session cookie; `__Host-` in front binds it to the host in the browser as well.",
  ),
  embedding: described(z.boolean().default(false), "Lets the session cookie be sent inside frames on other sites."),
  tfa: described(
    z.enum(["off", "optional", "required"]).default("optional"),
    "Whether a second factor is offered or required. `off` offers it to nobody new; whoever has one is still asked for it.",
  ),
  max_sessions: described(int(0, 200).default(0), "Signed-in devices allowed per user at once; 0 sets no limit."),
  session_limit_policy: described(
    z.enum(["reject", "evict_oldest"]).default("reject"),
    "What a sign-in beyond `max_sessions` does: it is refused, or ends the oldest session.",
  ),
  session_idle_seconds: described(
    upTo400Days.default(2_592_000),
    "A session that nobody used for this long has ended.",
  ),
  session_absolute_seconds: described(
    upTo400Days.default(7_776_000),
    "A session ends this long after sign-in, used or not.",
  ),
  access_token_ttl_seconds: described(int(1, 900).default(900), "Lifetime of access and ID tokens."),
  refresh_token_ttl_seconds: described(
    upTo400Days.default(2_592_000),
    "A refresh token that nobody used for this long has expired.",
  ),
  refresh_token_absolute_seconds: described(
    upTo400Days.default(7_776_000),
    "A line of refresh tokens ends this long after the sign-in that began it.",
  ),
  signing_key_rotation_days: described(
    int(0, 3650).default(90),
    "A signing key that has signed for so many days hands over to the next one by itself; 0 leaves it to operators.",
  ),
  sso_token_ttl_seconds: described(
    int(1, 900).default(300),
    "Lifetime of the one-time token that carries a sign-in to another domain.",
  ),
  temporary_password_ttl_seconds: described(
    int(300, 30 * 86_400).default(86_400),
    "How long a password that an operator has set lets its user choose another; it opens nothing else.",
  ),
  password_min_length: described(
    int(8, 64).default(8),
    "Fewest characters in a password; 15 is advised where no second factor is required.",
  ),
  registration: described(
    z.enum(["closed", "token", "open"]).default("closed"),
    "Who may register clients by RFC 7591: nobody, holders of an initial access token, anybody. Closing it closes the way for those that registered before to change themselves, too.",
  ),
  client_id_metadata_documents: described(
    z.enum(["off", "on"]).default("off"),
    "Whether a client may be known by the https address of a document of its own (draft-ietf-oauth-client-id-metadata-document). It is third-party, and its address is named where people are asked to agree.",
  ),
  client_id_metadata_hosts: described(
    z.array(z.string().min(1).max(253)).max(100).default([]),
    "Hosts that such documents may stand on; empty allows all public ones.",
  ),
  registration_scopes: described(
    z.array(scopeToken).max(100).default(["openid", "profile", "email", "offline_access"]),
    "Scopes that clients which register themselves may have; those of APIs have to be named here.",
  ),
  registration_max_clients: described(
    int(1, 100_000).default(1000),
    "Clients that may have registered themselves in all, where registration is open.",
  ),
  registration_unused_days: described(
    int(0, 3650).default(30),
    "A client that registered itself and got no token within so many days is forgotten; 0 keeps it.",
  ),
  dpop_nonce: described(
    z.enum(["off", "required"]).default("off"),
    "Whether DPoP proofs must hold a nonce of the realm's (RFC 9449 §8), so that none can be made in store. Each is good once and for a minute either way, and not every client knows nonces.",
  ),
  require_pushed_authorization_requests: described(
    z.boolean().default(false),
    "Whether every application has to push its authorization requests first (RFC 9126 §5).",
  ),
  sign_up: described(z.boolean().default(true), "Whether people may make accounts themselves."),
  guests: described(
    z.boolean().default(true),
    "Whether apps may make accounts for people who have not said who they are.",
  ),
  guest_unused_days: described(
    int(0, 3650).default(0),
    "A guest that nobody has come back for in so many days is forgotten, its tokens with it; 0 keeps all that are not signed out.",
  ),
  reveal_unknown_user: described(
    z.boolean().default(false),
    "Whether a sign-in may say that no such account exists. Leave off: it tells strangers who has an account.",
  ),
  scopes: described(
    z.record(scopeToken, z.string().max(200)).default({}),
    "Scopes of the realm's own APIs: name, and the sentence that the consent page shows.",
  ),
  resources: described(
    z
      .record(
        resourceUri,
        z.strictObject({
          name: z.string().min(1).max(200),
          scopes: z.array(scopeToken).max(100).optional(),
          introspection_clients: z.array(z.string().max(64)).max(20).optional(),
        }),
      )
      .default({}),
    "Resource servers that tokens may be made out to (RFC 8707): absolute URI, name, the scopes they know (all when left out; a token carries no others there), and the clients they introspect tokens with.",
  ),
  gateway: described(
    z
      .strictObject({
        services: z
          .record(
            z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/),
            z.union([
              z.strictObject({
                origin: z
                  .string()
                  .max(300)
                  .regex(/^https?:\/\/[^/?#\s\\@]+$/),
              }),
              z.strictObject({ binding: z.string().regex(/^SERVICE_[A-Z0-9_]{1,56}$/) }),
            ]),
          )
          .default({}),
      })
      .prefault({}),
    "Services behind `/gateway/<name>/`: an https origin, or a service binding of the deployment whose name begins with SERVICE_. They get the user behind the access token, and nothing without one.",
  ),
  languages: described(
    z
      .array(z.string().regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/))
      .max(50)
      .default([]),
    "Languages of the hosted pages, the preferred one first; empty offers all there are.",
  ),
  theme: themeSchema.describe(
    "Look of the hosted pages. Colours are checked for contrast in both schemes when they are set.",
  ),
  page_texts: pageTextsSchema.describe(
    "Own words for a few texts of the hosted pages, by language: titles and welcome lines, plain text.",
  ),
  mail: described(
    z
      .strictObject({
        from_address: z.email().max(254).optional(),
        from_name: z
          .string()
          .max(80)
          .regex(/^[^\p{Cc}\u2028\u2029]+$/u)
          .optional(),
        operator_address: z.email().max(254).optional(),
      })
      .default({}),
    "Sender of the realm's mails: an address of a domain that is set up for sending, which the deployment's operators choose, and a name. `operator_address` is where an hourly report goes of failed calls of the token vault, and of consents.",
  ),
  notify_new_device: described(
    z.boolean().default(true),
    "Whether people are told of a sign-in from a device that has not signed in to their account before (OWASP ASVS 6.3.5).",
  ),
  notify_theft: described(
    z.boolean().default(true),
    "Whether people are told, once a day at most, when a code or refresh token of theirs was used twice and what it gave was ended (RFC 9700 §4.14).",
  ),
  audit_retention_days: described(
    int(30, 3650).default(365),
    "Audit events are kept this long. What is cut off leaves its last hash, so that the rest can be verified. Less than 365 counts once the realm has not been changed for a week, so that others see it before anything is gone.",
  ),
  rate_limits: rateLimitsSchema.describe("Limits per address and per account."),
});

export type RealmSettings = z.output<typeof realmSettingsSchema>;
