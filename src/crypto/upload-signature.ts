/** Signatures of uploads by form, as S3 has them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */
import { utf8 } from "../lib/base64url.ts";

/** HMAC-SHA1 of the policy, in base64: what the field `signature` beside `AWSAccessKeyId` is made of. */
export async function signUploadPolicy(secret: string, policy: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(policy))).toBase64();
}
