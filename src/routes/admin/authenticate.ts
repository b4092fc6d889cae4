// Who is calling: the deployment's token on any host; on a host of a realm, an access token or a session of one of its administrators.
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { keyRing } from "../../crypto/key-ring.ts";
import { type Operator, operatorKindOf, type RealmOperator } from "../../domain/admin/operator.ts";
import { recordEvent } from "../../domain/audit/record-event.ts";
import { clientOfToken } from "../../domain/clients/client-of-token.ts";
import { type RealmContext, realmContext } from "../../domain/realm-context.ts";
import { isOperatorsRealm } from "../../domain/realms/realm.ts";
import { readSessionTokens } from "../../domain/sessions/session-token.ts";
import type { LiveAccessToken } from "../../domain/tokens/live-access-token.ts";
import { BearerError, Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import { checkHeaderToken, type HeaderToken, headerToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf, realmDirectory } from "../../http/middleware/realm.ts";
import { refuseOtherOrigin } from "../../http/middleware/same-site.ts";
import { limitPerAddressAnywhere } from "../../http/rate-limit.ts";
import { requestFacts } from "../../http/request-facts.ts";
import { findSession } from "../../http/session.ts";
import type { Profile } from "../../storage/profile.ts";
import type { LiveSession } from "../../storage/user-object/live-session.ts";

/** Tokens that are none of ours, allowed per address and minute, approximately. No guess comes near; the gate keeps the noise down. */
const wrongTokensPerMinute = 600;

/** Sets the realm of the host, if it has one. `asked`: the endpoint, for the audit log. Throws BearerError, 401, or Problem, 403. */
export async function authenticate(c: AppContext, asked: string | null = null): Promise<Operator> {
  const token = headerToken(c);
  if (token?.scheme === "Bearer" && equalInConstantTime(token.text, c.get("config").adminToken))
    return { kind: "deployment" };
  if (token === null && c.req.header("authorization") !== undefined) throw new BearerError("admin-token-missing");
  const context = await realmOfHost(c);
  if (token === null) return bySession(c, context, asked);
  return context === null
    ? refuseToken(c, new BearerError("admin-token-wrong"))
    : ((await bySessionToken(context, token, asked)) ?? byAccessToken(c, context, token, asked));
}

/** A session's token says the same here as in `x-qt-auth` (contract §7): no page can have a browser send it. Null for any other token. */
async function bySessionToken(
  context: RealmContext,
  { scheme, text }: HeaderToken,
  asked: string | null,
): Promise<Operator | null> {
  const claimed = scheme === "Bearer" ? await readSessionTokens(context, [text]) : null;
  if (claimed === null) return null;
  const live = await context.objects.read(claimed.userId, (user) => user.session(claimed.sid));
  if (live === null) throw new BearerError("access-token-revoked", { cause: "session-ended" });
  return operatorOfSession(context, live, asked);
}

async function realmOfHost(c: AppContext): Promise<RealmContext | null> {
  const realm = await realmDirectory(c).findByHost(hostOf(c.req.url));
  if (realm === null) return null;
  const config = c.get("config");
  const known = realmContext(realm, c.env, config, keyRing(config));
  const context = { ...known, audit: known.audit.seenFrom(requestFacts(c)) };
  c.set("realm", context);
  return context;
}

async function bySession(c: AppContext, context: RealmContext | null, asked: string | null): Promise<Operator> {
  const session = context === null ? null : await findSession(c);
  if (context === null || session === null) throw new BearerError("admin-token-missing");
  if (c.req.method !== "GET" && c.req.method !== "HEAD") refuseOtherOrigin(c);
  return operatorOfSession(context, session, asked);
}

/** What a session lets its user do as an operator. A system administrator of the deployment's own realm reaches all others by two factors. Throws Problem, 403. */
export function operatorOfSession(
  context: RealmContext,
  { profile, session }: LiveSession,
  asked: string | null = null,
): Operator {
  const operator = operatorOf(context, profile, asked);
  const reachesAll = operator.kind === "sysadmin" && session.amr.includes("mfa") && operator.inOperatorsRealm;
  if (!reachesAll) return operator;
  return {
    kind: "deployment",
    person: { realmId: context.realm.id, userId: profile.id, authTime: session.authTime },
  };
}

async function byAccessToken(
  c: AppContext,
  context: RealmContext,
  token: HeaderToken,
  asked: string | null,
): Promise<Operator> {
  const live = await liveToken(c, token);
  if (live.grant === null || !live.token.scopes.includes("roles")) throw new Problem("scope-insufficient");
  const client = await clientOfToken(context, live.token.clientId);
  // A partner that was allowed to read a sysadmin's roles was not made a sysadmin; nor is its token, exchanged by one of the realm's own.
  const isOwn = client?.firstParty === true && live.grant.grant.clientId === live.token.clientId;
  if (!isOwn) throw new Problem("operator-client-third-party");
  return operatorOf(context, live.grant.profile, asked);
}

function liveToken(c: AppContext, token: HeaderToken): Promise<LiveAccessToken> {
  return checkHeaderToken(c, token).catch((error: unknown) => {
    if (error instanceof BearerError) return refuseToken(c, error);
    throw error;
  });
}

function operatorOf(context: RealmContext, profile: Profile, asked: string | null): RealmOperator {
  const kind = operatorKindOf(profile.roles);
  const inOperatorsRealm = isOperatorsRealm(context.realm, context.config);
  if (kind !== null) return { kind, realmId: context.realm.id, userId: profile.id, inOperatorsRealm };
  const refusal = { type: "operator.refused", outcome: "refused", reason: "admin-role-missing" } as const;
  const actor = { kind: "user", id: String(profile.id) } as const;
  recordEvent(context, { ...refusal, actor, ...(asked === null ? {} : { details: { endpoint: asked } }) });
  throw new Problem("admin-role-missing");
}

/** Tokens that were once good are no guesses, and neither is what is asked for anew. */
const noGuess: ReadonlySet<Reason> = new Set(["access-token-expired", "access-token-revoked", "dpop-nonce-needed"]);

async function refuseToken(c: AppContext, refusal: BearerError): Promise<never> {
  if (!noGuess.has(refusal.reason)) await limitPerAddressAnywhere(c, "wrong-operator-token", wrongTokensPerMinute);
  throw refusal;
}
