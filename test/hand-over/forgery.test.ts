import { CompactEncrypt, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { part, parts } from "../support/forgery.ts";
import { makeClient, makeRealm, request, tokensFor } from "../support/world.ts";
import { get } from "../surfaces/session-api.ts";
import {
  arrive,
  expectRefusals,
  makeKeyedProduct,
  makeProduct,
  type Product,
  type Refusal,
  seconds,
} from "./support.ts";

type Keyed = Awaited<ReturnType<typeof makeKeyedProduct>>;

let context: RealmContext;
let shared: Product;
let rsa: Keyed;
let ec: Keyed;
beforeAll(async () => {
  context = await makeRealm();
  shared = await makeProduct(context, "shared");
  rsa = await makeKeyedProduct(context, "RS256", "rsa");
  ec = await makeKeyedProduct(context, "ES256", "ec");
});

const expectRefused = (made: readonly Refusal[]): Promise<void> => expectRefusals(context, made);

const hmac = async (secret: Uint8Array, input: string): Promise<string> => {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return `${input}.${encodeBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(input))))}`;
};

describe("JWT-03 the forgery matrix (RFC 8725 §2)", () => {
  it("the genuine ones are taken", async () => {
    for (const product of [shared, rsa, ec]) await arrive(context, await product.token());
  });

  it.each(["shared", "rsa", "ec"])("JWT-02 of %s: what can be made of a genuine token is refused", async (which) => {
    const product = { shared, rsa, ec }[which] ?? shared;
    const token = await product.token();
    const { header, claims, signature } = parts(token);
    const [h = "", p = ""] = token.split(".");
    const withHeader = (value: unknown) => `${part(value)}.${p}.${signature}`;
    await expectRefused([
      ...["none", "None", "nOnE", "NONE"].flatMap((alg): Refusal[] => [
        [`alg ${alg}, no signature`, `${part({ ...header, alg })}.${p}.`, "token-unsigned"],
        [`alg ${alg}, the old signature`, withHeader({ ...header, alg }), "token-unsigned"],
      ]),
      ["no alg, no signature", `${part({ ...header, alg: "" })}.${p}.`, "token-malformed"],
      ["empty signature", `${h}.${p}.`, "token-malformed"],
      ["no signature part", `${h}.${p}`, "token-malformed"],
      ["r = s = 0 (CVE-2022-21449)", `${h}.${p}.${encodeBase64Url(new Uint8Array(64))}`, "token-signature-wrong"],
      ["a bit turned", `${h}.${p}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`, "token-signature-wrong"],
      ["claims changed", `${h}.${part({ ...claims, user_id: "1" })}.${signature}`, "token-signature-wrong"],
      ...["", "HS256", "HS384", "RS256", "PS256", "ES256", "ES384", "EdDSA", "es256", "hs256"]
        .filter((alg) => alg !== header.alg)
        .map((alg): Refusal => [`alg ${alg}`, withHeader({ ...header, alg }), "token-algorithm-wrong"]),
      ...[
        ["five parts", `${token}.${p}.${signature}`] as const,
        ["four parts", `${token}.`] as const,
        ["padding", `${token}=`] as const,
        ["a blank before", ` ${token}`] as const,
        ["a line break after", `${token}\n`] as const,
        ["JSON serialization", JSON.stringify({ payload: p, protected: h, signature })] as const,
        ["no JSON as header", `${part("x")}.${p}.${signature}`] as const,
        ["no base64url", "%%%.%%%.%%%"] as const,
        ["ten thousand characters", `${h}.${part({ ...claims, x: "x".repeat(7_500) })}.${signature}`] as const,
      ].map(([name, text]): Refusal => [name, text, "token-malformed"]),
    ]);
    await arrive(context, token);
  });

  it.each(["rsa", "ec"])("HS256 with the public key of %s as the secret is refused (CVE-2026-22817)", async (which) => {
    const { jwk, token } = which === "rsa" ? rsa : ec;
    const claims = parts(await token()).claims;
    const key = await importJWK(jwk, jwk.alg, { extractable: true });
    if (key instanceof Uint8Array) throw new Error("not a public key");
    const pem = await exportSPKI(key);
    const secrets: [string, Uint8Array][] = [
      ["PEM", utf8(pem)],
      ["trimmed PEM", utf8(pem.trim())],
      ["DER", new Uint8Array((await crypto.subtle.exportKey("spki", key)) as ArrayBuffer)],
      ["JWK", utf8(JSON.stringify(jwk))],
      ["number", utf8(String(jwk.n ?? jwk.x))],
      ["kid", utf8(jwk.kid)],
    ];
    const headers = [{ alg: "HS256" }, { alg: "HS256", kid: jwk.kid }, { alg: jwk.alg, kid: jwk.kid }];
    for (const header of headers)
      await expectRefused(
        await Promise.all(
          secrets.map(async ([name, secret]): Promise<Refusal> => {
            const code = header.alg === "HS256" ? "token-algorithm-wrong" : "token-signature-wrong";
            return [name, await hmac(secret, `${part(header)}.${part(claims)}`), code];
          }),
        ),
      );
  });

  it("keys that the header brings along or names are not used, nor another source's", async () => {
    const attacker = await generateKeyPair("ES256", { extractable: true });
    const claims = parts(await ec.token()).claims;
    const by = (header: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: "ES256", ...header }).sign(attacker.privateKey);
    const headers = [
      {},
      { kid: ec.jwk.kid },
      { jwk: { kty: "EC", crv: "P-256", x: "x", y: "y" } },
      { jku: "https://evil.test/jwks.json" },
      { x5u: "https://evil.test/cert.pem" },
      ...["../../dev/null", "' or 1=1--", "__proto__", "constructor", ""].map((kid) => ({ kid })),
    ];
    await expectRefused(
      await Promise.all(
        headers.map(async (h): Promise<Refusal> => [JSON.stringify(h), await by(h), "token-signature-wrong"]),
      ),
    );
    const borrowed = { iss: rsa.issuer, user_id: "1", iat: seconds(), exp: seconds() + 60 };
    await expectRefused([["another source's key", await ec.sign(borrowed), "token-algorithm-wrong"]]);
  });

  it("headers that ask for more than a signature are refused, however genuine it is", async () => {
    const genuine = async (header: Record<string, unknown>) => {
      const input = `${part({ alg: "ES256", ...header })}.${part(parts(await ec.token()).claims)}`;
      const algorithm = { name: "ECDSA", hash: "SHA-256" };
      const signature = await crypto.subtle.sign(algorithm, ec.pair.privateKey, utf8(input));
      return `${input}.${encodeBase64Url(new Uint8Array(signature))}`;
    };
    await arrive(context, await genuine({}));
    const odd = [{ crit: ["evil"], evil: 1 }, { crit: [] }, { b64: false }, { zip: "DEF" }, { kid: 7 }, { typ: 7 }];
    await expectRefused(
      await Promise.all(
        odd.map(async (h): Promise<Refusal> => [JSON.stringify(h), await genuine(h), "token-malformed"]),
      ),
    );
    const encrypted = await new CompactEncrypt(utf8(await ec.token()))
      .setProtectedHeader({ alg: "ECDH-ES", enc: "A128GCM", cty: "JWT" })
      .encrypt(await importJWK(ec.jwk, "ECDH-ES"));
    await expectRefused([["JWE", encrypted, "token-malformed"]]);
  });
});

describe("JWT-05 tokens of another kind (RFC 8725 §3.11)", () => {
  it("that the product signs with the same key are none", async () => {
    for (const typ of ["at+jwt", "application/at+jwt", "logout+jwt", "session+jwt", "dpop+jwt", "JWT+x"])
      await expectRefused([[typ, await shared.token({}, { typ }), "token-type-wrong"]]);
    for (const typ of ["JWT", "jwt", "application/jwt", undefined])
      await arrive(context, await shared.token({}, typ === undefined ? {} : { typ }));
  });

  it("that this realm has made are none: sessions, access tokens, ID tokens", async () => {
    const { cookie, tokens } = await tokensFor(context, await makeClient(context));
    await expectRefused([
      ["session", cookie, "token-type-wrong"],
      ["access token", tokens.access_token, "token-type-wrong"],
      ["ID token", tokens.id_token, "token-issuer-unknown"],
    ]);
  });

  it("a token of the product is no session and no access token", async () => {
    const token = await shared.token();
    expect((await get(context, "/users/me", token)).status).toBe(403);
    expect((await get(context, "/users/me", undefined, { "x-qt-auth": token })).status).toBe(403);
    expect(
      (await request(`${context.realm.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(401);
  });
});
