/** Keeping a connection's access token usable: RFC 6749 §6, one refresh at a time. */
import { limits } from "../../config/limits.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { RefreshOutcome } from "../../storage/user-object/connection-refresh.ts";
import type { StoredConnection } from "../../storage/user-object/connections.ts";
import type { RealmContext } from "../realm-context.ts";
import { askForTokens } from "./refresh-upstream.ts";
import { type ConnectionOf, ownerOf, requireSecrets, type Secrets, sealSecrets } from "./secrets.ts";
import { tellOfConnection } from "./tell.ts";

export interface OpenedConnection {
  readonly stored: StoredConnection;
  readonly secrets: Secrets;
}

/** The connection as it is, or as a refresh has left it; null when it was ended meanwhile. Throws Problem. */
export async function refreshed(
  context: RealmContext,
  who: ConnectionOf,
  opened: OpenedConnection,
  refused: string | null,
): Promise<OpenedConnection | null> {
  const { stored, secrets } = opened;
  requireActive(stored);
  const isRefused = refused !== null && refusedToken(secrets) === refused;
  const canRefresh = secrets.type === "bearer" && secrets.refreshToken !== null;
  const now = context.clock.now();
  if (!canRefresh && isRefused) await noteRefusal(context, who, stored);
  const isDue = canRefresh ? isRefused || endsSoon(stored, now) : isOver(stored, now);
  return isDue ? takeTurn(context, who, opened, isRefused) : opened;
}

async function takeTurn(
  context: RealmContext,
  who: ConnectionOf,
  opened: OpenedConnection,
  isRefused: boolean,
): Promise<OpenedConnection | null> {
  const { provider, clientId } = ownerOf(who);
  const name = { provider, clientId };
  const { oauthId, version } = opened.stored;
  const claim = { oauthId, version, turnId: randomHandle(16) };
  const turn = await context.objects.call(who.userId, (user) => user.takeRefreshTurn(name, claim));
  if (turn.state === "gone") return null;
  if (turn.state === "changed") return reopen(context, who, turn.connection);
  if (turn.state !== "yours") return makeDo(context, opened, isRefused, turn.waitMs);

  const { outcome, secrets } = await outcomeOf(context, who, opened);
  const stored = await context.objects.call(who.userId, (user) => user.finishRefresh(name, claim, outcome));
  if (stored === null) return null;
  if (outcome.kind === "expired" && stored.status === "expired" && stored.version === version)
    await tellOfConnection(context, who.userId, stored, ["connection.expired"], { reason: outcome.code });
  if (outcome.kind === "failed") return makeDo(context, opened, isRefused, limits.vaultRefreshFirstRestMs);
  // Somebody whose turn had run out may have been here first: what is stored counts.
  if (outcome.kind === "refreshed" && stored.sealed === outcome.sealed && secrets !== null) return { stored, secrets };
  return reopen(context, who, stored);
}

async function outcomeOf(
  context: RealmContext,
  who: ConnectionOf,
  { secrets }: OpenedConnection,
): Promise<{ outcome: RefreshOutcome; secrets: Secrets | null }> {
  if (secrets.type !== "bearer" || secrets.refreshToken === null)
    return { outcome: { kind: "expired", code: "token-expired" }, secrets: null };
  const answer = await askForTokens(context, who.provider, secrets);
  if (answer.kind !== "tokens") return { outcome: answer, secrets: null };
  const { sealed } = await sealSecrets(context, ownerOf(who), answer.secrets);
  const { scopes, expiresAt } = answer;
  return { outcome: { kind: "refreshed", sealed, scopes, expiresAt }, secrets: answer.secrets };
}

async function reopen(context: RealmContext, who: ConnectionOf, stored: StoredConnection): Promise<OpenedConnection> {
  requireActive(stored);
  return { stored, secrets: await requireSecrets(context, who, stored) };
}

/** The refresh did not work for the moment: a token that is still good for something goes on. Throws Problem. */
function makeDo(context: RealmContext, opened: OpenedConnection, isRefused: boolean, waitMs: number): OpenedConnection {
  if (!isRefused && !isOver(opened.stored, context.clock.now())) return opened;
  throw new Problem("provider-unavailable", { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
}

function requireActive(stored: StoredConnection): void {
  if (stored.status === "expired") throw new Problem("connection-expired");
}

const refusedToken = (secrets: Secrets): string =>
  secrets.type === "bearer" ? secrets.accessToken : secrets.type === "oauth1" ? secrets.token : secrets.key;

const isOver = ({ expiresAt }: StoredConnection, now: number): boolean => expiresAt !== null && expiresAt <= now;

/** Tokens that are good for less than two minutes altogether are used up to the half. */
function endsSoon({ expiresAt, connectedAt, refreshedAt }: StoredConnection, now: number): boolean {
  if (expiresAt === null) return false;
  const lifetimeMs = expiresAt - (refreshedAt ?? connectedAt);
  return expiresAt - now < Math.min(limits.vaultRefreshMarginMs, lifetimeMs / 2);
}

async function noteRefusal(context: RealmContext, who: ConnectionOf, { version }: StoredConnection): Promise<void> {
  const { provider, clientId } = ownerOf(who);
  await context.objects.call(who.userId, (user) =>
    user.noteConnectionError({ provider, clientId }, version, "credentials-refused"),
  );
}
