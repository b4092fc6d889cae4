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
  userinfoUrl,
} from "../support/dpop.ts";
import { expectOAuthError, redemption, signedInUser, tokenAnswer, userinfo } from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, obtainCode, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let machine: TestClient;
let client: TestClient;
let key: ProofKey;
beforeAll(async () => {
  context = await makeRealm({ dpop_nonce: "required" });
  machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
  client = await makeClient(context);
  key = await makeProofKey();
});
afterEach(() => {
  vi.useRealTimers();
});

const fields = { grant_type: "client_credentials" };
const tokenProof = (nonce?: unknown, about = context) => makeProof(key, { url: tokenUrl(about) }, { nonce });
const ask = async (nonce?: unknown) => provenTokenRequest(context, machine, fields, await tokenProof(nonce));

/** What a client learns from its first refusal. */
async function nonceOf(response: Response): Promise<string> {
  const nonce = response.headers.get("dpop-nonce") ?? "";
  // RFC 9449 §8.1: 1*NQCHAR.
  expect(nonce).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]{20,128}$/);
  return nonce;
}

async function tokensWithNonce() {
  const { cookie } = await signedInUser(context);
  const { code, verifier } = await obtainCode(context, client, cookie);
  const form = redemption(client, code, verifier);
  const refused = await provenTokenRequest(context, client, form, await tokenProof());
  await expectOAuthError(refused, 400, "use_dpop_nonce");
  const nonce = await nonceOf(refused);
  const answer = await provenTokenRequest(context, client, form, await tokenProof(nonce));
  return { nonce, tokens: await tokenAnswer(answer) };
}

describe("DP-08 nonces of the realm's (RFC 9449 §8, §9)", () => {
  it("the token endpoint asks for one, gives it, and takes it; the code is not spent by asking", async () => {
    const { tokens, nonce } = await tokensWithNonce();
    expect(tokens.token_type).toBe("DPoP");
    const next = await ask(nonce);
    expect(next.status).toBe(200);
    await nonceOf(next);
  });

  it("UserInfo asks for one by a challenge (§9), and takes it", async () => {
    const { tokens } = await tokensWithNonce();
    const accessToken = tokens.access_token;
    const about = { url: userinfoUrl(context), method: "GET", accessToken };
    const refused = await provenUserinfo(context, accessToken, await makeProof(key, about));
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "use_dpop_nonce"]);
    expect(refused.headers.get("www-authenticate")).toMatch(
      /^DPoP realm="oauth", algs="[^"]+", error="use_dpop_nonce", error_description="[^"]+", resource_metadata="[^"]+", Bearer realm="oauth"$/,
    );
    expect(await refused.json()).toMatchObject({ error: "use_dpop_nonce" });
    const nonce = await nonceOf(refused);
    const shown = await provenUserinfo(context, accessToken, await makeProof(key, { ...about, nonce }));
    expect(shown.status).toBe(200);
    await nonceOf(shown);
  });

  it("a page of the client's may read it (§8.1)", async () => {
    const init = { grant_type: "client_credentials", client_id: machine.clientId, client_secret: machine.secret };
    const form = formBody(init);
    const headers = { ...form.headers, origin: "https://partner.test", dpop: await tokenProof() };
    const refused = await request(tokenUrl(context), { ...form, headers });
    await nonceOf(refused);
    expect(refused.status).toBe(400);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://partner.test");
    expect(refused.headers.get("access-control-expose-headers")?.split(",")).toEqual(
      expect.arrayContaining(["dpop-nonce", "www-authenticate"]),
    );
    const asked = await request(userinfoUrl(context), {
      method: "OPTIONS",
      headers: { origin: "https://partner.test", "access-control-request-headers": "authorization,dpop" },
    });
    expect(asked.headers.get("access-control-allow-headers")?.split(",")).toContain("dpop");
  });

  it("refuses a nonce that the realm has not given out just now", async () => {
    const nonce = await nonceOf(await ask());
    const neighbour = await makeRealm({ dpop_nonce: "required" });
    const stranger = await makeClient(neighbour, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const foreign = await nonceOf(
      await provenTokenRequest(neighbour, stranger, fields, await tokenProof(undefined, neighbour)),
    );
    const [minute = "", keyId = "", tag = ""] = nonce.split(".");
    const wrong: Record<string, unknown> = {
      "of another realm": foreign,
      "with another minute": `${Number(minute) + 1}.${keyId}.${tag}`,
      "with another key": `${minute}.other.${tag}`,
      "with its tag cut": `${minute}.${keyId}.${tag.slice(0, -2)}`,
      "without a tag": `${minute}.${keyId}.`,
      "with more behind": `${nonce}.x`,
      "with its minute written otherwise": `0${nonce}`,
      "that is empty": "",
      "that is a number": 1,
      "that is a list": [nonce],
      "that is an object": {},
      "that is long": "x".repeat(2000),
    };
    for (const [name, text] of Object.entries(wrong)) {
      const refused = await ask(text);
      expect([name, refused.status]).toEqual([name, 400]);
      await expectOAuthError(refused, 400, "use_dpop_nonce");
      await nonceOf(refused);
    }
    expect((await ask(nonce)).status).toBe(200);
  });

  it("a nonce is good for some minutes, and a newer one comes with each answer", async () => {
    const nonce = await nonceOf(await ask());
    travel(120);
    const later = await ask(nonce);
    expect(later.status).toBe(200);
    const newer = await nonceOf(later);
    expect(newer).not.toBe(nonce);
    travel(150);
    await expectOAuthError(await ask(nonce), 400, "use_dpop_nonce");
    expect((await ask(newer)).status).toBe(200);
  });

  it("a proof that is wrong besides is refused for that", async () => {
    const wrong = await makeProof(key, { url: tokenUrl(context) }, { htm: "GET" });
    await expectOAuthError(await provenTokenRequest(context, machine, fields, wrong), 400, "invalid_dpop_proof");
  });

  it("a proof is good once with a nonce too", async () => {
    const proof = await tokenProof(await nonceOf(await ask()));
    expect((await provenTokenRequest(context, machine, fields, proof)).status).toBe(200);
    await expectOAuthError(await provenTokenRequest(context, machine, fields, proof), 400, "invalid_dpop_proof");
  });

  it("whoever sends no proof hears of no nonce", async () => {
    const answer = await provenTokenRequest(context, machine, fields);
    expect([answer.status, answer.headers.get("dpop-nonce")]).toEqual([200, null]);
    expect((await userinfo(context, "x")).headers.get("dpop-nonce")).toBeNull();
  });

  it("a realm that asks for none gives none", async () => {
    const plain = await makeRealm();
    const asks = await makeClient(plain);
    expect((await boundTokens(plain, asks, key)).tokens.token_type).toBe("DPoP");
    const machineThere = await makeClient(plain, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const answer = await provenTokenRequest(plain, machineThere, fields, await tokenProof("anything", plain));
    expect([answer.status, answer.headers.get("dpop-nonce")]).toEqual([200, null]);
  });
});
