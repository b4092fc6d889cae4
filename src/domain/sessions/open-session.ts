import { limits } from "../../config/limits.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { profileOf } from "../../storage/profile.ts";
import type { SessionOpening, SignInPolicy } from "../../storage/user-object/entering.ts";
import type { SecondFactorProof } from "../../storage/user-object/second-factors.ts";
import type { NewSession, SessionClient } from "../../storage/user-object/sessions.ts";
import type { LiveSession, SessionRaising } from "../../storage/user-object/user-object.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { Post } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { type HalfSignIn, markOf, SecondFactorNeeded } from "../second-factor/half-sign-in.ts";
import { syncUser } from "../users/change-user.ts";
import { type BrowserMark, marksOf } from "./device-marks.ts";
import { endSession } from "./end-session.ts";
import { tellOfNewDevice } from "./new-device.ts";
import { type ClaimedSession, issueSessionToken, requireSigner, type SessionToken } from "./session-token.ts";

/** The browser or device in front of us. */
export interface Device {
  readonly userAgent: string | null;
  readonly address: string | null;
  /** The network that the address is in, as far as it may be told. */
  readonly network: string | null;
  /** What the browser keeps, so that it is known again; null where nothing is kept. */
  readonly browser: BrowserMark | null;
  /** How to tell the owner of the account of this device; null where the caller tells them otherwise. */
  readonly post: Post | null;
  /** The session this browser had until now, perhaps another user's; it ends when the new one begins. */
  readonly previous: ClaimedSession | null;
  /** The application that the session belongs to and ends with; a browser's belongs to none. */
  readonly client?: SessionClient;
}

export interface SignedIn extends LiveSession {
  readonly token: SessionToken;
}

/** `recoveryCodesStored`: those that came with a new factor are the user's from now on. */
export type FullySignedIn = SignedIn & { readonly recoveryCodesStored: boolean };

/** A second factor, and the half of a sign-in that it completes; null where a passkey stands for both. */
export interface BroughtFactor {
  readonly proof: SecondFactorProof;
  readonly half: HalfSignIn | null;
}

/**
 * Opens a session for a user who has just proven who they are. `amr`: how (RFC 8176). Throws Problem; SecondFactorNeeded when this
 * was only the first of two factors.
 */
export async function openSession(
  context: RealmContext,
  user: UserRow,
  amr: readonly string[],
  device: Device,
  brought: BroughtFactor | null = null,
): Promise<FullySignedIn> {
  await requireSigner(context);
  const { previous } = device;
  const replacesSid = previous?.userId === user.id ? previous.sid : null;
  const session = await newSession(context, user, amr, device);
  const step = brought && { proof: brought.proof, half: brought.half && markOf(brought.half) };
  const opened = await context.objects.call(user.id, (object) =>
    object.openSession(profileOf(user), session, policyFor(context, user), { replacesSid, brought: step }),
  );
  const about = { user: user.id, ...(device.client === undefined ? {} : { client: device.client.id }) };
  if (opened.isNewHere && (await context.users.findById(user.id)) === null) {
    // Deleted since the row was read: what was opened after the end of everything ends, too.
    await syncUser(context, user.id);
    throw refusal(context, "proof-outdated", about, amr);
  }
  if (!opened.ok) throw refusal(context, opened.reason, about, amr);
  const { sid: session_id, amr: methods } = opened.session;
  const isNews = opened.deviceNews === "none" ? {} : { new_device: true };
  recordEvent(context, { type: "user.signed_in", ...about, details: { amr: methods, session_id, ...isNews } });
  if (opened.deviceNews === "told") await tellOfNewDevice(context, user, device);
  if (previous !== null && replacesSid === null) await endSession(context, previous);
  return withToken(context, opened);
}

async function newSession(
  context: RealmContext,
  user: UserRow,
  amr: readonly string[],
  device: Device,
): Promise<NewSession> {
  const { settings } = context.realm;
  return {
    sid: randomHandle(16),
    amr,
    userAgent: device.userAgent?.slice(0, 400) ?? null,
    ip: device.address,
    // A guest has no way back in that a stranger could take.
    device: user.guest ? null : await marksOf(context, device),
    ...(device.client === undefined ? {} : { client: device.client }),
    idleMs: user.guest ? limits.guestTtlMs : settings.session_idle_seconds * 1000,
    absoluteMs: user.guest ? limits.guestTtlMs : settings.session_absolute_seconds * 1000,
  };
}

const policyFor = ({ realm: { settings, listensToSessions } }: RealmContext, { guest }: UserRow): SignInPolicy => ({
  maxSessions: settings.max_sessions,
  policy: settings.session_limit_policy,
  // A guest has no first factor yet.
  secondFactor: guest ? "off" : settings.tfa,
  listens: listensToSessions,
});

/** Why no session was opened, as the caller is to hear it. It is written down. */
function refusal(
  context: RealmContext,
  reason: Extract<SessionOpening, { ok: false }>["reason"],
  about: { readonly user: number; readonly client?: string },
  amr: readonly string[],
): Problem | SecondFactorNeeded {
  if (reason === "tfa-validation-is-required" || reason === "tfa-setup-is-required") {
    recordEvent(context, { type: "user.second_factor_required", ...about, details: { amr } });
    const provenAt = context.clock.now();
    return new SecondFactorNeeded({ id: randomHandle(16), userId: about.user, amr, provenAt, owes: reason });
  }
  const outdated = amr.includes("pwd") ? "password-wrong" : "session-ended";
  const told = reason === "user-disabled" ? "user-not-allowed" : reason === "proof-outdated" ? outdated : reason;
  recordEvent(context, { type: "user.sign_in_failed", outcome: "refused", reason: told, ...about, details: { amr } });
  return new Problem(told);
}

/** A second factor for a session that lives already: it goes on under a new name. Throws Problem. */
export async function raiseSession(
  context: RealmContext,
  session: ClaimedSession,
  proof: SecondFactorProof,
): Promise<FullySignedIn> {
  await requireSigner(context);
  const newSid = randomHandle(16);
  const raised = await context.objects.call(session.userId, (object) =>
    object.raiseSession(session.sid, newSid, proof),
  );
  const about = { user: session.userId, details: { factor: proof.kind } };
  if (!raised.ok) {
    recordEvent(context, { type: "user.second_factor_failed", outcome: "refused", reason: raised.reason, ...about });
    throw new Problem(raised.reason);
  }
  recordEvent(context, { type: "user.second_factor_proven", ...about });
  return withToken(context, raised);
}

async function withToken(
  context: RealmContext,
  { session, profile, activeSessions, recoveryCodesStored }: Extract<SessionRaising, { ok: true }>,
): Promise<FullySignedIn> {
  const claimed = { userId: profile.id, sid: session.sid, expiresAt: session.expiresAt };
  return { session, profile, activeSessions, recoveryCodesStored, token: await issueSessionToken(context, claimed) };
}
