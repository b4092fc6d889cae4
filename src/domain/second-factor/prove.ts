import { matchingTotpStep } from "../../crypto/totp.ts";
import { Problem } from "../../errors/errors.ts";
import type { AttemptPolicy } from "../../storage/user-object/attempts.ts";
import type { Factors, SecondFactorProof } from "../../storage/user-object/second-factors.ts";
import { recordRefusal } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import { recoveryCodeHash } from "./recovery-codes.ts";
import { openTotpSecret, sealTotpSecret } from "./totp-secret.ts";

/** What somebody typed in: the code of an authenticator app, or one of the recovery codes. */
export interface TypedFactor {
  readonly token?: string | null | undefined;
  readonly recoveryCode?: string | null | undefined;
}

type TypedProof = Extract<SecondFactorProof, { kind: "totp" | "recovery-code" }>;

/**
 * Checks a typed factor, counting it as a guess first; both kinds share one count per account, whoever asks and from wherever.
 * Whether the code has been used, the user's object says. Throws Problem.
 */
export function proveTyped(context: RealmContext, userId: number, typed: TypedFactor): Promise<TypedProof> {
  const factor = typed.token ? "totp" : "recovery-code";
  const failure = { type: "user.second_factor_failed", user: userId, details: { factor } } as const;
  return recordRefusal(context, failure, () => prove(context, userId, typed));
}

async function prove(context: RealmContext, userId: number, typed: TypedFactor): Promise<TypedProof> {
  const token = digitsOf(typed.token);
  if (token === "" && !typed.recoveryCode) throw new Problem("second-factor-missing", { fields: { token: "missing" } });
  const factors = await countGuess(context, userId);
  if (typed.recoveryCode && token === "")
    return { kind: "recovery-code", hash: await recoveryCodeHash(context, userId, typed.recoveryCode) };
  const { sealedTotpSecret: checkedSecret } = factors;
  const { step, sealedSecret } = await matchTotp(context, userId, checkedSecret, token);
  return { kind: "totp", step, sealedSecret, ...(checkedSecret === null ? {} : { checkedSecret }) };
}

/**
 * The step that the code belongs to, and the secret sealed under the newest key, so that old keys can be given up one day.
 * Throws Problem when it is not this secret's code, or there is no secret.
 */
export async function matchTotp(
  context: RealmContext,
  userId: number,
  sealed: string | null,
  token: string,
): Promise<{ step: number; sealedSecret: string }> {
  const secret = sealed === null ? null : await openTotpSecret(context, userId, sealed);
  const step = secret === null ? null : matchingTotpStep(secret, token, context.clock.now());
  if (sealed === null || secret === null || step === null) throw new Problem("second-factor-wrong");
  const isNewest = sealed.startsWith(`${context.ring.currentKeyId}.`);
  return { step, sealedSecret: isNewest ? sealed : await sealTotpSecret(context, userId, secret) };
}

/** Throws Problem after too many guesses. */
export async function countGuess(context: RealmContext, userId: number): Promise<Factors> {
  const factors = await context.objects.call(userId, (object) => object.factors(guessPolicy(context)));
  if (factors.waitMs > 0) throw new Problem("rate-limited", { retryAfterSeconds: Math.ceil(factors.waitMs / 1000) });
  return factors;
}

/** Apps show a code in two groups. */
export const digitsOf = (typed: string | null | undefined): string => (typed ?? "").replaceAll(/\s/g, "");

function guessPolicy(context: RealmContext): AttemptPolicy {
  const { rate_limits } = context.realm.settings;
  return {
    freeAttempts: rate_limits.second_factor_failures_before_delay,
    firstDelayMs: rate_limits.second_factor_first_delay_seconds * 1000,
    longestDelayMs: rate_limits.second_factor_longest_delay_seconds * 1000,
  };
}
