import { importPKCS8, SignJWT } from "jose";

/** The private half of a P-256 key pair in PEM (PKCS #8, RFC 5958), as Apple gives it out. Null when it is none. */
export async function importClientKey(pem: string): Promise<CryptoKey | null> {
  try {
    return await importPKCS8(pem, "ES256");
  } catch {
    return null;
  }
}

/** A client secret that is a JWT, signed for one request. `now`: milliseconds since the epoch. */
export function signClientSecret(
  key: CryptoKey,
  about: { teamId: string; keyId: string; clientId: string; audience: string },
  now: number,
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "ES256", kid: about.keyId })
    .setIssuer(about.teamId)
    .setSubject(about.clientId)
    .setAudience(about.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 300)
    .sign(key);
}
