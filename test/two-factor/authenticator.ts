import { decodeBase64Url, encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import type { Json } from "./support.ts";

/** What a test bends of a ceremony. Everything left out is done as it should be. */
export interface Bends {
  readonly type?: string;
  readonly challenge?: string;
  readonly origin?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly rpId?: string;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
  readonly counter?: number;
  /** Signs with this key in place of the passkey's own. */
  readonly key?: CryptoKey;
  readonly signature?: (right: Uint8Array) => Uint8Array;
  /** Names this passkey in place of the one that signed. */
  readonly id?: string;
  readonly userHandle?: string | undefined;
  /** COSE algorithm that the new key claims to be for. */
  readonly algorithm?: number;
  readonly format?: string;
}

const flags = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40 };

/** An authenticator and its browser, in software: ES256, attestation "none" (Web Authentication Level 3 §6, §5.8.1). */
export class Authenticator {
  readonly id = encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  readonly #keys: CryptoKeyPair;
  readonly #origin: string;
  readonly #synced: boolean;
  counter = 0;
  userHandle = "";

  private constructor(keys: CryptoKeyPair, origin: string, synced: boolean) {
    this.#keys = keys;
    this.#origin = origin;
    this.#synced = synced;
  }

  /** For pages of this origin. A synced passkey keeps no counter and may leave its device. */
  static async on(origin: string, synced = false): Promise<Authenticator> {
    return new Authenticator(await newKeys(), origin, synced);
  }

  /** The answer to `navigator.credentials.create`, as its toJSON() gives it. */
  async create(options: Json, bends: Bends = {}): Promise<Json> {
    const { rp, user, challenge } = options as { rp: { id: string }; user: { id: string }; challenge: string };
    this.userHandle = user.id;
    const clientData = this.#clientData("webauthn.create", challenge, bends);
    const id = decodeBase64Url(bends.id ?? this.id) ?? new Uint8Array();
    const attested = concat(
      new Uint8Array(16),
      new Uint8Array([id.length >> 8, id.length & 255]),
      id,
      await coseKey(this.#keys.publicKey, bends.algorithm ?? -7),
    );
    const authData = await this.#authData(bends.rpId ?? rp.id, flags.at, bends, attested);
    const attestation = cborMap([
      [cborText("fmt"), cborText(bends.format ?? "none")],
      [cborText("attStmt"), cborMap([])],
      [cborText("authData"), cborBytes(authData)],
    ]);
    return {
      id: this.id,
      rawId: this.id,
      type: "public-key",
      response: {
        clientDataJSON: encodeBase64Url(clientData),
        attestationObject: encodeBase64Url(attestation),
        transports: ["internal"],
      },
      clientExtensionResults: {},
    };
  }

  /** The answer to `navigator.credentials.get`. */
  async get(options: Json, bends: Bends = {}): Promise<Json> {
    const { rpId, challenge } = options as { rpId: string; challenge: string };
    if (!this.#synced) this.counter += 1;
    const clientData = this.#clientData("webauthn.get", challenge, bends);
    const authData = await this.#authData(bends.rpId ?? rpId, 0, bends);
    const signed = concat(authData, await sha256(clientData));
    const raw = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      bends.key ?? this.#keys.privateKey,
      signed.slice(),
    );
    const signature = derSignature(new Uint8Array(raw));
    const userHandle = "userHandle" in bends ? bends.userHandle : this.userHandle;
    return {
      id: bends.id ?? this.id,
      rawId: bends.id ?? this.id,
      type: "public-key",
      response: {
        clientDataJSON: encodeBase64Url(clientData),
        authenticatorData: encodeBase64Url(authData),
        signature: encodeBase64Url(bends.signature?.(signature) ?? signature),
        ...(userHandle === undefined ? {} : { userHandle }),
      },
      clientExtensionResults: {},
    };
  }

  #clientData(type: string, challenge: string, bends: Bends): Uint8Array {
    return utf8(
      JSON.stringify({
        type: bends.type ?? type,
        challenge: bends.challenge ?? challenge,
        origin: bends.origin ?? this.#origin,
        crossOrigin: bends.crossOrigin ?? false,
        ...(bends.topOrigin === undefined ? {} : { topOrigin: bends.topOrigin }),
      }),
    );
  }

  async #authData(
    rpId: string,
    more: number,
    bends: Bends,
    attested: Uint8Array = new Uint8Array(),
  ): Promise<Uint8Array> {
    const set =
      more |
      (bends.userPresent === false ? 0 : flags.up) |
      (bends.userVerified === false ? 0 : flags.uv) |
      (this.#synced ? flags.be | flags.bs : 0);
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, bends.counter ?? this.counter);
    return concat(await sha256(utf8(rpId)), new Uint8Array([set]), counter, attested);
  }
}

export const newKeys = async (): Promise<CryptoKeyPair> =>
  (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"])) as CryptoKeyPair;

const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** An EC2 key for P-256 (RFC 9053 §7.1.1). */
async function coseKey(publicKey: CryptoKey, algorithm: number): Promise<Uint8Array> {
  const jwk = (await crypto.subtle.exportKey("jwk", publicKey)) as JsonWebKey;
  const [x, y] = [jwk.x, jwk.y].map((part) => decodeBase64Url(part ?? "") ?? new Uint8Array());
  return cborMap([
    [cborInteger(1), cborInteger(2)],
    [cborInteger(3), cborInteger(algorithm)],
    [cborInteger(-1), cborInteger(1)],
    [cborInteger(-2), cborBytes(x ?? new Uint8Array())],
    [cborInteger(-3), cborBytes(y ?? new Uint8Array())],
  ]);
}

/** Just enough CBOR (RFC 8949 §3): lengths and numbers below 65,536. */
function head(major: number, value: number): Uint8Array {
  if (value < 24) return new Uint8Array([(major << 5) | value]);
  if (value < 256) return new Uint8Array([(major << 5) | 24, value]);
  return new Uint8Array([(major << 5) | 25, value >> 8, value & 255]);
}
const cborInteger = (value: number): Uint8Array => (value >= 0 ? head(0, value) : head(1, -1 - value));
const cborBytes = (bytes: Uint8Array): Uint8Array => concat(head(2, bytes.length), bytes);
const cborText = (text: string): Uint8Array => concat(head(3, utf8(text).length), utf8(text));
const cborMap = (entries: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array =>
  concat(head(5, entries.length), ...entries.flat());

/** Authenticators sign in ASN.1 (Web Authentication Level 3 §6.5.5). */
function derSignature(raw: Uint8Array): Uint8Array {
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((part) => {
    const from = part.findIndex((byte) => byte !== 0);
    const digits = from < 0 ? new Uint8Array([0]) : part.subarray(from);
    const padded = (digits[0] ?? 0) > 127 ? concat(new Uint8Array([0]), digits) : digits;
    return concat(new Uint8Array([2, padded.length]), padded);
  });
  const body = concat(...integers);
  return concat(new Uint8Array([0x30, body.length]), body);
}
