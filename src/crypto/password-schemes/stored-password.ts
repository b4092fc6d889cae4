import { decodeBase64Url, encodeBase64Url } from "../../lib/base64url.ts";

/** A hash that was read from storage, or that somebody wants to put there. */
export interface StoredPassword {
  /** What checking costs, in KiB filled by argon2: memory times passes. Other schemes say their measured equal. */
  readonly filledKib: number;
  readonly isCurrent: boolean;
  /** Takes the same time whatever the password is, but for its length. */
  matches(password: Uint8Array): boolean | Promise<boolean>;
}

/** Why a hash is not taken: it cannot be read, or checking it would cost more than one sign-in may. */
export type HashRefusal = "password-hash-malformed" | "password-hash-too-costly";

/** Reads the whole text of a hash, identifier included. */
export type Scheme = (text: string) => StoredPassword | HashRefusal;

/** As PHC strings have it: no padding. */
export const encodeBase64 = (bytes: Uint8Array): string =>
  encodeBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");

/** Bytes of unpadded base64, or null. */
export const decodeBase64 = (text: string): Uint8Array | null =>
  /[-_]/.test(text) ? null : decodeBase64Url(text.replaceAll("+", "-").replaceAll("/", "_"));

export const isOfLength = (bytes: Uint8Array | null, least: number, most: number): bytes is Uint8Array =>
  bytes !== null && bytes.byteLength >= least && bytes.byteLength <= most;

/** Of equal length only: the length of a hash is no secret. */
export const equalBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && crypto.subtle.timingSafeEqual(one, other);
