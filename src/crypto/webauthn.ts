/** Passkeys: Web Authentication Level 3, §7.1 and §7.2. The library is read when the first passkey is; few requests need it. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { decodeBase64Url, encodeBase64Url, fromUtf8 } from "../lib/base64url.ts";
import { isRecord, parseJson } from "../lib/json.ts";

export type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";

/** COSE algorithms that a passkey may sign with, the preferred first: EdDSA, ES256, RS256. */
export const passkeyAlgorithms = [-8, -7, -257] as const;

export interface PasskeyExpectations {
  /** As it was handed out. */
  readonly challenge: string;
  readonly origin: string;
  readonly rpId: string;
  /** PIN or biometrics are required: the passkey stands for both factors. */
  readonly userVerification: boolean;
}

export interface RegisteredPasskey {
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly userVerified: boolean;
  /** It cannot leave the device it was made on. */
  readonly deviceBound: boolean;
}

export interface KnownPasskey {
  readonly id: string;
  readonly publicKey: string;
  readonly counter: number;
}

export interface PasskeyAssertion {
  readonly counter: number;
  readonly userVerified: boolean;
  readonly deviceBound: boolean;
}

/** The new passkey, or null when anything about it is wrong. Where it comes from is not asked (attestation: none). */
export async function verifyRegistration(
  response: RegistrationResponseJSON,
  expected: PasskeyExpectations,
): Promise<RegisteredPasskey | null> {
  if (!isOurPage(response.response.clientDataJSON)) return null;
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const answer = await orNull(async () => {
    if (!(await isUnattested(response.response.attestationObject))) return null;
    return verifyRegistrationResponse({
      response,
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.origin,
      expectedRPID: expected.rpId,
      requireUserVerification: expected.userVerification,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    });
  });
  if (answer?.verified !== true) return null;
  const { credential, userVerified, credentialDeviceType } = answer.registrationInfo;
  if (credential.id !== response.id) return null;
  return {
    id: credential.id,
    publicKey: encodeBase64Url(credential.publicKey),
    counter: credential.counter,
    userVerified,
    deviceBound: credentialDeviceType === "singleDevice",
  };
}

/** What the signed assertion says, or null when anything about it is wrong, its counter included. */
export async function verifyAssertion(
  response: AuthenticationResponseJSON,
  passkey: KnownPasskey,
  expected: PasskeyExpectations,
): Promise<PasskeyAssertion | null> {
  const publicKey = decodeBase64Url(passkey.publicKey);
  if (publicKey === null || response.id !== passkey.id || !isOurPage(response.response.clientDataJSON)) return null;
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const answer = await orNull(() =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.origin,
      expectedRPID: expected.rpId,
      requireUserVerification: expected.userVerification,
      credential: { id: passkey.id, publicKey: publicKey.slice(), counter: passkey.counter },
    }),
  );
  if (answer?.verified !== true) return null;
  const { newCounter, userVerified, credentialDeviceType } = answer.authenticationInfo;
  return { counter: newCounter, userVerified, deviceBound: credentialDeviceType === "singleDevice" };
}

/** The challenge that the browser says it had signed; null when there is none to read. */
export function challengeIn(clientDataJson: string): string | null {
  const challenge = clientDataOf(clientDataJson)?.challenge;
  return typeof challenge === "string" ? challenge : null;
}

/** Not framed by another site; the library lets that pass when the browser does not name the site. */
const isOurPage = (clientDataJson: string): boolean => {
  const clientData = clientDataOf(clientDataJson);
  return clientData !== null && clientData.crossOrigin !== true && clientData.topOrigin === undefined;
};

function clientDataOf(clientDataJson: string): Record<string, unknown> | null {
  const bytes = decodeBase64Url(clientDataJson);
  const value = bytes === null ? null : parseJson(fromUtf8(bytes) ?? "");
  return isRecord(value) ? value : null;
}

/** Certificates name addresses to ask about them. Nobody asked for one, so whoever sends one is not let near that code. */
async function isUnattested(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await import("@simplewebauthn/server/helpers");
  const bytes = decodeBase64Url(attestationObject);
  if (bytes === null) return false;
  const decoded = decodeAttestationObject(bytes.slice());
  const isSelfSigned = decoded.get("fmt") === "packed" && decoded.get("attStmt").get("x5c") === undefined;
  return decoded.get("fmt") === "none" || isSelfSigned;
}

/** The library says by exceptions what is wrong; to us all of it is the same. */
async function orNull<Value>(verify: () => Promise<Value>): Promise<Value | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}
