/**
 * The signature of an elliptic curve's passkey as WebCrypto takes it: Web Authentication Level 3 §6.5.5. The build puts this in the place of
 * the same function of @simplewebauthn/server (scripts/build/left-out.mjs).
 */

/** Bytes of each of the two integers, by the COSE number of the curve (RFC 9053 §7.1): P-256, P-384, P-521. */
const componentBytes: Readonly<Record<number, number>> = { 1: 32, 2: 48, 3: 66 };

/**
 * Reads `SEQUENCE { r INTEGER, s INTEGER }` in DER (RFC 3279 §2.2.3) into r and s, each as long as the curve's order. Throws where it is
 * anything else, down to a byte too many.
 */
export function unwrapEC2Signature(signature: Uint8Array, curve: number): Uint8Array<ArrayBuffer> {
  const length = componentBytes[curve];
  if (length === undefined) throw new Error(`no such curve: ${curve}`);
  const sequence = readDer(signature, 0, 0x30);
  const r = readDer(signature, sequence.start, 0x02);
  const s = readDer(signature, r.end, 0x02);
  if (sequence.end !== signature.length || s.end !== sequence.end) throw new Error("not a signature in DER");
  const raw = new Uint8Array(2 * length);
  raw.set(padded(signature.subarray(r.start, r.end), length), 0);
  raw.set(padded(signature.subarray(s.start, s.end), length), length);
  return raw;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the contents of the element at `at` lie. Signatures are shorter than 256 bytes, so their lengths take one byte or two. */
function readDer(bytes: Uint8Array, at: number, tag: number): Span {
  const first = bytes[at + 1] ?? 0;
  const isLong = first === 0x81;
  const length = isLong ? (bytes[at + 2] ?? 0) : first;
  const start = at + (isLong ? 3 : 2);
  const isDer = isLong ? length >= 0x80 : length < 0x80;
  if (bytes[at] !== tag || !isDer || start + length > bytes.length) throw new Error("not a signature in DER");
  return { start, end: start + length };
}

/** A positive integer in as few bytes as DER allows, brought to its full length. */
function padded(integer: Uint8Array, length: number): Uint8Array {
  const [first = 0x80, second = 0x80] = integer;
  const isShortest = first !== 0 || second >= 0x80;
  if (first >= 0x80 || !isShortest) throw new Error("not a positive integer in DER");
  const digits = first === 0 ? integer.subarray(1) : integer;
  if (digits.length > length) throw new Error("an integer longer than the curve's order");
  const full = new Uint8Array(length);
  full.set(digits, length - digits.length);
  return full;
}
