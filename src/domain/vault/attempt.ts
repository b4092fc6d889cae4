import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";
import { consentActions } from "./consent-answer.ts";

const purpose = "vault-consent";

/**
 * Somebody on the way to a provider and back, to let an application use what they have there. As a sign-in does (federation/attempt.ts),
 * it travels sealed in a cookie of the browser that began it, bound to realm and state: no other browser and no other user can finish it.
 */
const attemptSchema = z.object({
  /** Milliseconds since the epoch. */
  begunAt: z.number(),
  provider: z.string(),
  clientId: z.string(),
  /** The session that asked. */
  userId: z.number(),
  sid: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** Of an OAuth 1.0 request token (RFC 5849 §2.1). */
  tokenSecret: z.string().nullable(),
  /** The redirect_uri that was sent. */
  callback: z.string(),
  scopes: z.array(z.string()),
  answer: z.object({ action: z.enum(consentActions), redirect: z.string().nullable(), state: z.string().nullable() }),
});

export type ConsentAttempt = z.output<typeof attemptSchema>;

/** Browsers keep cookies of up to 4096 characters, name included. */
const longestSealedChars = 3_900;

const binding = ({ realm }: RealmContext, state: string): string => `${realm.id}|${state}`;

/** `state`: what comes back and names the attempt. Throws Problem when it would not fit into a cookie. */
export async function sealConsent(context: RealmContext, state: string, attempt: ConsentAttempt): Promise<string> {
  const sealed = await context.ring.seal(purpose, binding(context, state), utf8(JSON.stringify(attempt)));
  if (sealed.length > longestSealedChars) throw new Problem("consent-too-long");
  return sealed;
}

/** Null when it was sealed for another state or realm, is too old, or was not sealed here. */
export async function openConsent(
  context: RealmContext,
  state: string,
  sealed: string,
): Promise<ConsentAttempt | null> {
  const opened = await context.ring.open(purpose, binding(context, state), sealed);
  const attempt = opened === null ? null : attemptSchema.safeParse(parseJson(fromUtf8(opened) ?? "")).data;
  const isInTime = context.clock.now() - (attempt?.begunAt ?? 0) <= limits.socialSignInTtlSeconds * 1000;
  return attempt && isInTime ? attempt : null;
}
