import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import {
  boundTokens,
  makeProof,
  makeProofKey,
  type ProofKey,
  provenTokenRequest,
  provenUserinfo,
  tokenUrl,
  userinfoByKey,
  userinfoUrl,
} from "../support/dpop.ts";
import { expectOAuthError, objectOf, postAs, redemption, signedInUser, tokenAnswer } from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, type TestClient } from "../support/world.ts";

let context: RealmContext;
let machine: TestClient;
let client: TestClient;
let key: ProofKey;
let other: ProofKey;
beforeAll(async () => {
  context = await makeRealm();
  machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
  client = await makeClient(context);
  [key, other] = await Promise.all([makeProofKey(), makeProofKey()]);
});
afterEach(() => {
  vi.useRealTimers();
});

const asMachine = (proof: string, as = machine) =>
  provenTokenRequest(context, as, { grant_type: "client_credentials" }, proof);
const userinfoProof = (accessToken: string, by = key, claims: Record<string, unknown> = {}) =>
  makeProof(by, { url: userinfoUrl(context), method: "GET", accessToken }, claims);

async function expectOneOf(count: number, ask: () => Promise<Response>, refused: number): Promise<void> {
  const answers = await Promise.all(Array.from({ length: count }, ask));
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array.from({ length: count - 1 }, () => refused)]);
  for (const answer of answers)
    if (answer.status !== 200) expect(answer.headers.get("x-error-code")).toBe("invalid_dpop_proof");
}

describe("DP-04 a proof is good once (RFC 9449 §11.1)", () => {
  it("lets one of fifty parallel uses through at the token endpoint", async () => {
    const proof = await makeProof(key, { url: tokenUrl(context) });
    await expectOneOf(50, () => asMachine(proof), 400);
    await expectOAuthError(await asMachine(proof), 400, "invalid_dpop_proof");
  });

  it("lets one of fifty parallel uses through at UserInfo", async () => {
    const { tokens } = await boundTokens(context, client, key);
    const proof = await userinfoProof(tokens.access_token);
    await expectOneOf(50, () => provenUserinfo(context, tokens.access_token, proof), 401);
    expect((await provenUserinfo(context, tokens.access_token, proof)).status).toBe(401);
    expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);
  });

  it("takes no second proof of the same name, be it about something else", async () => {
    const first = await makeProof(key, { url: tokenUrl(context) }, { jti: "the same" });
    const second = await makeProof(key, { url: tokenUrl(context) }, { jti: "the same", more: 1 });
    expect((await asMachine(first)).status).toBe(200);
    expect(second).not.toBe(first);
    await expectOAuthError(await asMachine(second), 400, "invalid_dpop_proof");
  });

  it("takes no second signature for the first one (s and n - s are both right for ECDSA)", async () => {
    const proof = await makeProof(key, { url: tokenUrl(context) });
    expect((await asMachine(proof)).status).toBe(200);
    const turned = otherSignature(proof);
    expect(turned).not.toBe(proof);
    await expectOAuthError(await asMachine(turned), 400, "invalid_dpop_proof");
    const { tokens } = await boundTokens(context, client, key);
    const shown = await userinfoProof(tokens.access_token);
    expect((await provenUserinfo(context, tokens.access_token, shown)).status).toBe(200);
    expect((await provenUserinfo(context, tokens.access_token, otherSignature(shown))).status).toBe(401);
    const unused = otherSignature(await makeProof(key, { url: tokenUrl(context) }));
    expect((await asMachine(unused)).status).toBe(200);
  });

  it("two keys may choose the same name", async () => {
    const claims = { jti: "1" };
    for (const by of [key, other])
      expect((await asMachine(await makeProof(by, { url: tokenUrl(context) }, claims))).status).toBe(200);
    for (const by of [key, other]) {
      const { tokens } = await boundTokens(context, client, by);
      const shown = await provenUserinfo(
        context,
        tokens.access_token,
        await userinfoProof(tokens.access_token, by, claims),
      );
      expect(shown.status).toBe(200);
    }
  });

  it("one that was not looked at, because the client did not prove itself, is still good", async () => {
    const proof = await makeProof(key, { url: tokenUrl(context) });
    await expectOAuthError(await asMachine(proof, { ...machine, secret: "wrong" }), 401, "invalid_client");
    expect((await asMachine(proof)).status).toBe(200);
  });

  it("one that came with a dead token is still good: a thief who has no token spends nothing", async () => {
    const { tokens } = await boundTokens(context, client, key);
    await postAs(context, client, "/revoke", { token: tokens.access_token });
    const proof = await userinfoProof(tokens.access_token);
    for (let i = 0; i < 2; i++) {
      const refused = await provenUserinfo(context, tokens.access_token, proof);
      expect(refused.headers.get("x-error-code")).toBe("access-token-invalid");
    }
  });

  it("one that came with a code whose redemption failed is still good, and so is the code", async () => {
    const { cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, client, cookie);
    const fields = redemption(client, code, verifier);
    const proof = await makeProof(key, { url: tokenUrl(context) });
    const wrong = { ...fields, code_verifier: "x".repeat(43) };
    await expectOAuthError(await provenTokenRequest(context, client, wrong, proof), 400, "invalid_grant");
    await tokenAnswer(await provenTokenRequest(context, client, fields, proof));
  });

  it("is good for a minute around its iat and no longer, used or not", async () => {
    const used = await makeProof(key, { url: tokenUrl(context) });
    const unused = await makeProof(key, { url: tokenUrl(context) });
    const early = await makeProof(key, { url: tokenUrl(context) }, { iat: Math.floor(Date.now() / 1000) + 118 });
    expect((await asMachine(used)).status).toBe(200);
    travel(59);
    await expectOAuthError(await asMachine(used), 400, "invalid_dpop_proof");
    expect((await asMachine(early)).status).toBe(200);
    travel(2);
    await expectOAuthError(await asMachine(unused), 400, "invalid_dpop_proof");
    // Of the one from the future the mark has to last longer.
    for (let seconds = 0; seconds < 120; seconds += 30) {
      await expectOAuthError(await asMachine(early), 400, "invalid_dpop_proof");
      travel(30);
    }
  });

  it("the marks of the spent go when their proofs are too old anyway", async () => {
    const { user, tokens } = await boundTokens(context, client, key);
    for (let i = 0; i < 5; i++) expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);
    const object = objectOf(context, user.id);
    const marks = () =>
      runInDurableObject(object, (_, { storage }) =>
        storage.sql.exec("SELECT id FROM spent WHERE id LIKE 'dpop|%'").toArray(),
      );
    // One of the code, five of the access token.
    expect(await marks()).toHaveLength(6);
    travel(130);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await marks()).toEqual([]);
  });
});

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature that the same key gives the same text: r, n - s. */
function otherSignature(jws: string): string {
  const [header, payload, signature = ""] = jws.split(".");
  const bytes = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const s = BigInt(`0x${[...bytes.subarray(32)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
  const turned = (order - s).toString(16).padStart(64, "0");
  for (let i = 0; i < 32; i++) bytes[32 + i] = Number.parseInt(turned.slice(2 * i, 2 * i + 2), 16);
  const text = btoa(String.fromCharCode(...bytes));
  return `${header}.${payload}.${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
