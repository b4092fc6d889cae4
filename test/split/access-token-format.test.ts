import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import { tokenExchangeGrant } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { decodeBase64Url, encodeBase64Url } from "../../src/lib/base64url.ts";
import { kvKeys } from "../../src/storage/kv/keys.ts";
import { travel } from "../support/clock.ts";
import { boundTokens, makeProofKey, provenUserinfo, userinfoByKey } from "../support/dpop.ts";
import { spoiled } from "../support/spoiled.ts";
import { introspection, issued, postAs, refresh, tokenAnswer, userinfo } from "../support/token-side.ts";
import { basicAuth, formBody, makeClient, makeRealm, type TestClient, tokenRequest } from "../support/world.ts";
import { requestWith } from "../surfaces/faulty-stores.ts";

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { access_token_format: "split" });
});
afterEach(() => void vi.useRealTimers());

const opaque = /^[A-Za-z0-9_-]{86}$/;

/** What KV holds for the token. */
const kept = async (token: string, realmId = context.realm.id): Promise<Record<string, string>> => {
  const value = await env.GRANTS.get(kvKeys.splitToken(realmId, await sha256(token)));
  return JSON.parse(value ?? "{}") as Record<string, string>;
};

async function refusedWith(response: Response, code: string): Promise<void> {
  expect(response.status).toBe(401);
  expect(response.headers.get("x-error-code")).toBe(code);
  expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
}

