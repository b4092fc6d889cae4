/** 32 characters that are not mistaken for each other, fit into a host name and need no escaping in a URL. */
const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

/** `length` random characters, 5 bits each: 20 of them are 100 bits. */
export function opaqueId(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte & 31]).join("");
}
