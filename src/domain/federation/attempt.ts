import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";

const purpose = "social-sign-in";

/**
 * A sign-in on its way to an upstream provider and back. It travels sealed in a cookie of the browser that began it, bound to realm,
 * provider and state: nothing is stored for strangers, and no other browser, provider or state can finish it (RFC 9700 §4.7).
 */
const attemptSchema = z.object({
  /** Milliseconds since the epoch. */
  begunAt: z.number(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** The redirect_uri that was sent. */
  callback: z.string(),
  /** A session that wants to be connected with the account there; null to sign in. */
  linkTo: z.object({ userId: z.number(), sid: z.string() }).nullable(),
  /** Where the browser goes afterwards. */
  redirectUrl: z.string().nullable(),
  failureUrl: z.string().nullable(),
  /** What waits for this sign-in (as interactionText writes it), and the browser it is bound to. */
  waiting: z.object({ interaction: z.string(), browser: z.string() }).nullable(),
});

export type Attempt = z.output<typeof attemptSchema>;

/** Browsers keep cookies of up to 4096 characters, name included. */
const longestSealedChars = 3_900;

const binding = ({ realm }: RealmContext, provider: string, state: string): string =>
  `${realm.id}|${provider}|${state}`;

/** Throws Problem when it would not fit into a cookie. */
export async function sealAttempt(
  context: RealmContext,
  provider: string,
  state: string,
  attempt: Attempt,
): Promise<string> {
  const sealed = await context.ring.seal(purpose, binding(context, provider, state), utf8(JSON.stringify(attempt)));
  if (sealed.length > longestSealedChars) throw new Problem("social-sign-in-too-long");
  return sealed;
}

/** Null when it was sealed for another provider, state or realm, is too old, or was not sealed here. */
export async function openAttempt(
  context: RealmContext,
  provider: string,
  state: string,
  sealed: string,
): Promise<Attempt | null> {
  const opened = await context.ring.open(purpose, binding(context, provider, state), sealed);
  const attempt = opened === null ? null : attemptSchema.safeParse(parseJson(fromUtf8(opened) ?? "")).data;
  const isInTime = context.clock.now() - (attempt?.begunAt ?? 0) <= limits.socialSignInTtlSeconds * 1000;
  return attempt && isInTime ? attempt : null;
}
