/** Time-based one-time passwords: RFC 6238 with SHA-1, six digits and steps of thirty seconds, which every authenticator app knows. */
import { HOTP, Secret, TOTP } from "otpauth/slim";
import { equalInConstantTime } from "./constant-time.ts";

const stepSeconds = 30;
const secretBytes = 20;
const shape = { algorithm: "SHA1", digits: 6 } as const;

/** 160 random bits, as RFC 4226 §4 advises for SHA-1. */
export const newTotpSecret = (): Uint8Array => crypto.getRandomValues(new Uint8Array(secretBytes));

/** As people type it into an app: base32 without padding. */
export const totpSecretText = (secret: Uint8Array): string => secretOf(secret).base32;

/** The address that an app reads from the QR code. `issuer` and `account` are what it shows. */
export const totpUrl = (secret: Uint8Array, issuer: string, account: string): string =>
  new TOTP({
    ...shape,
    issuer: label(issuer),
    label: label(account),
    secret: secretOf(secret),
    period: stepSeconds,
  }).toString();

/**
 * The step whose code this is: the current one or, as a message takes its time, the one before (RFC 6238 §5.2). Null when it is
 * neither. Whether a step has been used is the caller's question.
 */
export function matchingTotpStep(secret: Uint8Array, code: string, now: number): number | null {
  const current = Math.floor(now / 1000 / stepSeconds);
  const matching = [current, current - 1].filter((counter) =>
    equalInConstantTime(code, HOTP.generate({ ...shape, secret: secretOf(secret), counter })),
  );
  return matching[0] ?? null;
}

const secretOf = (bytes: Uint8Array): Secret => new Secret({ buffer: bytes.slice().buffer });

/** A colon parts issuer and account in the address, so that neither may hold one. */
const label = (text: string): string => text.replaceAll(":", " ").slice(0, 100);

/** Bytes of base32, in either case, with or without blanks and padding; null when they are not 10 to 64. */
export function totpSecretOf(text: string): Uint8Array | null {
  const letters = text.replaceAll(/[\s=]/g, "").toUpperCase();
  if (!/^[A-Z2-7]{16,104}$/.test(letters)) return null;
  const bytes = new Uint8Array(Secret.fromBase32(letters).buffer);
  return bytes.byteLength >= 10 && bytes.byteLength <= 64 ? bytes : null;
}
