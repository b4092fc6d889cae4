/** What a frame on a client's site is told of the session (contract §5). The code is that of RFC 6749 §4.1, with PKCE, asked for as by prompt=none. */
import { PageError } from "../../errors/errors.ts";
import { Parameters } from "../../lib/parameters.ts";
import type { SessionAndConsent } from "../../storage/user-object/user-object.ts";
import { AuthorizationError } from "../authorization/authorization-error.ts";
import { parseAuthorizationRequest } from "../authorization/authorization-request.ts";
import { issueCode } from "../authorization/issue-code.ts";
import { nextStep } from "../authorization/next-step.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";

export interface EmbeddedUser {
  /** As `sub` in the client's tokens. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
}

export interface EmbeddedSession {
  readonly status: "signed-in" | "signed-out";
  /** Left out when the client may know nothing about the user. */
  readonly user?: EmbeddedUser;
  readonly code?: string;
  /** Why there is no code, in the words of OAuth. */
  readonly error?: string;
}

/** The first of the claimed sessions that lives, as far as the client may know of it. `request`: the parameters of a code's request. */
export async function embeddedSession(
  context: RealmContext,
  client: Client,
  claimed: readonly ClaimedSession[],
  request: Parameters | null,
): Promise<EmbeddedSession> {
  for (const { userId, sid } of claimed) {
    const live = await context.objects.read(userId, (user) => user.sessionAndConsent(sid, client.clientId));
    if (live === null) continue;
    const user = visibleUser(client, live);
    return {
      status: "signed-in",
      ...(user === null ? {} : { user }),
      ...(request === null ? {} : await codeFor(context, client, live, request)),
    };
  }
  return { status: "signed-out" };
}

/** The house's own clients see what they are registered for; the others, what the user has agreed to. */
export function visibleScopes(client: Client, consented: readonly string[]): readonly string[] {
  const { scopes } = client.metadata;
  return client.firstParty ? scopes : consented.filter((scope) => scopes.includes(scope));
}

function visibleUser(client: Client, { profile, consented }: SessionAndConsent): EmbeddedUser | null {
  const visible = visibleScopes(client, consented);
  if (!visible.includes("openid")) return null;
  const { id, name, email } = profile;
  return {
    id: String(id),
    ...(name !== null && visible.includes("profile") ? { name } : {}),
    ...(email !== null && visible.includes("email") ? { email } : {}),
  };
}

async function codeFor(
  context: RealmContext,
  client: Client,
  { session, profile, consented }: SessionAndConsent,
  sent: Parameters,
): Promise<{ code: string } | { error: string }> {
  const pairs = sent.entries().filter(([name]) => name !== "client_id");
  const prompt = sent.get("prompt") === undefined ? [["prompt", "none"] as const] : [];
  const parameters = new Parameters([...pairs, ...prompt, ["client_id", client.clientId]]);
  try {
    const request = await parseAuthorizationRequest(context, { parameters });
    if (request.codeChallenge === null) throw new AuthorizationError("code-challenge-missing", request.target);
    const { sid, authTime, amr } = session;
    const standing = { userId: profile.id, sid, authTime, amr, enrolled: profile.tfaEnabled, consented };
    const now = context.clock.now();
    const next = nextStep(request, standing, { begunAt: now + 1, now, consentGiven: false });
    if (next.step !== "respond") return { error: "interaction_required" };
    return { code: await issueCode(context, request, next.standing) };
  } catch (error) {
    if (error instanceof AuthorizationError || error instanceof PageError) return { error: error.code };
    throw error;
  }
}
