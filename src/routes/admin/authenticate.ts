// Who is calling: the deployment's token on any host; on a host of a realm, an access token or a session of one of its administrators.
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { keyRing } from "../../crypto/key-ring.ts";
import { type Operator, operatorKindOf } from "../../domain/admin/operator.ts";
import { type RealmContext, realmContext } from "../../domain/realm-context.ts";
import { checkAccessToken, type LiveAccessToken } from "../../domain/tokens/live-access-token.ts";
import { BearerError, Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import { bearerToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf, realmDirectory } from "../../http/middleware/realm.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { limitPerAddressAnywhere } from "../../http/rate-limit.ts";
import { findSession } from "../../http/session.ts";
import type { Profile } from "../../storage/profile.ts";

/** Tokens that are none of ours, allowed per address and minute, approximately. No guess comes near; the gate keeps the noise down. */
const wrongTokensPerMinute = 600;

/** Sets the realm of the host, if it has one. Throws Problem, 401 or 403. */
export async function authenticate(c: AppContext): Promise<Operator> {
  const authorization = c.req.header("authorization");
  const token = bearerToken(authorization);
  if (token !== undefined && equalInConstantTime(token, c.get("config").adminToken)) return { kind: "deployment" };
  if (authorization !== undefined && token === undefined) throw unauthorized(c, "admin-token-missing");
  const context = await realmOfHost(c);
  if (token === undefined) return bySession(c, context);
  return context === null ? refuseToken(c, "admin-token-wrong") : byAccessToken(c, context, token);
}

async function realmOfHost(c: AppContext): Promise<RealmContext | null> {
  const realm = await realmDirectory(c).findByHost(hostOf(c.req.url));
  if (realm === null) return null;
  const config = c.get("config");
  const context = realmContext(realm, c.env, config, keyRing(config));
  c.set("realm", context);
  return context;
}

async function bySession(c: AppContext, context: RealmContext | null): Promise<Operator> {
  const session = context === null ? null : await findSession(c);
  if (context === null || session === null) throw unauthorized(c, "admin-token-missing");
  if (c.req.method !== "GET" && c.req.method !== "HEAD") refuseForeignOrigin(c);
  return operatorOf(context, session.profile);
}

async function byAccessToken(c: AppContext, context: RealmContext, token: string): Promise<Operator> {
  const live = await liveToken(c, context, token);
  if (live.grant === null || !live.token.scopes.includes("roles")) throw new Problem("scope-insufficient");
  const client = await context.clients.find(live.token.clientId);
  // A partner that was allowed to read a sysadmin's roles was not made a sysadmin.
  if (client?.firstParty !== true) throw new Problem("operator-client-third-party");
  return operatorOf(context, live.grant.profile);
}

function liveToken(c: AppContext, context: RealmContext, token: string): Promise<LiveAccessToken> {
  return checkAccessToken(context, token).catch((error: unknown) => {
    if (error instanceof BearerError) return refuseToken(c, error.reason);
    throw error;
  });
}

function operatorOf({ realm }: RealmContext, profile: Profile): Operator {
  const kind = operatorKindOf(profile.roles);
  if (kind === null) throw new Problem("admin-role-missing");
  return { kind, realmId: realm.id, userId: profile.id };
}

/** Tokens that were once good are no guesses. */
const onceGood: ReadonlySet<Reason> = new Set(["access-token-expired", "access-token-revoked"]);

async function refuseToken(c: AppContext, reason: Reason): Promise<never> {
  if (!onceGood.has(reason)) await limitPerAddressAnywhere(c, "wrong-operator-token", wrongTokensPerMinute);
  throw unauthorized(c, reason);
}

/** With the challenge that RFC 9110 §15.5.2 asks for. */
function unauthorized(c: AppContext, reason: Reason): Problem {
  c.header("www-authenticate", 'Bearer realm="operators"');
  return new Problem(reason);
}
