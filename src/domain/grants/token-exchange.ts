/** grant_type=urn:ietf:params:oauth:grant-type:token-exchange: RFC 8693. A user's access token for another one: for less, or for elsewhere. */
import { limits } from "../../config/limits.ts";
import { randomHandle } from "../../crypto/random.ts";
import { BearerError, OAuthError } from "../../errors/errors.ts";
import { toSeconds } from "../../lib/time.ts";
import { idFrom, lineOf } from "../../lib/token-line.ts";
import type { LiveGrant } from "../../storage/user-object/grants-object.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { Client } from "../clients/client.ts";
import { spendProof } from "../dpop/spend-proof.ts";
import type { RealmContext } from "../realm-context.ts";
import { type AccessToken, type Actor, issueAccessToken } from "../tokens/access-token.ts";
import { checkAccessToken, type LiveAccessToken } from "../tokens/live-access-token.ts";
import { registeredResource, scopesFor } from "../tokens/resources.ts";
import { parseScope } from "../tokens/scopes.ts";
import { type Grant, type TokenRequest, tokenTypeOf } from "./grant.ts";

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
/** §3: our access tokens are JWTs, so a caller may call them so. */
const acceptedTypes: readonly (string | undefined)[] = [accessTokenType, "urn:ietf:params:oauth:token-type:jwt"];

/** What the client's registration allows it. */
interface Allowance {
  readonly subject_clients: readonly string[];
  /** Null: whatever the subject token is for already. */
  readonly audiences: readonly string[] | null;
  readonly impersonation: boolean;
}

/** A client that is registered for the grant and for nothing in particular may have its own tokens again, for less (RFC 8693 §1.1). */
const ownTokens = ({ clientId }: Client): Allowance => ({
  subject_clients: [clientId],
  audiences: null,
  impersonation: false,
});

export const tokenExchangeGrant: Grant = async (context, request) => {
  const { client, parameters, jkt, proof } = request;
  if (client.type === "public") throw new OAuthError("grant-type-not-registered");
  const allowance = client.metadata.token_exchange ?? ownTokens(client);
  const requested = parameters.get("requested_token_type");
  if (requested !== undefined && requested !== accessTokenType)
    throw new OAuthError("requested-token-type-unsupported");

  const subject = await readSubject(context, request, allowance);
  const actor = actorOf(subject.token, await readActor(context, request), request, allowance);
  const audience = audienceOf(context, request, allowance, subject.token);
  const scopes = scopesOf(context, request, subject.token, audience);
  await spendProof(context, client, proof);

  const now = context.clock.now();
  const tokenId = idFrom(subject.token.tokenId, randomHandle(16));
  const access_token = await issueAccessToken(context, {
    // The user's grant stays what it hangs on, and the subject token by its id: when either ends, this ends.
    holder: subject.token.holder,
    profile: subject.grant.profile,
    tokenId,
    clientId: client.clientId,
    format: client.metadata.access_token_format,
    scopes,
    issuedAt: now,
    audience,
    jkt,
    expiresBy: subject.token.expiresAt,
    ...(actor === null ? {} : { actor }),
  });
  recordEvent(context, {
    type: "token.exchanged",
    actor: { kind: "client", id: client.clientId },
    user: subject.grant.profile.id,
    client: client.clientId,
    details: {
      subject_client: subject.token.clientId,
      acts_as: actor?.sub ?? null,
      impersonation: actor === subject.token.actor,
      audience,
      scope: scopes.join(" "),
      token_id: tokenId,
    },
  });
  return {
    access_token,
    issued_token_type: accessTokenType,
    token_type: tokenTypeOf(jkt),
    expires_in: Math.min(context.realm.settings.access_token_ttl_seconds, subject.token.expiresAt - toSeconds(now)),
    scope: scopes.join(" "),
  };
};

interface Subject {
  readonly token: AccessToken;
  readonly grant: LiveGrant;
}

