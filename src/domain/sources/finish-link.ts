import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import { owesSecondFactor } from "../federation/sign-in.ts";
import { type Post, tellOwner } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Device, openSession, type SignedIn } from "../sessions/open-session.ts";
import { provePassword } from "../sessions/sign-in.ts";
import { userOfCode } from "../sessions/sign-in-with-code.ts";
import { connectPerson, makeUserOfPerson } from "./account-of-person.ts";
import { type PendingLink, spendLinkToken } from "./link-token.ts";

/** How somebody shows that the account with their address is theirs. */
export type LinkProof =
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "session"; readonly live: LiveSession };

/**
 * Connects the account at the main product with the one here that has its address, for whoever has shown that it is theirs, and signs
 * them in. A password alone connects nothing where a second factor is owed: then SecondFactorNeeded is thrown and the token stays good,
 * to be brought again with the session (CVE-2026-105207). With a session to begin with, null is answered. Throws Problem.
 */
export async function finishLink(
  context: RealmContext,
  pending: PendingLink,
  proof: LinkProof,
  device: Device,
  post: Post,
): Promise<SignedIn | null> {
  const user = await prove(context, pending, proof, device);
  const amr = proof.kind === "password" ? ["pwd"] : ["email"];
  const owes = proof.kind !== "session" && (await owesSecondFactor(context, user));
  const opened = owes ? await openSession(context, user, amr, device) : null;
  await spendLinkToken(context, pending);
  await connectPerson(context, pending, user);
  await tellOwner(user, post, "account-linked");
  return proof.kind === "session" ? null : (opened ?? openSession(context, user, amr, device));
}

/** Makes an account of their own for somebody who was handed over, without the address that another account has. Throws Problem. */
export async function makeFreshAccount(context: RealmContext, pending: PendingLink, device: Device): Promise<SignedIn> {
  await spendLinkToken(context, pending);
  const user = await makeUserOfPerson(context, { ...pending, email: null });
  if (user === null) throw new Problem("link-proof-required");
  return openSession(context, user, ["fed"], device);
}

async function prove(
  context: RealmContext,
  { email }: PendingLink,
  proof: LinkProof,
  device: Device,
): Promise<UserRow> {
  if (proof.kind === "password") return provePassword(context, { identifier: email, password: proof.password }, device);
  if (proof.kind === "session") return ownerOfSession(context, email, proof.live);
  const credentials = { address: { kind: "email", value: email }, code: proof.code, mayMakeAccount: true } as const;
  return userOfCode(context, credentials, device);
}

/** A session will do when it is of that very account and was opened just now. */
async function ownerOfSession(
  context: RealmContext,
  email: string,
  { session, profile }: LiveSession,
): Promise<UserRow> {
  if (profile.email !== email) throw new Problem("link-proof-missing");
  if (!isFresh(context, session)) throw new Problem("reauthentication-required");
  const user = await context.users.findById(profile.id);
  if (user === null || user.email !== email) throw new Problem("link-proof-missing");
  if (user.notBefore > profile.notBefore) throw new Problem("session-ended");
  return user;
}

/** Whoever only found the browser open cannot add a way in for later. */
export const isFresh = ({ clock }: RealmContext, { authTime }: LiveSession["session"]): boolean =>
  clock.now() - authTime <= limits.recentAuthenticationSeconds * 1000;
