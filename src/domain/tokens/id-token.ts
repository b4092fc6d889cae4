/** ID tokens: OIDC Core §2, §3.1.3.6. Claims about the user are left to UserInfo (§5.4), but for those asked for by name (§5.5). */
import { type SigningAlgorithm, signJwt, verifyJwt } from "../../crypto/jwt.ts";
import { encodeBase64Url, utf8ForNow } from "../../lib/base64url.ts";
import { toSeconds } from "../../lib/time.ts";
import { acrOf } from "../authorization/acr.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Claim } from "../users/claims.ts";
import { parseUserId } from "../users/user-id.ts";

export interface NewIdToken {
  readonly client: Client;
  readonly userId: number;
  readonly sid: string;
  readonly nonce: string | null;
  readonly amr: readonly string[];
  /** Milliseconds since the epoch. */
  readonly authTime: number;
  readonly issuedAt: number;
  /** Issued along with it; null when none is. */
  readonly accessToken: string | null;
  /** About the user, as the request named them. */
  readonly claims: Readonly<Record<string, Claim>>;
}

export async function issueIdToken(context: RealmContext, token: NewIdToken): Promise<string> {
  const iat = toSeconds(token.issuedAt);
  const { id_token_signed_response_alg: algorithm } = token.client.metadata;
  return signJwt(
    "JWT",
    {
      ...token.claims,
      iss: context.realm.issuer,
      sub: String(token.userId),
      aud: token.client.clientId,
      iat,
      exp: iat + context.realm.settings.access_token_ttl_seconds,
      auth_time: toSeconds(token.authTime),
      ...(token.nonce === null ? {} : { nonce: token.nonce }),
      acr: acrOf(token.amr),
      amr: token.amr,
      sid: token.sid,
      ...(token.accessToken === null ? {} : { at_hash: await halfHash(token.accessToken, algorithm) }),
    },
    await context.realm.keys.signer(algorithm),
  );
}

/** Which hash an algorithm signs with: Ed25519 has its own built in (RFC 8032 §5.1). */
const hashes: Readonly<Record<SigningAlgorithm, string>> = { ES256: "SHA-256", RS256: "SHA-256", EdDSA: "SHA-512" };

/** Left half of the hash, base64url. */
async function halfHash(accessToken: string, algorithm: SigningAlgorithm): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest(hashes[algorithm], utf8ForNow(accessToken)));
  return encodeBase64Url(digest.subarray(0, digest.byteLength / 2));
}

export interface IdTokenHint {
  readonly userId: number;
  readonly sid: string | null;
  readonly clientId: string;
}

/** An ID token this realm issued, given back as a hint; it may have expired (OIDC Core §3.1.2.1). Throws JwtError. */
export async function readIdTokenHint(context: RealmContext, hint: string): Promise<IdTokenHint | null> {
  const claims = await verifyJwt(hint, context.realm.keys.findVerifier, {
    type: "JWT",
    issuer: context.realm.issuer,
    now: context.clock.now(),
    toleranceSeconds: 0,
    allowExpired: true,
  });
  const userId = parseUserId(claims.sub ?? "");
  if (userId === null || typeof claims.aud !== "string") return null;
  return { userId, sid: typeof claims.sid === "string" ? claims.sid : null, clientId: claims.aud };
}
