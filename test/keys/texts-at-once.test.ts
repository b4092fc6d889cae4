import { describe, expect, it } from "vitest";
import { signingAlgorithms, signJwt, verifyJwt } from "../../src/crypto/jwt.ts";
import { encodeTextBase64Url, fromUtf8, utf8, utf8ForNow } from "../../src/lib/base64url.ts";
import { makeRealm } from "../support/world.ts";

/** Of one byte a character and of four; short, and longer than the buffer that they share. */
const texts = Array.from({ length: 50 }, (_, n) => `${n}${n % 2 ? "abc" : "𓂀é"}`.repeat(n % 7 === 0 ? 3000 : 3));

describe("texts that share a buffer on their way to WebCrypto", () => {
  it("are signed as they were when the call was made, however many calls are under way", async () => {
    const { realm } = await makeRealm();
    for (const algorithm of signingAlgorithms) {
      const key = await realm.keys.signer(algorithm);
      const claims = texts.map((text) => ({
        iss: realm.issuer,
        sub: text.length > 300 ? `${text.length}` : text,
        iat: 1,
        exp: 2_000_000_000,
      }));
      const tokens = await Promise.all(claims.map((one) => signJwt("JWT", one, key)));
      const expected = { type: "JWT", issuer: realm.issuer, now: Date.now(), toleranceSeconds: 0 } as const;
      const read = await Promise.all(tokens.map((token) => verifyJwt(token, realm.keys.findVerifier, expected)));
      expect(read).toEqual(claims);
    }
  });

  it("are authenticated each by itself", async () => {
    const { ring } = await makeRealm();
    const alone: string[] = [];
    for (const text of texts) alone.push((await ring.authenticate("test", text)).tag);
    const made = await Promise.all(texts.map((text) => ring.authenticate("test", text)));
    expect(made.map(({ tag }) => tag)).toEqual(alone);
    const judged = await Promise.all(
      texts.map((text, n) => ring.isAuthentic("test", text, made[n]?.keyId ?? "", alone[n] ?? "")),
    );
    expect(judged).toEqual(texts.map(() => true));
    const wrong = await Promise.all(
      texts.map((text, n) => ring.isAuthentic("test", text, made[n]?.keyId ?? "", alone[(n + 1) % 50] ?? "")),
    );
    expect(wrong).toEqual(texts.map(() => false));
  });

  it("come out as they went in", () => {
    for (const text of texts) {
      expect(fromUtf8(utf8ForNow(text))).toBe(text);
      expect(encodeTextBase64Url(text)).toBe(utf8(text).toBase64({ alphabet: "base64url", omitPadding: true }));
    }
  });
});
