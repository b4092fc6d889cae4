/** Using a passkey: Web Authentication Level 3 §7.2. */

import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { type AuthenticationResponseJSON, challengeIn, verifyAssertion } from "../../crypto/webauthn.ts";
import { Problem } from "../../errors/errors.ts";
import type { SecondFactorProof } from "../../storage/user-object/second-factors.ts";
import { recordRefusal } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Asker, admit, bindingOf, userIdOf } from "../second-factor/asker.ts";
import { type Device, type FullySignedIn, openSession } from "../sessions/open-session.ts";
import { findChallenge, newChallenge, type Place } from "./challenge.ts";
import { userHandle } from "./user-handle.ts";

type PasskeyProof = Extract<SecondFactorProof, { kind: "passkey" }>;

/** For signing in without saying who one is: the same for everybody (§14.6.2). */
export async function signInOptions(context: RealmContext, place: Place): Promise<Record<string, unknown>> {
  const challenge = await newChallenge(context, { use: "sign-in", place, subject: null });
  return options(place, challenge, "required", []);
}

/** For somebody who has proven one factor: their own passkeys of this host. */
export async function secondFactorOptions(
  context: RealmContext,
  asker: Asker,
  place: Place,
): Promise<Record<string, unknown>> {
  const { passkeys } = await context.objects.call(userIdOf(asker), (object) => object.factors(null));
  const challenge = await newChallenge(context, { use: "second-factor", place, subject: bindingOf(asker) });
  const own = passkeys
    .filter((passkey) => passkey.rpId === place.rpId)
    .map(({ id, transports }) => ({ type: "public-key", id, transports }));
  return options(place, challenge, "preferred", own);
}

const options = (place: Place, challenge: string, userVerification: string, allowCredentials: unknown[]) => ({
  challenge,
  rpId: place.rpId,
  timeout: limits.passkeyChallengeTtlSeconds * 1000,
  userVerification,
  allowCredentials,
});

/** A passkey that the device asked PIN or finger for: possession and more, both factors at once. Throws Problem. */
export async function signInWithPasskey(
  context: RealmContext,
  place: Place,
  credential: AuthenticationResponseJSON,
  device: Device,
): Promise<FullySignedIn> {
  const userId = await context.passkeys.findOwner(await sha256(credential.id));
  const failure = { type: "user.sign_in_failed", user: userId ?? undefined, details: { method: "passkey" } } as const;
  const { user, proof } = await recordRefusal(context, failure, async () => {
    if (userId === null || credential.response.userHandle !== (await userHandle(context, userId)))
      throw new Problem("passkey-refused");
    const proof = await provePasskey(context, userId, { use: "sign-in", place, subject: null }, credential);
    const user = await context.users.findById(userId);
    if (user === null) throw new Problem("passkey-refused");
    return { user, proof };
  });
  return openSession(context, user, [], device, { proof, half: null });
}

/** A passkey as the second factor of somebody who is known. Throws Problem. */
export async function admitByPasskey(
  context: RealmContext,
  asker: Asker,
  place: Place,
  credential: AuthenticationResponseJSON,
  device: Device,
): Promise<FullySignedIn> {
  const ceremony = { use: "second-factor", place, subject: bindingOf(asker) } as const;
  const user = userIdOf(asker);
  const failure = { type: "user.second_factor_failed", user, details: { factor: "passkey" } } as const;
  const proof = await recordRefusal(context, failure, () => provePasskey(context, user, ceremony, credential));
  return admit(context, asker, proof, device);
}

async function provePasskey(
  context: RealmContext,
  userId: number,
  ceremony: Parameters<typeof newChallenge>[1],
  credential: AuthenticationResponseJSON,
): Promise<PasskeyProof> {
  const given = challengeIn(credential.response.clientDataJSON) ?? "";
  const challenge = await findChallenge(context, ceremony, given);
  const { passkeys } = await context.objects.call(userId, (object) => object.factors(null));
  const passkey = passkeys.find((own) => own.id === credential.id && own.rpId === ceremony.place.rpId);
  const assertion =
    challenge &&
    passkey &&
    (await verifyAssertion(credential, passkey, {
      ...ceremony.place,
      challenge: given,
      userVerification: ceremony.use === "sign-in",
    }));
  if (!assertion) throw new Problem("passkey-refused");
  return {
    kind: "passkey",
    id: credential.id,
    counter: assertion.counter,
    amr: methodsOf(assertion),
    challenge,
  };
}

/** RFC 8176 §2: a key that cannot leave its device, or one that can; somebody was there; together with what came before, two factors. */
export const methodsOf = ({ deviceBound }: { readonly deviceBound: boolean }): readonly string[] => [
  deviceBound ? "hwk" : "swk",
  "user",
  "mfa",
];
