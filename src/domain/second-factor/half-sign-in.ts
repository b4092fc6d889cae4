import { limits } from "../../config/limits.ts";
import { Failure } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { HalfSignInMark } from "../../storage/user-object/second-factors.ts";
import type { RealmContext } from "../realm-context.ts";

const purpose = "half-sign-in";

/** Somebody who has proven one factor and owes another. It opens nothing but the door to the second. */
export interface HalfSignIn {
  readonly id: string;
  readonly userId: number;
  /** What has been proven (RFC 8176). */
  readonly amr: readonly string[];
  /** Milliseconds since the epoch. */
  readonly provenAt: number;
  readonly owes: "tfa-validation-is-required" | "tfa-setup-is-required";
}

/** The first factor was right, and there is no session yet. Each surface says so in its own way (http/half-sign-in.ts). */
export class SecondFactorNeeded extends Failure {
  override readonly name = "SecondFactorNeeded";
  readonly half: HalfSignIn;

  constructor(half: HalfSignIn) {
    super(half.owes);
    this.half = half;
  }
}

/** As it travels: sealed for this realm and, where it is known, this browser. */
export function sealHalfSignIn(context: RealmContext, half: HalfSignIn, browserId: string | null): Promise<string> {
  return context.ring.seal(purpose, context.realm.id, utf8(JSON.stringify({ ...half, browserId })));
}

/** Null when it was not sealed here, is of another realm or browser, or too old. */
export async function openHalfSignIn(
  context: RealmContext,
  sealed: string,
  browserId: string | null,
): Promise<HalfSignIn | null> {
  const opened = await context.ring.open(purpose, context.realm.id, sealed);
  const value = opened === null ? null : parseJson(fromUtf8(opened) ?? "");
  if (!isRecord(value)) return null;
  const { browserId: boundTo, ...half } = value as unknown as HalfSignIn & { browserId: string | null };
  if (boundTo !== null && boundTo !== browserId) return null;
  return context.clock.now() < expiryOf(half) ? half : null;
}

export const markOf = (half: HalfSignIn): HalfSignInMark => ({
  id: half.id,
  provenAt: half.provenAt,
  expiresAt: expiryOf(half),
});

const expiryOf = (half: HalfSignIn): number => half.provenAt + limits.halfSignInTtlSeconds * 1000;
