// @ts-check

const mostUsers = 500;
const mostBytes = 900 * 1024;
/** Passwords in clear have to be hashed while the call lasts. */
const mostPasswords = 20;

/**
 * @typedef {import("./read-users.mjs").Read} Read
 * @typedef {{ index: number, reads: Read[], readBytes: number }} Batch
 */

/**
 * Users together as one call takes them.
 * @param {AsyncIterable<Read>} reads
 * @param {number} skipped so many of them were brought in before
 * @returns {AsyncGenerator<Batch>}
 */
export async function* batchesOf(reads, skipped) {
  /** @type {Read[]} */
  let batch = [];
  let bytes = 0;
  let passwords = 0;
  let index = 0;
  for await (const read of reads) {
    if (read.number <= skipped) continue;
    const size = "user" in read ? Buffer.byteLength(JSON.stringify(read.user)) : 0;
    const hasPassword = "user" in read && typeof read.user.password === "string" ? 1 : 0;
    const isFull = batch.length === mostUsers || bytes + size > mostBytes || passwords + hasPassword > mostPasswords;
    if (isFull && batch.length > 0) {
      yield { index: index++, reads: batch, readBytes: batch.at(-1)?.readBytes ?? 0 };
      [batch, bytes, passwords] = [[], 0, 0];
    }
    batch.push(read);
    bytes += size;
    passwords += hasPassword;
  }
  if (batch.length > 0) yield { index, reads: batch, readBytes: batch.at(-1)?.readBytes ?? 0 };
}