/** A live access token of a user, made out to a client that this one may stand behind (§2.1). */
async function readSubject(context: RealmContext, request: TokenRequest, allowance: Allowance): Promise<Subject> {
  const { token, grant } = await readToken(context, request, "subject_token");
  // A client's own token has no grant that the new one could die with.
  if (grant === null) throw new OAuthError("subject-token-invalid");
  if (!allowance.subject_clients.includes(token.clientId)) throw new OAuthError("subject-token-invalid");
  if (lineOf(token.tokenId).length > limits.actorChainLength) throw new OAuthError("subject-token-invalid");
  return { token, grant };
}

/** Who acts, when that is somebody else than the client: a user or itself, by a token that was issued to this client. */
async function readActor(context: RealmContext, request: TokenRequest): Promise<AccessToken | null> {
  const { parameters, client } = request;
  const [text, type] = [parameters.get("actor_token"), parameters.get("actor_token_type")];
  if (text === undefined && type === undefined) return null;
  const { token } = await readToken(context, request, "actor_token");
  if (token.clientId !== client.clientId) throw new OAuthError("actor-token-invalid");
  return token;
}

async function readToken(
  context: RealmContext,
  { parameters, jkt }: TokenRequest,
  name: "subject_token" | "actor_token",
): Promise<LiveAccessToken> {
  const text = parameters.get(name);
  const type = parameters.get(`${name}_type`);
  if (text === undefined || type === undefined)
    throw new OAuthError("parameter-missing", { detail: `${name} and ${name}_type go together.` });
  const invalid = name === "subject_token" ? "subject-token-invalid" : "actor-token-invalid";
  if (!acceptedTypes.includes(type)) throw new OAuthError(invalid);
  const live = await checkAccessToken(context, text, "anybody").catch((error: unknown) => {
    if (error instanceof BearerError) throw new OAuthError(invalid, { cause: error });
    throw error;
  });
  // A bound token is worth something in the hands of its key's holder only, and so it is here (RFC 9449 §7.1).
  if (live.token.jkt !== null && live.token.jkt !== jkt) throw new OAuthError(invalid);
  return live;
}

/** §4.1: the one who acts, before those who did so far. By impersonation nobody is added, and nobody left out. */
function actorOf(
  subject: AccessToken,
  actor: AccessToken | null,
  { client }: TokenRequest,
  { impersonation }: Allowance,
): Actor | null {
  if (actor === null && impersonation) return subject.actor;
  const sub = actor === null || actor.holder.kind === "client" ? client.clientId : String(actor.holder.userId);
  return { sub, ...(subject.actor === null ? {} : { act: subject.actor }) };
}

/** `resource` and `audience` name the same things here: those on the client's list. The only one on it need not be named (§2.1). */
function audienceOf(
  context: RealmContext,
  { parameters }: TokenRequest,
  allowance: Allowance,
  subject: AccessToken,
): readonly string[] {
  const audiences = allowance.audiences ?? subject.audience;
  const named = [...parameters.getAll("resource"), ...parameters.getAll("audience")];
  const asked = named.length === 0 && audiences.length === 1 ? audiences : named;
  const found = asked.map((uri) => registeredResource(context, uri));
  const known = found.filter((uri) => uri !== null && audiences.includes(uri)) as string[];
  if (known.length === 0 || known.length < asked.length) throw new OAuthError("exchange-target-not-allowed");
  return [...new Set(known)];
}

/** Never more than the subject token has, nor than the client may have; without a refresh token `offline_access` says nothing. */
function scopesOf(
  context: RealmContext,
  { client, parameters }: TokenRequest,
  subject: AccessToken,
  audience: readonly string[],
): readonly string[] {
  const asked = parseScope(parameters.get("scope"));
  const both = subject.scopes.filter((scope) => client.metadata.scopes.includes(scope) && scope !== "offline_access");
  if (asked === null || !asked.every((scope) => both.includes(scope))) throw new OAuthError("scope-not-granted");
  const scopes = scopesFor(context, audience, asked.length === 0 ? both : asked);
  if (asked.length > 0 && scopes.length === 0) throw new OAuthError("scope-not-granted");
  return scopes;
}
