import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { assertionFields, type ClientKey, makeAssertion, makeKey } from "../support/assertions.ts";
import { travel } from "../support/clock.ts";
import { bareTokenRequest, expectOAuthError, tokenAnswer } from "../support/token-side.ts";
import { called, standUp, stubInternet } from "../support/upstream.ts";
import { makeClient, makeRealm, type TestClient } from "../support/world.ts";

let context: RealmContext;
let first: ClientKey;
let second: ClientKey;
beforeAll(async () => {
  // Many wrong assertions in a minute: the limit for them is not what is tried here.
  context = await makeRealm({ rate_limits: { wrong_secrets_per_address_per_minute: 10_000 } });
  [first, second] = [await makeKey("ES256"), await makeKey("ES256")];
  stubInternet();
});
beforeEach(() => {
  called.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** A client whose keys stand at an address of its own; `answer` is what stands there. */
async function publishing(answer: () => Response | Promise<Response>): Promise<TestClient> {
  const host = `keys-${randomHandle(6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}.example.com`;
  standUp(host, answer);
  return makeClient(context, {
    grant_types: ["client_credentials"],
    scopes: ["reports"],
    token_endpoint_auth_method: "private_key_jwt",
    jwks_uri: `https://${host}/jwks`,
  });
}

const setOf = (...keys: ClientKey[]) => Response.json({ keys: keys.map(({ publicJwk }) => publicJwk) });

async function present(client: TestClient, key: ClientKey, header: Record<string, unknown> = {}): Promise<Response> {
  const assertion = await makeAssertion(context, client, key, {}, header);
  return bareTokenRequest(context, { grant_type: "client_credentials", ...assertionFields(assertion) });
}

describe("TOK-08 keys that a client publishes (jwks_uri, RFC 7591 §2)", () => {
  it("are read once and kept", async () => {
    const client = await publishing(() => setOf(first));
    for (let times = 0; times < 3; times++) await tokenAnswer(await present(client, first));
    expect(called).toEqual([client.metadata.jwks_uri]);
  });

  it("are read once for many who come at the same time", async () => {
    const client = await publishing(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return setOf(first);
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => present(client, first)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(called).toHaveLength(1);
  });

  it("are read again when one is missing, but not for every guess", async () => {
    let published = [first];
    const client = await publishing(() => setOf(...published));
    await tokenAnswer(await present(client, first));
    published = [first, second];
    for (let times = 0; times < 10; times++)
      await expectOAuthError(await present(client, second, { kid: `guess-${times}` }), 401, "invalid_client");
    expect(called).toHaveLength(1);
    travel(31);
    await tokenAnswer(await present(client, second));
    await tokenAnswer(await present(client, first));
    await expectOAuthError(await present(client, second, { kid: "another guess" }), 401, "invalid_client");
    expect(called).toHaveLength(2);
  });

  it("go on being good while a guess has them read again, however long that takes", async () => {
    let answer: () => Response | Promise<Response> = () => setOf(first);
    const client = await publishing(() => answer());
    await tokenAnswer(await present(client, first));
    travel(31);
    const { promise, resolve } = Promise.withResolvers<Response>();
    answer = () => promise;
    let isGuessAnswered = false;
    const guess = present(client, second, { kid: "guess" }).finally(() => {
      isGuessAnswered = true;
    });
    await vi.waitFor(() => expect(called).toHaveLength(2));
    await tokenAnswer(await present(client, first));
    expect(isGuessAnswered).toBe(false);
    resolve(setOf(first));
    await expectOAuthError(await guess, 401, "invalid_client");
  });

  it("are worth nothing once they were taken back", async () => {
    let published = [first];
    const client = await publishing(() => setOf(...published));
    await tokenAnswer(await present(client, first));
    published = [second];
    travel(601);
    await expectOAuthError(await present(client, first), 401, "invalid_client");
    await tokenAnswer(await present(client, second));
  });

  it("are not asked for by an assertion that is wrong in itself", async () => {
    const client = await publishing(() => setOf(first));
    const late = await makeAssertion(context, client, first, { exp: 1 });
    const answer = await bareTokenRequest(context, { grant_type: "client_credentials", ...assertionFields(late) });
    await expectOAuthError(answer, 401, "invalid_client");
    expect(called).toEqual([]);
  });

  const failures: [string, () => Response | Promise<Response>][] = [
    ["an address that does not answer", () => Promise.reject(new TypeError("connection refused"))],
    ["a server that fails", () => new Response("down", { status: 500 })],
    ["a redirect", () => Response.redirect("https://else.example.com/jwks")],
    ["no JSON", () => new Response("<html>")],
    ["no key set", () => Response.json({ keys: "none" })],
    ["keys that are none", () => Response.json({ keys: [null, 1, "x", {}, { kty: "EC" }] })],
    ["an empty set", () => Response.json({ keys: [] })],
    ["seventeen kilobytes", () => Response.json({ keys: [{ ...first.publicJwk, more: "x".repeat(17 * 1024) }] })],
    ["a private key", () => Response.json({ keys: [{ ...first.publicJwk, d: first.privateJwk.d }] })],
    ["a shared secret", () => Response.json({ keys: [{ kty: "oct", k: "c2VjcmV0", kid: first.publicJwk.kid }] })],
  ];

  it.each(failures)("refuses the client when it finds %s, and asks no more than once", async (_name, answer) => {
    const client = await publishing(answer);
    for (let times = 0; times < 3; times++) await expectOAuthError(await present(client, first), 401, "invalid_client");
    expect(called).toEqual([client.metadata.jwks_uri]);
  });

  it("passes over keys it cannot use", async () => {
    const odd = [{ kty: "EC", crv: "P-256", x: "AA", y: "AA" }, { kty: "RSA", n: "AQAB", e: "AQAB" }, null];
    const client = await publishing(() => Response.json({ keys: [...odd, first.publicJwk] }));
    await tokenAnswer(await present(client, first, { kid: undefined }));
  });
});
