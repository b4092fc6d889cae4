import { env } from "cloudflare:workers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, type Json, operate } from "../admin/support.ts";
import { called, standUp, stubInternet } from "../support/upstream.ts";
import { makeRealm, request } from "../support/world.ts";
import {
  arrive,
  at,
  expectProblem,
  expectRefusals,
  handOver,
  makeKey,
  makeKeyedProduct,
  makeProduct,
  putSource,
} from "./support.ts";

let context: RealmContext;
beforeEach(async () => {
  stubInternet();
  context = await makeRealm();
});

const secret = "canary-secret-of-the-main-product-42";
const base = { issuer: "https://product.example", algorithm: "HS256", secret };
const provider = { issuer: "https://idp.example.com", client_id: "ours", client_secret: "a secret of theirs" };
const ecKey = {
  keys: [
    {
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x0eElVChV6t7m9GQY6G1i6cKHa7vuWQlTQ9mXgxUD_s",
    },
  ],
};

const path = (name: string) => `/realms/${context.realm.id}/sources/${name}`;
const put = (body: Json, name = "main_product") => operate("PUT", path(name), body);

describe("sources (contract §5, §7)", () => {
  it("are set, listed, read and deleted; the secret stays and is never read back (MR-07)", async () => {
    const made = await put({ ...base, origins: ["https://www.product.example"], label: "Product" });
    expect([made.status, made.json]).toMatchObject([
      201,
      {
        name: "main_product",
        issuer: base.issuer,
        algorithm: "HS256",
        secret_set: true,
        user_id_mode: "linked",
        origins: ["https://www.product.example"],
        allow_get: false,
        disabled: false,
        label: "Product",
        version: 1,
      },
    ]);
    const { secret: _, ...without } = base;
    expect((await put({ ...without, user_id_mode: "unified" })).json).toMatchObject({ secret_set: true, version: 2 });
    const texts = [made.text, (await operate("GET", path("main_product"))).text];
    texts.push((await operate("GET", path("").slice(0, -1))).text, (await put({ ...base, secret: "short" })).text);
    for (const text of texts) expect(text).not.toContain("canary");
    const stored = await env.DB.prepare("SELECT * FROM sources").all();
    expect(JSON.stringify(stored.results)).not.toContain("canary");
    expect((await operate("DELETE", path("main_product"))).status).toBe(204);
    expect((await operate("GET", path("main_product"))).status).toBe(404);
  });

  it.each<[string, Json, string]>([
    ["no secret", { secret: undefined }, "secret"],
    ["a short secret", { secret: "x".repeat(8) + "y".repeat(23) }, "secret"],
    ["a mask", { secret: "*".repeat(40) }, "secret"],
    ["a secret and keys", { jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y" }] } }, "jwks"],
    ["a secret and an address", { jwks_uri: "https://product.example/jwks" }, "jwks_uri"],
    ["keys with a secret", { algorithm: "ES256" }, "secret"],
    ["no keys", { algorithm: "ES256", secret: undefined }, "jwks"],
    ["keys of another type", { algorithm: "RS256", secret: undefined, jwks: ecKey }, "jwks"],
    [
      "a private key",
      { algorithm: "ES256", secret: undefined, jwks: { keys: [{ ...ecKey.keys[0], d: "d" }] } },
      "jwks.keys.0",
    ],
    ["an algorithm that is none", { algorithm: "none" }, "algorithm"],
    ["another algorithm", { algorithm: "PS256" }, "algorithm"],
    ["an origin with a path", { origins: ["https://a.example/"] }, "origins.0"],
    ["any origin", { origins: ["*"] }, "origins.0"],
    ["origin null", { origins: ["null"] }, "origins.0"],
    ["no issuer", { issuer: "" }, "issuer"],
    ["an unknown field", { allow_post: true }, "body"],
    ["another mode", { user_id_mode: "both" }, "user_id_mode"],
  ])("is not taken with %s", async (_, changes, field) => {
    const answer = await put({ ...base, ...changes });
    expect([answer.status, Object.keys(answer.json.errors ?? {})]).toEqual([422, [field]]);
    expect((await operate("GET", path("main_product"))).status).toBe(404);
  });

  it.each([
    "http://product.example/jwks",
    "https://127.0.0.2.nip.io:8443/jwks",
    "https://169.254.169.254/latest",
    "https://[::ffff:7f00:1]/",
    "https://user:pw@product.example/",
    "file:///etc/passwd",
    "https://metadata.google.internal/",
  ])("SS-01 is not taken with keys at %s, and nothing is called", async (jwks_uri) => {
    const before = called.length;
    const answer = await put({ issuer: "x", algorithm: "ES256", jwks_uri });
    expect([answer.status, Object.keys(answer.json.errors ?? {})]).toEqual([422, ["jwks_uri"]]);
    expect(called.length).toBe(before);
  });

  it("names and issuers lead to one thing each: not to a provider, not to two sources", async () => {
    for (const name of ["google", "apple", "Main", "1st", "a b", "x".repeat(33)])
      expect((await put(base, encodeURIComponent(name))).status, name).toBe(422);
    await done(201, operate("PUT", `/realms/${context.realm.id}/providers/ours`, provider));
    expect((await put(base, "ours")).status).toBe(422);
    await putSource(context, "main_product", base);
    expect((await put(base, "second")).status).toBe(422);
    expect((await put({ ...base, issuer: context.realm.issuer }, "third")).status).toBe(422);
    const theirs = await operate("PUT", `/realms/${context.realm.id}/providers/telegram`, provider);
    expect(theirs.status).toBe(201);
    await putSource(context, "tele-gram", { ...base, issuer: "y" });
    expect((await operate("PUT", `/realms/${context.realm.id}/providers/tele-gram`, provider)).status).toBe(422);
  });

  it("MR-11 an outdated If-Match changes nothing", async () => {
    await putSource(context, "main_product", base);
    await put({ ...base, label: "New" });
    const answer = await operate("PUT", path("main_product"), base, { "if-match": '"1"' });
    expect([answer.status, answer.headers.get("x-error-code")]).toEqual([412, "version-outdated"]);
    expect((await operate("GET", path("main_product"))).json.label).toBe("New");
  });

  it("MR-05 goes with its links and keys: one of the same name later knows nobody", async () => {
    const product = await makeProduct(context);
    const user = await arrive(context, await product.token());
    const key = await makeKey(context, "main_product");
    expect((await operate("DELETE", path("main_product"))).status).toBe(204);
    await expectProblem(await handOver(context, await product.token()), 401, "token-issuer-unknown");
    const next = await makeProduct(context);
    const other = await arrive(context, await next.token());
    expect(other.user.quickpass_user_id).not.toBe(user.user.quickpass_user_id);
    const headers = { "x-api-key": key };
    const url = at(context, `/users/${other.user.quickpass_user_id}/accounts`);
    await expectProblem(await request(url, { headers }), 401, "api-key-invalid");
  });
});

describe("MR-05 a realm that is deleted", () => {
  it("leaves no source, key or link behind", async () => {
    const product = await makeProduct(context);
    await arrive(context, await product.token());
    await makeKey(context, "main_product");
    expect((await operate("DELETE", `/realms/${context.realm.id}`)).status).toBe(204);
    for (const table of ["sources", "api_keys", "linked_accounts"]) {
      const rows = await env.DB.prepare(`SELECT * FROM ${table} WHERE realm_id = ?`).bind(context.realm.id).all();
      expect([table, rows.results]).toEqual([table, []]);
    }
  });
});

describe("keys that a source publishes", () => {
  it("SS-03 SS-04 are asked for by its tokens only, rarely, and a new one is found", async () => {
    const host = `keys-${crypto.randomUUID()}.example`;
    const keys: Json[] = [];
    let asked = 0;
    standUp(host, () => {
      asked++;
      return Response.json({ keys });
    });
    const product = await makeKeyedProduct(context, "ES256", "main_product", { jwks_uri: `https://${host}/jwks` });
    const borrowed = await makeProduct(context, "another");
    keys.push({ ...product.jwk });
    await expectRefusals(context, [
      ["another issuer", await product.token({ iss: "unknown" }), "token-issuer-unknown"],
      ["another algorithm", await borrowed.token({ iss: product.issuer }), "token-algorithm-wrong"],
      ["another type", await product.token({}, { typ: "at+jwt" }), "token-type-wrong"],
    ]);
    expect(asked).toBe(0);
    await arrive(context, await product.token());
    await arrive(context, await product.token());
    for (let tried = 0; tried < 5; tried++)
      await expectRefusals(context, [
        ["a key that is not there", await product.token({}, { kid: `k${tried}` }), "token-signature-wrong"],
      ]);
    expect(asked).toBe(1);
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    keys.push({ ...(await exportJWK(publicKey)), kid: "new", alg: "ES256" });
    vi.setSystemTime(Date.now() + 31_000);
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ iss: product.issuer, user_id: "n", iat: now, exp: now + 60 })
      .setProtectedHeader({ alg: "ES256", kid: "new" })
      .sign(privateKey);
    await arrive(context, token);
    vi.useRealTimers();
    expect(asked).toBe(2);
  });
});