/** (r, n - s) signs whatever (r, s) does: what is signed must not be found by it. */
function twinOf(signature: string): string {
  const bytes = decodeBase64Url(signature) ?? new Uint8Array();
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = order - BigInt(`0x${[...bytes.subarray(32)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
  const half = s.toString(16).padStart(64, "0").match(/../g) ?? [];
  return encodeBase64Url(Uint8Array.from([...bytes.subarray(0, 32), ...half.map((pair) => Number.parseInt(pair, 16))]));
}

describe("an access token that is the signature of a JWT (contract §4)", () => {
  it("S4.1 JWT-10 the client gets the signature, KV what it signs, and neither the whole", async () => {
    const { tokens, user } = await issued(context, client);
    expect(tokens.access_token).toMatch(opaque);
    expect(tokens.token_type).toBe("Bearer");
    const entry = await kept(tokens.access_token);
    expect(entry).toEqual({ type: "split-token", realmId: context.realm.id, input: entry.input });
    expect(entry.input).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    expect(JSON.stringify(entry)).not.toContain(tokens.access_token);
    const payload = JSON.parse(
      atob((entry.input ?? "").split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""),
    );
    expect([payload.iss, payload.sub, payload.client_id]).toEqual([
      context.realm.issuer,
      String(user.id),
      client.clientId,
    ]);
    // Glued, it is the JWT that others get.
    expect((await userinfo(context, `${entry.input}.${tokens.access_token}`)).status).toBe(200);
  });

  it("JWT-01 the ID token's at_hash is of what the client holds (OIDC Core §3.1.3.6)", async () => {
    const { tokens } = await issued(context, client);
    const digest = decodeBase64Url(await sha256(tokens.access_token)) ?? new Uint8Array();
    const claims = JSON.parse(atob(tokens.id_token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""));
    expect(claims.at_hash).toBe(encodeBase64Url(digest.subarray(0, 16)));
  });

  it("is taken wherever access tokens are: UserInfo, introspection, revocation, token exchange (RFC 7662, RFC 7009, RFC 8693)", async () => {
    const { tokens, user } = await issued(context, client);
    expect(await (await userinfo(context, tokens.access_token)).json()).toMatchObject({ sub: String(user.id) });
    expect(await introspection(context, client, tokens.access_token)).toMatchObject({
      active: true,
      sub: String(user.id),
    });
    const exchanger = await makeClient(context, {
      grant_types: [tokenExchangeGrant],
      token_exchange: { subject_clients: [client.clientId], audiences: [context.realm.issuer] },
      access_token_format: "split",
    });
    const exchange = await tokenRequest(context, exchanger, {
      grant_type: tokenExchangeGrant,
      subject_token: tokens.access_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    });
    const { access_token: exchanged } = await tokenAnswer(exchange);
    expect(exchanged).toMatch(opaque);
    expect((await userinfo(context, exchanged)).status).toBe(200);
    expect((await postAs(context, client, "/revoke", { token: tokens.access_token })).status).toBe(200);
    await refusedWith(await userinfo(context, tokens.access_token), "access-token-invalid");
    expect(await introspection(context, client, tokens.access_token)).toEqual({ active: false });
  });

  it("RT-05 a refresh gives a new one; the answer to a lost refresh is as good", async () => {
    const { tokens } = await issued(context, client);
    const first = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    const again = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    expect(again.refresh_token).toBe(first.refresh_token);
    for (const { access_token } of [tokens, first, again]) {
      expect(access_token).toMatch(opaque);
      expect((await userinfo(context, access_token)).status).toBe(200);
    }
    expect(new Set([tokens.access_token, first.access_token, again.access_token]).size).toBe(3);
  });

  it("TOK-11 a client's own token may be one too (RFC 6749 §4.4)", async () => {
    const machine = await makeClient(context, {
      grant_types: ["client_credentials"],
      scopes: ["reports"],
      access_token_format: "split",
    });
    const { access_token } = await tokenAnswer(
      await tokenRequest(context, machine, { grant_type: "client_credentials" }),
    );
    expect(access_token).toMatch(opaque);
    expect(await introspection(context, machine, access_token)).toMatchObject({ active: true, sub: machine.clientId });
  });

  it("DP-05 bound to a key, it needs a proof over what the client holds (RFC 9449 §4.3)", async () => {
    const key = await makeProofKey();
    const { tokens } = await boundTokens(context, client, key);
    expect(tokens.access_token).toMatch(opaque);
    expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
    expect((await provenUserinfo(context, tokens.access_token)).status).toBe(401);
    const { input = "" } = await kept(tokens.access_token);
    const proven = await userinfoByKey(context, `${input}.${tokens.access_token}`, key);
    expect(proven.status).toBe(200);
  });

  it("S4.7 an expired one is told from one that never was, for a day", async () => {
    const { tokens } = await issued(context, client);
    travel(context.realm.settings.access_token_ttl_seconds + 1);
    await refusedWith(await userinfo(context, tokens.access_token), "access-token-expired");
    await refusedWith(await userinfo(context, "A".repeat(86)), "access-token-invalid");
  });

  it("JWT-03 its twin, cut, lengthened or from another realm it is none", async () => {
    const { tokens } = await issued(context, client);
    const token = tokens.access_token;
    const other = await makeRealm();
    const wrong = [twinOf(token), token.slice(1), `${token}A`, spoiled(token), `.${token}`, `..${token}`];
    for (const text of wrong) await refusedWith(await userinfo(context, text), "access-token-invalid");
    await refusedWith(await userinfo(other, token), "access-token-invalid");
    // Even with the realm's other half put where the neighbour looks for it.
    const { input = "" } = await kept(token);
    const planted = JSON.stringify({ type: "split-token", realmId: other.realm.id, input });
    await env.GRANTS.put(kvKeys.splitToken(other.realm.id, await sha256(token)), planted);
    await refusedWith(await userinfo(other, token), "access-token-invalid");
    expect((await userinfo(context, token)).status).toBe(200);
    // The twin signs the same, and would be taken if it were found.
    expect((await userinfo(context, `${input}.${twinOf(token)}`)).status).toBe(200);
  });

  it("RE-04 a refresh whose token KV did not take may be repeated: 503, then the tokens", async () => {
    const { tokens } = await issued(context, client);
    const failing = (binding: string, operation: string) =>
      binding === "GRANTS" && operation === "put" ? new Error("KV is away") : null;
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const init = formBody({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    const headers = { ...init.headers, authorization: basicAuth(client) };
    const lost = await requestWith(context, failing, `${context.realm.issuer}/token`, { ...init, headers });
    expect([lost.status, await lost.text()]).toEqual([503, expect.not.stringContaining('access_token"')]);
    log.mockRestore();
    const again = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    expect((await userinfo(context, again.access_token)).status).toBe(200);
  });

  it("RE-06 without an answer from KV nothing is said about it: 503", async () => {
    const { tokens } = await issued(context, client);
    const failing = (binding: string, operation: string) =>
      binding === "GRANTS" && operation === "get" ? new Error("KV is away") : null;
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const url = `${context.realm.issuer}/userinfo`;
    const init = { headers: { authorization: `Bearer ${tokens.access_token}` } };
    const response = await requestWith(context, failing, url, init);
    expect([response.status, response.headers.get("x-error-code")]).toEqual([503, "temporarily_unavailable"]);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(log.mock.calls.join(" ")).not.toContain(tokens.access_token);
    log.mockRestore();
    expect((await userinfo(context, tokens.access_token)).status).toBe(200);
  });
});
