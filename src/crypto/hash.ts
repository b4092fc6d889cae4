import { encodeBase64Url, utf8 } from "../lib/base64url.ts";

/** SHA-256 of a text's UTF-8 bytes, as base64url. */
export async function sha256(text: string): Promise<string> {
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}
