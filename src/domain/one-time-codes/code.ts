// One-time codes sent to an address: NIST SP 800-63B-4 §3.1.3.2, https://pages.nist.gov/800-63-4/sp800-63b.html#outofband
import { limits } from "../../config/limits.ts";
import type { Authentication } from "../../crypto/key-ring.ts";
import { randomDigits, randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { AttemptPolicy } from "../../storage/user-object/attempts.ts";
import type { UserMethods } from "../../storage/user-object/handle.ts";
import type { MailedSecret, SecretAnswer } from "../../storage/user-object/mailed-secrets.ts";
import { type Address, hashOfAddress } from "../mail/address.ts";
import type { RealmContext } from "../realm-context.ts";

/**
 * What a code was sent for. `sign-in`: whoever has it may enter the account, and do what follows from that. `reset`: set a new
 * password. `change`: give the account of one session this address.
 */
export type CodePurpose = "sign-in" | "reset" | "change";

/** What is sent of one kind to one address, and what it may bring back. */
export type MessageKind = CodePurpose | "reset-link" | "verification-link";

export const secretKey = (kind: MessageKind, addressHash: string): string => `${kind}|${addressHash}`;

/** One count for all codes of an address, whichever endpoint they are tried at (NIST §3.2.2). */
export const triesKey = (addressHash: string): string => `code|${addressHash}`;

const triesPolicy: AttemptPolicy = {
  freeAttempts: limits.oneTimeCodeTries,
  firstDelayMs: limits.oneTimeCodeFirstWaitSeconds * 1000,
  longestDelayMs: limits.oneTimeCodeLongestWaitSeconds * 1000,
};

/** A new code and what is kept of it: a keyed hash, since a million codes are soon tried. */
export async function makeCode(
  context: RealmContext,
  purpose: CodePurpose,
  addressHash: string,
  boundTo: string | null = null,
): Promise<{ code: string; secret: MailedSecret }> {
  const code = randomDigits(limits.oneTimeCodeDigits);
  const expiresAt = context.clock.now() + limits.oneTimeCodeTtlSeconds * 1000;
  const message = hashedText(context, addressHash, code);
  const hash = hashOf(await context.ring.authenticate(hashPurpose, message));
  return { code, secret: { key: secretKey(purpose, addressHash), hash, boundTo, expiresAt } };
}

const hashPurpose = "one-time-code";
const hashedText = ({ realm }: RealmContext, addressHash: string, code: string): string =>
  `${realm.id}|${addressHash}|${code}`;
const hashOf = ({ keyId, tag }: Authentication): string => `${keyId}.${tag}`;

/** Asks the object of the address's owner; where there is none, one that stands in, so that both look and last alike. */
export function askObject<Value>(
  context: RealmContext,
  owner: Pick<UserRow, "id"> | null,
  addressHash: string,
  run: (object: UserMethods) => Promise<Value>,
): Promise<Value> {
  return owner === null ? context.objects.callStranger(addressHash, run) : context.objects.call(owner.id, run);
}

/** A code as somebody typed it. */
export interface TypedCode {
  readonly address: Address;
  readonly code: string;
  /** Codes sent for any of these will do. */
  readonly purposes: readonly CodePurpose[];
  readonly boundTo?: string;
}

/**
 * Throws Problem, otp-mismatch or rate-limited, unless the code is the one that was sent there. Looking leaves it good for one more
 * time, spending does not: of any number at once, one succeeds.
 */
export async function proveCode(
  context: RealmContext,
  owner: Pick<UserRow, "id"> | null,
  { address, code, purposes, boundTo }: TypedCode,
  mode: "look" | "spend",
): Promise<void> {
  const addressHash = await hashOfAddress(address);
  const message = hashedText(context, addressHash, code.replaceAll(/\s/g, "").slice(0, 32));
  const hashes = (await context.ring.authenticateUnderEach(hashPurpose, message)).map(hashOf);
  const proof = {
    keys: purposes.map((purpose) => secretKey(purpose, addressHash)),
    hashes,
    boundTo: boundTo ?? null,
    tries: { key: triesKey(addressHash), policy: triesPolicy },
    mode,
    attemptId: randomHandle(16),
  };
  requireRight(await askObject(context, owner, addressHash, (object) => object.proveSecret(proof)));
}

function requireRight(answer: SecretAnswer): void {
  if (answer.ok) return;
  if (answer.reason === "wait")
    throw new Problem("rate-limited", { retryAfterSeconds: Math.ceil(answer.waitMs / 1000) });
  throw new Problem("one-time-code-wrong");
}
