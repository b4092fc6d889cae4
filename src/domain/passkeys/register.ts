/** Making a passkey: Web Authentication Level 3 §7.1. */

import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import {
  challengeIn,
  passkeyAlgorithms,
  type RegisteredPasskey,
  type RegistrationResponseJSON,
  verifyRegistration,
} from "../../crypto/webauthn.ts";
import { Problem } from "../../errors/errors.ts";
import type { NewPasskey } from "../../storage/user-object/passkeys.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Asker, admit, bindingOf, userIdOf } from "../second-factor/asker.ts";
import { changeFactors } from "../second-factor/change-factors.ts";
import { newRecoveryCodes } from "../second-factor/recovery-codes.ts";
import { requireOffered } from "../second-factor/set-up-totp.ts";
import type { Device, FullySignedIn } from "../sessions/open-session.ts";
import { methodsOf } from "./authenticate.ts";
import { findChallenge, newChallenge, type Place } from "./challenge.ts";
import { userHandle } from "./user-handle.ts";

export interface NewPasskeyAnswer {
  readonly credential: RegistrationResponseJSON;
  readonly name: string;
  readonly secondFactor: boolean;
}

export interface Registered {
  readonly passkey: NewPasskey;
  readonly live: LiveSession;
  /** The session under its new name, where the passkey is a second factor. */
  readonly signedIn: FullySignedIn | null;
  /** In clear, this once; empty when the user keeps those they have. */
  readonly recoveryCodes: readonly string[];
}

/** What the browser needs to make a passkey (§5.4). Ask `requireMayAdd` first. */
export async function registrationOptions(
  context: RealmContext,
  asker: Asker,
  place: Place,
  secondFactor: boolean,
): Promise<Record<string, unknown>> {
  const userId = userIdOf(asker);
  const [user, { passkeys }] = await Promise.all([
    context.users.findById(userId),
    context.objects.call(userId, (object) => object.factors(null)),
  ]);
  const label = user?.email ?? user?.username ?? user?.phoneNumber ?? String(userId);
  return {
    rp: { id: place.rpId, name: context.realm.name },
    user: { id: await userHandle(context, userId), name: label, displayName: user?.name ?? label },
    challenge: await newChallenge(context, { use: "registration", place, subject: bindingOf(asker) }),
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: limits.passkeyChallengeTtlSeconds * 1000,
    excludeCredentials: passkeys
      .filter((passkey) => passkey.rpId === place.rpId)
      .map(({ id, transports }) => ({ type: "public-key", id, transports })),
    authenticatorSelection: secondFactor
      ? { residentKey: "preferred", userVerification: "preferred" }
      : { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
  };
}

/** Keeps a new passkey. As a second factor it admits whoever made it, as half a sign-in or a session. Throws Problem. */
export async function registerPasskey(
  context: RealmContext,
  asker: Asker,
  place: Place,
  { credential, name, secondFactor }: NewPasskeyAnswer,
  device: Device,
): Promise<Registered> {
  await requireMayAdd(context, asker, secondFactor);
  const userId = userIdOf(asker);
  const given = challengeIn(credential.response.clientDataJSON) ?? "";
  const challenge = await findChallenge(context, { use: "registration", place, subject: bindingOf(asker) }, given);
  const made =
    challenge &&
    (await verifyRegistration(credential, { ...place, challenge: given, userVerification: !secondFactor }));
  if (!made) throw new Problem("passkey-refused");
  await refuseInVain(context, userId, challenge.id);
  if (!(await context.passkeys.claim(await sha256(made.id), userId))) throw new Problem("passkey-refused");
  const passkey = describe(made, place, credential.response.transports ?? [], name, secondFactor);
  const { codes, hashes } = await newRecoveryCodes(context, userId);
  const proof = { kind: "new-passkey", passkey, amr: methodsOf(made), challenge, recoveryHashes: hashes } as const;
  if (!secondFactor && asker.kind === "session") {
    const live = await changeFactors(context, asker.session, { kind: "add-passkey", proof });
    return { passkey, live, signedIn: null, recoveryCodes: [] };
  }
  const signedIn = await admit(context, asker, proof, device);
  recordEvent(context, { type: "passkey.added", user: userId, details: { second_factor: true } });
  return { passkey, live: signedIn, signedIn, recoveryCodes: signedIn.recoveryCodesStored ? codes : [] };
}

/** What the user's object would refuse in the end leaves no trace elsewhere: anybody can make up any number of them. Throws Problem. */
async function refuseInVain(context: RealmContext, userId: number, challengeId: string): Promise<void> {
  const [{ passkeys }, isSpent] = await context.objects.call(userId, (object) =>
    Promise.all([object.factors(null), object.isSpent(challengeId)]),
  );
  if (passkeys.length >= limits.passkeysPerUser) throw new Problem("passkeys-too-many");
  if (isSpent) throw new Problem("passkey-refused");
}

/**
 * Whether this asker may have another passkey: asked before the device makes one that nobody would know, and again by the user's
 * object when it is kept. Throws Problem.
 */
export async function requireMayAdd(context: RealmContext, asker: Asker, secondFactor: boolean): Promise<void> {
  if (secondFactor) await requireOffered(context, asker);
  if (asker.kind === "session") {
    await changeFactors(context, asker.session, { kind: "nothing" });
    return;
  }
  if (!secondFactor || asker.half.owes !== "tfa-setup-is-required") throw new Problem("second-factor-not-proven");
}

const describe = (
  made: RegisteredPasskey,
  place: Place,
  transports: readonly string[],
  name: string,
  secondFactor: boolean,
): NewPasskey => ({
  id: made.id,
  publicKey: made.publicKey,
  counter: made.counter,
  rpId: place.rpId,
  transports: transports.filter((transport) => /^[a-z-]{1,20}$/.test(transport)).slice(0, 8),
  name,
  secondFactor,
  deviceBound: made.deviceBound,
});
