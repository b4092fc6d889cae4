import { limits } from "../config/limits.ts";
import type { Address } from "../domain/mail/address.ts";
import { fromUtf8, utf8 } from "../lib/base64url.ts";
import { isRecord, parseJson } from "../lib/json.ts";
import { cookieValues, setCookie } from "./cookies.ts";
import type { AppContext } from "./env.ts";

const cookieName = "otp-auth";
const purpose = "otp-auth";

/**
 * Keeps in the browser which address it had a code sent to, so that the code alone can be given back. Sealed; it opens nothing, for
 * nothing has been proven yet.
 */
export async function sendOtpCookie(c: AppContext, address: Address): Promise<void> {
  const { ring, realm, clock } = c.get("realm");
  const expiresAt = clock.now() + limits.oneTimeCodeTtlSeconds * 1000;
  const sealed = await ring.seal(purpose, realm.id, utf8(JSON.stringify({ ...address, expiresAt })));
  setCookie(c, cookieName, sealed, { maxAgeSeconds: limits.oneTimeCodeTtlSeconds, sameSite: "Lax" });
}

/** The address of the newest code this browser asked for, or null. */
export async function readOtpCookie(c: AppContext): Promise<Address | null> {
  const { ring, realm, clock } = c.get("realm");
  for (const value of cookieValues(c, cookieName).slice(0, 4)) {
    const opened = await ring.open(purpose, realm.id, value);
    const plain = opened === null ? undefined : parseJson(fromUtf8(opened) ?? "");
    if (!isRecord(plain) || typeof plain.value !== "string" || typeof plain.expiresAt !== "number") continue;
    if (plain.expiresAt <= clock.now() || (plain.kind !== "email" && plain.kind !== "phone")) continue;
    return { kind: plain.kind, value: plain.value };
  }
  return null;
}

export const clearOtpCookie = (c: AppContext): void =>
  setCookie(c, cookieName, "", { maxAgeSeconds: 0, sameSite: "Lax" });
