import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import {
  bareTokenRequest,
  expectOAuthError,
  introspection,
  isLive,
  issued,
  objectOf,
  postAs,
  redemption,
  refresh,
  signedInUser,
  tokenAnswer,
} from "../support/token-side.ts";
import {
  formBody,
  makeClient,
  makeRealm,
  obtainCode,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
});

const revoke = (as: TestClient, token: string, fields: Record<string, string> = {}): Promise<Response> =>
  postAs(context, as, "/revoke", { token, ...fields });

/** RFC 7009 §2.2: 200, and nothing to read. */
async function expectDone(response: Response): Promise<void> {
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
  expect(response.headers.get("content-type")).toBeNull();
  expect(response.headers.get("cache-control")).toBe("no-store");
}

describe("IR-06 revocation (RFC 7009 §2)", () => {
  it("answers alike for a live, a revoked, an unknown and a malformed token", async () => {
    const { tokens } = await issued(context, client);
    for (const token of [tokens.refresh_token, tokens.refresh_token, tokens.access_token, "x", "rt.t1.e30.x", "a.b.c"])
      await expectDone(await revoke(client, token));
  });

  it("needs client authentication, of a confidential client with its secret", async () => {
    const { tokens } = await issued(context, client);
    for (const fields of [{}, { client_id: client.clientId }, { client_id: client.clientId, client_secret: "wrong" }]) {
      const init = formBody({ token: tokens.refresh_token, ...fields });
      await expectOAuthError(await request(`${context.realm.issuer}/revoke`, init), 401, "invalid_client");
    }
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
  });

  it("needs a token", async () => {
    await expectOAuthError(await postAs(context, client, "/revoke", {}), 400, "invalid_request");
  });

  it("does nothing to another client's tokens, and does not say so", async () => {
    const other = await makeClient(context);
    const { tokens } = await issued(context, client);
    await expectDone(await revoke(other, tokens.refresh_token));
    await expectDone(await revoke(other, tokens.access_token));
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
  });

  it("is open to a public client, for its own tokens", async () => {
    const open = await makeClient(context, {}, { type: "public" });
    const { cookie } = await signedInUser(context);
    const { code, verifier } = await obtainCode(context, open, cookie);
    const fields = { ...redemption(open, code, verifier), client_id: open.clientId };
    const tokens = await tokenAnswer(await bareTokenRequest(context, fields));
    const { tokens: others } = await issued(context, client);
    for (const token of [tokens.refresh_token, others.refresh_token])
      await expectDone(await request(`${context.realm.issuer}/revoke`, formBody({ token, client_id: open.clientId })));
    const again = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: open.clientId };
    await expectOAuthError(await bareTokenRequest(context, again), 400, "invalid_grant");
    expect(await isLive(context, client, others.access_token)).toBe(true);
  });
});

describe("IR-07 what dies with it (RFC 7009 §2.1)", () => {
  it("with a refresh token: its family and all access tokens of the grant", async () => {
    const { tokens } = await issued(context, client);
    const second = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    await expectDone(await revoke(client, second.refresh_token));
    for (const answer of [tokens, second]) {
      expect(await isLive(context, client, answer.access_token)).toBe(false);
      expect(await introspection(context, client, answer.refresh_token)).toEqual({ active: false });
      await expectOAuthError(await refresh(context, client, answer.refresh_token), 400, "invalid_grant");
    }
  });

  it("with a superseded refresh token: the family too", async () => {
    const { tokens } = await issued(context, client);
    const second = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    await expectDone(await revoke(client, tokens.refresh_token));
    expect(await isLive(context, client, second.access_token)).toBe(false);
    await expectOAuthError(await refresh(context, client, second.refresh_token), 400, "invalid_grant");
  });

  it("with an access token: that one only", async () => {
    const { tokens } = await issued(context, client);
    const second = await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    await expectDone(await revoke(client, tokens.access_token));
    expect(await isLive(context, client, tokens.access_token)).toBe(false);
    expect(await isLive(context, client, second.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, second.refresh_token));
  });

  it("not the session, nor the user's other grants", async () => {
    const { cookie, tokens } = await issued(context, client);
    const { code, verifier } = await obtainCode(context, client, cookie);
    const other = await tokenAnswer(await tokenRequest(context, client, redemption(client, code, verifier)));
    await expectDone(await revoke(client, tokens.refresh_token));
    expect(await isLive(context, client, other.access_token)).toBe(true);
    await obtainCode(context, client, cookie, { prompt: "none" });
  });

  it("a client's own token, until it would have died by itself", async () => {
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const grant = { grant_type: "client_credentials" };
    const one = await tokenAnswer(await tokenRequest(context, machine, grant));
    const two = await tokenAnswer(await tokenRequest(context, machine, grant));
    await expectDone(await revoke(client, one.access_token));
    expect(await introspection(context, machine, one.access_token)).toMatchObject({ active: true });
    await expectDone(await revoke(machine, one.access_token));
    await expectDone(await revoke(machine, one.access_token));
    expect(await introspection(context, machine, one.access_token)).toEqual({ active: false });
    expect(await introspection(context, machine, two.access_token)).toMatchObject({ active: true });
    const stored = await env.DB.prepare("select count(*) as count from revoked_access_tokens where realm_id = ?")
      .bind(context.realm.id)
      .first<{ count: number }>();
    expect(stored?.count).toBe(1);
  });

  it("a revoked access token stays dead until it expires, also when the object has cleaned up", async () => {
    const { user, tokens } = await issued(context, client);
    await expectDone(await revoke(client, tokens.access_token));
    travel(600);
    expect(await runDurableObjectAlarm(objectOf(context, user.id))).toBe(true);
    expect(await isLive(context, client, tokens.access_token)).toBe(false);
  });
});

describe("IR-08 IR-09 at once, whatever the hint", () => {
  it("is seen by the very next question, a hundred times", async () => {
    const { cookie } = await signedInUser(context);
    for (let round = 0; round < 100; round++) {
      const { code, verifier } = await obtainCode(context, client, cookie);
      const tokens = await tokenAnswer(await tokenRequest(context, client, redemption(client, code, verifier)));
      await revoke(client, round % 2 === 0 ? tokens.access_token : tokens.refresh_token);
      expect(await introspection(context, client, tokens.access_token)).toEqual({ active: false });
    }
  });

  it.each(["access_token", "refresh_token", "nonsense"])("with token_type_hint=%s", async (hint) => {
    const first = await issued(context, client);
    await expectDone(await revoke(client, first.tokens.refresh_token, { token_type_hint: hint }));
    await expectOAuthError(await refresh(context, client, first.tokens.refresh_token), 400, "invalid_grant");
    const second = await issued(context, client);
    await expectDone(await revoke(client, second.tokens.access_token, { token_type_hint: hint }));
    expect(await isLive(context, client, second.tokens.access_token)).toBe(false);
  });
});
