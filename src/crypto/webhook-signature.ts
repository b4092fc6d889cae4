/** Signatures of webhooks: Standard Webhooks 1.0, "Symmetric signatures". */
import { utf8 } from "../lib/base64url.ts";

const prefix = "whsec_";

/** 256 bits. */
export const newWebhookSecret = (): string => `${prefix}${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`;

/** One entry of the header `webhook-signature`. `timestamp`: seconds since the epoch. */
export async function signWebhook(secret: string, id: string, timestamp: number, body: string): Promise<string> {
  const raw = Uint8Array.fromBase64(secret.slice(prefix.length));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const tag = await crypto.subtle.sign("HMAC", key, utf8(`${id}.${timestamp}.${body}`));
  return `v1,${new Uint8Array(tag).toBase64()}`;
}
