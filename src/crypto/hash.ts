import { sha256 as digest } from "@noble/hashes/sha2.js";
import { encodeBase64Url, utf8ForNow } from "../lib/base64url.ts";

/** SHA-256 of a text's UTF-8 bytes, as base64url. Of short texts only: for these, the way to WebCrypto and back costs more than the hash. */
export async function sha256(text: string): Promise<string> {
  return encodeBase64Url(digest(utf8ForNow(text)));
}
