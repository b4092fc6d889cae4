/** base64url without padding (RFC 4648 §5). */
export const encodeBase64Url = (bytes: Uint8Array): string =>
  bytes.toBase64({ alphabet: "base64url", omitPadding: true });

/** Bytes, or null when the text is not canonical base64url. */
export function decodeBase64Url(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    // The decoder forgives blanks, padding and stray bits. We do not.
    return encodeBase64Url(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

const used = new Uint8Array(8192);

/**
 * The same in a buffer that the next call overwrites, which spares making one: for who has read or copied the bytes when it returns,
 * as WebCrypto has (Web Cryptography §14.3).
 */
export const utf8ForNow = (text: string): Uint8Array =>
  text.length * 3 > used.byteLength ? utf8(text) : used.subarray(0, encoder.encodeInto(text, used).written);

export const encodeTextBase64Url = (text: string): string => encodeBase64Url(utf8ForNow(text));

/** Text, or null when the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}
