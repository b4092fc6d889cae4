import type { Config } from "../config/env.ts";
import { decodeBase64Url, encodeBase64Url, utf8, utf8ForNow } from "../lib/base64url.ts";

/** Something sealed: `<key id>.<iv><ciphertext and tag>` in base64url. */
export type Sealed = string & { readonly sealed: unique symbol };

/** A tag in base64url, and the id of the key that made it. */
export interface Authentication {
  readonly keyId: string;
  readonly tag: string;
}

const ivBytes = 12;

/**
 * Seals and authenticates with keys derived (HKDF-SHA-256, RFC 5869) from the deployment's key-encryption keys.
 * Each purpose has a key of its own. Every sealed text and tag names the key it was made with, so keys can be rotated.
 */
export class KeyRing {
  readonly #keys: Config["keyEncryptionKeys"];
  readonly #derived = new Map<string, CryptoKey>();

  constructor(keys: Config["keyEncryptionKeys"]) {
    this.#keys = keys;
  }

  get currentKeyId(): string {
    return this.#keys[0].id;
  }

  /** Whether another key may have sealed something. */
  get hasOlderKeys(): boolean {
    return this.#keys.length > 1;
  }

  /** AES-256-GCM. `context` is authenticated, not stored: open with the very same one. */
  async seal(purpose: string, context: string, plaintext: Uint8Array): Promise<Sealed> {
    const keyId = this.currentKeyId;
    const key = await this.#key(keyId, purpose, "AES-GCM");
    const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(context) }, key, plaintext);
    const bytes = new Uint8Array(ivBytes + sealed.byteLength);
    bytes.set(iv);
    bytes.set(new Uint8Array(sealed), ivBytes);
    return `${keyId}.${encodeBase64Url(bytes)}` as Sealed;
  }

  /** The plaintext, or null when it was not sealed here for this purpose and context. */
  async open(purpose: string, context: string, sealed: string): Promise<Uint8Array | null> {
    const dot = sealed.indexOf(".");
    const keyId = sealed.slice(0, Math.max(dot, 0));
    const bytes = decodeBase64Url(sealed.slice(dot + 1));
    if (!this.#knows(keyId) || bytes === null || bytes.byteLength < ivBytes + 16) return null;
    const key = await this.#key(keyId, purpose, "AES-GCM");
    try {
      const opened = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: bytes.subarray(0, ivBytes), additionalData: utf8(context) },
        key,
        bytes.subarray(ivBytes),
      );
      return new Uint8Array(opened);
    } catch {
      return null;
    }
  }

  /** HMAC-SHA-256 over `message`: the tag as base64url, and the id of the key. */
  authenticate(purpose: string, message: string): Promise<Authentication> {
    return this.#authenticate(this.currentKeyId, purpose, message);
  }

  /** The same under every key, the newest first: to find what is kept under a tag that an older key may have made. */
  authenticateUnderEach(purpose: string, message: string): Promise<Authentication[]> {
    return Promise.all(this.#keys.map(({ id }) => this.#authenticate(id, purpose, message)));
  }

  /** Whether `tag` authenticates `message` under the named key. Constant time. */
  async isAuthentic(purpose: string, message: string, keyId: string, tag: string): Promise<boolean> {
    const bytes = decodeBase64Url(tag);
    if (bytes === null || !this.#knows(keyId)) return false;
    return crypto.subtle.verify("HMAC", await this.#key(keyId, purpose, "HMAC"), bytes, utf8ForNow(message));
  }

  async #authenticate(keyId: string, purpose: string, message: string): Promise<Authentication> {
    const key = await this.#key(keyId, purpose, "HMAC");
    return { keyId, tag: encodeBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8ForNow(message)))) };
  }

  #knows(keyId: string): boolean {
    return this.#keys.some((key) => key.id === keyId);
  }

  #key(keyId: string, purpose: string, algorithm: "AES-GCM" | "HMAC"): CryptoKey | Promise<CryptoKey> {
    const info = `${algorithm}|${purpose}`;
    return this.#derived.get(`${keyId}|${info}`) ?? this.#derive(keyId, info, algorithm);
  }

  /** The key is kept, not its promise: a promise begun in one request must not be awaited in another. */
  async #derive(keyId: string, info: string, algorithm: "AES-GCM" | "HMAC"): Promise<CryptoKey> {
    const root = this.#keys.find((key) => key.id === keyId) ?? this.#keys[0];
    const base = await crypto.subtle.importKey("raw", root.bytes, "HKDF", false, ["deriveKey"]);
    const kdf = { name: "HKDF", hash: "SHA-256", salt: utf8("gatehouse"), info: utf8(info) };
    const derived = await (algorithm === "AES-GCM"
      ? crypto.subtle.deriveKey(kdf, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
      : crypto.subtle.deriveKey(kdf, base, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign", "verify"]));
    this.#derived.set(`${keyId}|${info}`, derived);
    return derived;
  }
}

const rings = new WeakMap<Config, KeyRing>();

/** One ring per configuration and isolate, so that derived keys are kept. */
export function keyRing(config: Config): KeyRing {
  const known = rings.get(config);
  if (known !== undefined) return known;
  const ring = new KeyRing(config.keyEncryptionKeys);
  rings.set(config, ring);
  return ring;
}
