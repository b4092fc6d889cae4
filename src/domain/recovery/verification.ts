import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { type Address, findOwner, hashOfAddress, hasProven } from "../mail/address.ts";
import type { Post } from "../mail/notice.ts";
import { askObject, proveCode } from "../one-time-codes/code.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import { type ReturnAddress, withQuery } from "../sso/return-address.ts";
import { isSignedInAs, markProven } from "../users/prove-address.ts";
import { makeLinkToken, proveLink } from "./mailed-link.ts";

const verificationPath = "/api/auth/v1/users/verify-email";

/**
 * Sends a link that proves the address when it is opened. It leads to the realm's issuer, whatever the request said of itself, and
 * from there to `landing`; without one, to a page that says how it went. Answers nothing.
 */
export async function sendVerificationLink(
  context: RealmContext,
  address: Address,
  landing: ReturnAddress | null,
  post: Post,
): Promise<void> {
  const addressHash = await hashOfAddress(address);
  const owner = await findOwner(context, address);
  const ttlSeconds = limits.verificationLinkTtlSeconds;
  const { token, secret } = await makeLinkToken(context, "verification-link", owner, address, ttlSeconds);
  const issue = {
    secrets: [secret],
    allowance: { key: secret.key, perHour: context.realm.settings.rate_limits.messages_per_recipient_per_hour },
    triesKey: null,
  };
  const isIssued = await askObject(context, owner, addressHash, (object) => object.issueSecrets(issue));
  if (!isIssued || owner === null || owner.disabledAt !== null) return;
  const endpoint = `${context.realm.issuer}${verificationPath}` as ReturnAddress;
  const link = withQuery(endpoint, { token, ...(landing === null ? {} : { "redirect-url": landing }) });
  await post({ type: "verification-link", to: address, link });
}

/** What the page that the link leads to is told, in its fragment. */
export type VerificationOutcome = "email-verified" | "token-consumed" | "invalid-token";

/** `session`: what the browser shows, perhaps none. */
export async function verifyByLink(
  context: RealmContext,
  token: string | undefined,
  session: ClaimedSession | null,
): Promise<VerificationOutcome> {
  const proof = await proveLink(context, "verification-link", token, "spend");
  if (!proof.ok) return proof.reason === "used" ? "token-consumed" : "invalid-token";
  const isSignedIn = await isSignedInAs(context, proof.user, session);
  await markProven(context, proof.user, proof.address, isSignedIn);
  return "email-verified";
}

/** The same by a code. Throws Problem: otp-mismatch, rate-limited. */
export async function verifyByCode(
  context: RealmContext,
  { address, code }: { address: Address; code: string },
  session: ClaimedSession | null,
): Promise<void> {
  const owner = await findOwner(context, address);
  await proveCode(context, owner, { address, code, purposes: ["sign-in"] }, owner === null ? "look" : "spend");
  if (owner === null) throw new Problem("account-missing");
  if (hasProven(owner, address)) return;
  await markProven(context, owner, address, await isSignedInAs(context, owner, session));
}
