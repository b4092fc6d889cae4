import { beforeAll, describe, expect, it } from "vitest";
import {
  importKey,
  type PublicJwk,
  type SigningAlgorithm,
  signingAlgorithms,
  verifyJwt,
} from "../../src/crypto/jwt.ts";
import { verifyPassword } from "../../src/crypto/password-hash.ts";
import { openInteraction, sealInteraction } from "../../src/domain/interaction/interaction.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { openHalfSignIn, sealHalfSignIn } from "../../src/domain/second-factor/half-sign-in.ts";
import { issueRefreshToken, readRefreshToken } from "../../src/domain/tokens/refresh-token.ts";
import { fromUtf8, utf8 } from "../../src/lib/base64url.ts";
import { Parameters } from "../../src/lib/parameters.ts";
import { makeRealm } from "../support/world.ts";
import text from "./formats.json?raw";

interface Formats {
  readonly realmId: string;
  /** Milliseconds since the epoch: when they were made. */
  readonly at: number;
  readonly refreshToken: readonly string[];
  readonly halfSignIn: readonly string[];
  readonly interaction: readonly string[];
  readonly sealed: readonly string[];
  readonly passwordHash: readonly string[];
  readonly jwt: readonly { readonly algorithm: SigningAlgorithm; readonly jwk: PublicJwk; readonly token: string }[];
}

const formats = JSON.parse(text) as Formats;

/**
 * What versions before this one have given out and stored. Each of them must be good for ever, or for as long as it lives; a new way of
 * writing is added to the file beside the old, and never takes its place (docs/deploying.md).
 */
let then: RealmContext;
beforeAll(async () => {
  const context = await makeRealm();
  then = {
    ...context,
    realm: { ...context.realm, id: formats.realmId },
    clock: { now: () => formats.at },
  };
});

const half = {
  id: "half-1",
  userId: 42,
  amr: ["pwd"],
  provenAt: formats.at - 1000,
  owes: "tfa-validation-is-required",
} as const;
const interaction = { parameters: new Parameters([["client_id", "shop"]]), begunAt: formats.at - 1000 };

/** What this version makes of the same. */
const made = async () => ({
  refreshToken: await issueRefreshToken(then, { userId: 42, grantId: "grant-1", generation: 3 }),
  halfSignIn: await sealHalfSignIn(then, half, "browser-1"),
  interaction: await sealInteraction(then, "browser-1", interaction),
  sealed: await then.ring.seal("signing-key", "realm-then|key-1", utf8("what was sealed then")),
});

describe("RE-08 what an older version gave out", () => {
  it("is still read: refresh tokens", async () => {
    for (const sample of formats.refreshToken)
      expect(await readRefreshToken(then, sample)).toEqual({ userId: 42, grantId: "grant-1", generation: 3 });
  });

  it("is still read: half a sign-in and a waiting request, by the browser that has them", async () => {
    for (const sample of formats.halfSignIn) {
      expect(await openHalfSignIn(then, sample, "browser-1")).toEqual(half);
      expect(await openHalfSignIn(then, sample, "browser-2")).toBeNull();
    }
    for (const sample of formats.interaction)
      expect((await openInteraction(then, "browser-1", sample)).parameters.get("client_id")).toBe("shop");
  });

  it("is still opened: what was sealed in a row", async () => {
    for (const sample of formats.sealed) {
      const opened = await then.ring.open("signing-key", "realm-then|key-1", sample);
      expect(fromUtf8(opened ?? new Uint8Array())).toBe("what was sealed then");
    }
  });

  it("is still believed: signed tokens of each algorithm", async () => {
    expect(formats.jwt.map(({ algorithm }) => algorithm)).toEqual(expect.arrayContaining([...signingAlgorithms]));
    for (const { algorithm, jwk, token } of formats.jwt) {
      const found = { kid: "then", algorithm, key: await importKey(jwk, algorithm) };
      const claims = await verifyJwt(token, async (kid) => (kid === "then" ? found : null), {
        type: "session+jwt",
        issuer: "https://auth.then.example",
        now: formats.at,
        toleranceSeconds: 0,
      });
      expect(claims).toMatchObject({ sub: "42", sid: "session-1" });
    }
  });

  it("is still right: passwords", async () => {
    for (const hash of formats.passwordHash) {
      expect((await verifyPassword(hash, "violet-harbour-quill-81", 0)).ok).toBe(true);
      expect((await verifyPassword(hash, "violet-harbour-quill-82", 0)).ok).toBe(false);
    }
  });

  it("is what this version gives out: whoever changes a form of writing adds an example of it to the file", async () => {
    const shape = (sample: string): string =>
      sample
        .split(".")
        .map((part, index) => (index < 2 && part.length < 6 ? part : part.length))
        .join(".");
    for (const [name, sample] of Object.entries(await made())) {
      const known = (formats[name as "sealed"] ?? []).map(shape);
      expect([name, known.includes(shape(sample)) ? "known" : sample]).toEqual([name, "known"]);
    }
  });
});
