// Argon2id, version 1.3: https://www.rfc-editor.org/rfc/rfc9106.html#section-3
import wasm from "@phi-ag/argon2/argon2.wasm";

export interface Argon2Parameters {
  /** Size of the memory that is filled, in KiB; at least 8 for each lane. */
  readonly memoryKib: number;
  /** How often the memory is filled. */
  readonly passes: number;
  readonly lanes: number;
}

/** The most that one call may take; inputs are handed over in a buffer of fixed size. */
export const argon2Limits = { memoryKib: 65_536, passwordBytes: 1024, saltBytes: 64, hashBytes: 64 } as const;

// The exports are called directly: the package's own wrapper passes the number of UTF-16 units as the number of
// bytes, which would cut off the end of every password with a letter beyond ASCII.
interface Argon2Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  free(address: number): void;
  argon2_hash(
    passes: number,
    memoryKib: number,
    lanes: number,
    password: number,
    passwordBytes: number,
    salt: number,
    saltBytes: number,
    hash: number,
    hashBytes: number,
    encoded: number,
    encodedBytes: number,
    type: number,
    version: number,
  ): number;
}

/** Argon2id, or argon2i as some older systems have it. */
export type Argon2Variant = "i" | "id";

const typeOf: Record<Argon2Variant, number> = { i: 1, id: 2 };
const version13 = 0x13;

interface Loaded {
  readonly exports: Argon2Exports;
  readonly bufferAt: number;
  readonly roomKib: number;
}

// Instances stay for the life of the isolate, because memory of Wasm is given back late or never. One is enough: calls
// are synchronous. Hashes made elsewhere may want more room than the usual instance has; it then makes way for the
// largest, once, since the allocator would add a whole new stretch for each longer demand.
const usualRoomKib = 20_480;
let loaded: Loaded | undefined;

function load(roomKib: number): Loaded {
  const exports = new WebAssembly.Instance(wasm).exports as unknown as Argon2Exports;
  exports._initialize();
  const bufferAt = exports.malloc(argon2Limits.passwordBytes + argon2Limits.saltBytes + argon2Limits.hashBytes);
  const room = exports.malloc((roomKib + 8) * 1024);
  if (bufferAt === 0 || room === 0) throw new Error("argon2: out of memory");
  exports.free(room);
  return { exports, bufferAt, roomKib };
}

function instanceWithRoom(memoryKib: number): Loaded {
  if (loaded !== undefined && memoryKib <= loaded.roomKib) return loaded;
  loaded = load(memoryKib <= usualRoomKib ? usualRoomKib : argon2Limits.memoryKib);
  return loaded;
}

/** The raw hash, `hashBytes` long. Throws RangeError beyond `argon2Limits`. */
export function argon2id(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Argon2Parameters,
  hashBytes: number,
  variant: Argon2Variant = "id",
): Uint8Array {
  const { memoryKib, passes, lanes } = parameters;
  if (
    memoryKib > argon2Limits.memoryKib ||
    password.byteLength > argon2Limits.passwordBytes ||
    salt.byteLength > argon2Limits.saltBytes ||
    hashBytes > argon2Limits.hashBytes
  ) {
    throw new RangeError("argon2: beyond the limits");
  }
  const { exports, bufferAt } = instanceWithRoom(memoryKib);
  const saltAt = bufferAt + argon2Limits.passwordBytes;
  const hashAt = saltAt + argon2Limits.saltBytes;
  const input = new Uint8Array(exports.memory.buffer);
  input.set(password, bufferAt);
  input.set(salt, saltAt);
  const code = exports.argon2_hash(
    passes,
    memoryKib,
    lanes,
    bufferAt,
    password.byteLength,
    saltAt,
    salt.byteLength,
    hashAt,
    hashBytes,
    0,
    0,
    typeOf[variant],
    version13,
  );
  // Hashing may have grown the memory, which detaches every view made before.
  const output = new Uint8Array(exports.memory.buffer);
  const hash = output.slice(hashAt, hashAt + hashBytes);
  output.fill(0, bufferAt, hashAt + argon2Limits.hashBytes);
  if (code !== 0) throw new Error(`argon2: failed with code ${code}`);
  return hash;
}

/** Bytes of memory that hashing holds in this isolate; never less than before. */
export const argon2MemoryBytes = (): number => loaded?.exports.memory.buffer.byteLength ?? 0;
