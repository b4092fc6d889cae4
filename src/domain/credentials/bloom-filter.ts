// Bloom filter: https://doi.org/10.1145/362686.362692
import { sha512 } from "@noble/hashes/sha2.js";

const probes = 17;
const probeBytes = 3;

/** The positions that stand for a text in a filter of `bits` bits (at most 2^24), cut from its SHA-512. */
export function bloomPositions(text: string, bits: number): number[] {
  const digest = sha512(new TextEncoder().encode(text));
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  return Array.from({ length: probes }, (_, probe) => {
    const at = probe * probeBytes;
    return (view.getUint16(at) * 256 + view.getUint8(at + 2)) % bits;
  });
}

/** Whether the text was put into the filter; now and then also true for one that was not, never false for one that was. */
export function bloomHas(filter: Uint8Array, text: string): boolean {
  return bloomPositions(text, filter.byteLength * 8).every(
    (position) => ((filter[position >> 3] ?? 0) & (1 << (position & 7))) !== 0,
  );
}
