import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  boundTokens,
  makeProof,
  makeProofKey,
  type ProofKey,
  provenTokenRequest,
  tokenUrl,
  userinfoByKey,
  userinfoUrl,
} from "../support/dpop.ts";
import { expectOAuthError, tokenAnswer } from "../support/token-side.ts";
import { basicAuth, formBody, makeClient, makeRealm, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let machine: TestClient;
let client: TestClient;
let key: ProofKey;
beforeAll(async () => {
  context = await makeRealm();
  machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
  client = await makeClient(context);
  key = await makeProofKey();
});

const origin = (): string => context.realm.issuer;

/** Sent to `address`, with a proof about `htu`. */
async function ask(address: string, htu: string, headers: Record<string, string> = {}): Promise<Response> {
  const init = formBody({ grant_type: "client_credentials" });
  const dpop = await makeProof(key, { url: htu });
  const all = { ...(init.headers as Record<string, string>), authorization: basicAuth(machine), dpop, ...headers };
  return request(address, { ...init, headers: all });
}

describe("DP-09 htu is compared with the address as the world knows it (RFC 9449 §4.3, CVE-2026-33495)", () => {
  const claims: [name: string, headers: Record<string, string>, htu: () => string][] = [
    ["X-Forwarded-Proto", { "x-forwarded-proto": "http" }, () => tokenUrl(context).replace("https", "http")],
    ["X-Forwarded-Host", { "x-forwarded-host": "evil.test" }, () => "https://evil.test/token"],
    ["X-Forwarded-Port", { "x-forwarded-port": "8443" }, () => `${origin()}:8443/token`],
    ["X-Forwarded-Prefix", { "x-forwarded-prefix": "/api" }, () => `${origin()}/api/token`],
    ["Forwarded", { forwarded: "host=evil.test;proto=https" }, () => "https://evil.test/token"],
    ["X-Original-URL", { "x-original-url": "/userinfo" }, () => `${origin()}/userinfo`],
    ["X-Rewrite-URL", { "x-rewrite-url": "/userinfo" }, () => `${origin()}/userinfo`],
    ["X-Host", { "x-host": "evil.test" }, () => "https://evil.test/token"],
  ];

  it.each(claims)("whatever %s says", async (_name, headers, htu) => {
    await expectOAuthError(await ask(tokenUrl(context), htu(), headers), 400, "invalid_dpop_proof");
    expect((await tokenAnswer(await ask(tokenUrl(context), tokenUrl(context), headers))).token_type).toBe("DPoP");
  });

  it("whatever port and scheme the caller found its way by", async () => {
    for (const address of [
      tokenUrl(context).replace("/token", ":9999/token"),
      tokenUrl(context).replace("https", "http"),
    ]) {
      await expectOAuthError(await ask(address, address), 400, "invalid_dpop_proof");
      await tokenAnswer(await ask(address, tokenUrl(context)));
    }
  });

  it("on each domain of the realm it is the address that was called, on no other's behalf", async () => {
    for (const host of context.realm.hosts) {
      const address = `https://${host}/token`;
      await tokenAnswer(await ask(address, address));
      for (const elsewhere of context.realm.hosts.filter((other) => other !== host))
        await expectOAuthError(await ask(address, `https://${elsewhere}/token`), 400, "invalid_dpop_proof");
    }
  });

  it("at each place where the endpoint stands it is that place", async () => {
    const places = ["/token", "/v1/token", "/api/auth/v1/oauth/token"].map((path) => `${origin()}${path}`);
    for (const place of places)
      for (const named of places) {
        const answer = await ask(place, named);
        expect([place, named, answer.status]).toEqual([place, named, place === named ? 200 : 400]);
      }
  });

  it("the query of the request is not part of it", async () => {
    await tokenAnswer(await ask(`${tokenUrl(context)}?a=b`, tokenUrl(context)));
    const { tokens } = await boundTokens(context, client, key);
    const accessToken = tokens.access_token;
    const dpop = await makeProof(key, { url: userinfoUrl(context), method: "GET", accessToken });
    const headers = { authorization: `DPoP ${accessToken}`, dpop };
    expect((await request(`${userinfoUrl(context)}?access_token=x`, { headers })).status).toBe(200);
  });
});

describe("MR-01 DPoP of another realm", () => {
  it("its proofs are not good here, and its tokens neither", async () => {
    const neighbour = await makeRealm();
    const theirs = await makeClient(neighbour);
    const { tokens } = await boundTokens(neighbour, theirs, key);
    await expectOAuthError(await ask(tokenUrl(context), tokenUrl(neighbour)), 400, "invalid_dpop_proof");
    const refused = await userinfoByKey(context, tokens.access_token, key);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([401, "access-token-invalid"]);
    expect((await userinfoByKey(neighbour, tokens.access_token, key)).status).toBe(200);
    const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const proof = await makeProof(key, { url: tokenUrl(context) });
    await expectOAuthError(await provenTokenRequest(context, client, fields, proof), 400, "invalid_grant");
  });

  it("one name of a proof may be used in each realm", async () => {
    const neighbour = await makeRealm();
    const there = await makeClient(neighbour, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const fields = { grant_type: "client_credentials" };
    for (const [realm, as] of [[context, machine] as const, [neighbour, there] as const]) {
      const proof = await makeProof(key, { url: tokenUrl(realm) }, { jti: "shared" });
      await tokenAnswer(await provenTokenRequest(realm, as, fields, proof));
      await expectOAuthError(await provenTokenRequest(realm, as, fields, proof), 400, "invalid_dpop_proof");
    }
  });
});
