/** Nonces that the realm gives out for proofs: RFC 9449 §8, §9. Nothing is stored: the deployment knows its own tag. */
import { limits } from "../../config/limits.ts";
import type { RealmContext } from "../realm-context.ts";

const purpose = "dpop-nonce";

/** The nonce of this minute, for all of the realm's clients: it says when a proof was made, not for whom. */
export async function issueNonce(context: RealmContext): Promise<string> {
  const minute = String(minuteOf(context));
  const { keyId, tag } = await context.ring.authenticate(purpose, messageOf(context, minute));
  return `${minute}.${keyId}.${tag}`;
}

/** Whether the realm gave this nonce out just now. One of the minute to come is from an isolate whose clock is ahead. */
export async function isFreshNonce(context: RealmContext, nonce: unknown): Promise<boolean> {
  const [minute = "", keyId = "", tag = "", ...rest] =
    typeof nonce === "string" && nonce.length <= 128 ? nonce.split(".") : [];
  if (rest.length > 0 || !/^[0-9]{1,15}$/.test(minute)) return false;
  const age = minuteOf(context) - Number(minute);
  if (age < -1 || age > limits.dpopNonceMinutes) return false;
  return context.ring.isAuthentic(purpose, messageOf(context, minute), keyId, tag);
}

const minuteOf = ({ clock }: RealmContext): number => Math.floor(clock.now() / 60_000);

const messageOf = ({ realm }: RealmContext, minute: string): string => `${realm.id}|${minute}`;
