import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, operate } from "../admin/support.ts";
import { enoughOfTheMinute } from "../support/minute.ts";
import { push } from "../support/pushed.ts";
import { introspection, issued, reread } from "../support/token-side.ts";
import { makeRealm, request, type TestClient } from "../support/world.ts";
import {
  type Answer,
  callRegister,
  clientCount,
  expectRegistrationError,
  initialToken,
  type Json,
  modest,
  registered,
} from "./support.ts";

beforeEach(() => enoughOfTheMinute());

let open: RealmContext;
beforeAll(async () => {
  open = await makeRealm({ registration: "open", rate_limits: { client_registrations_per_address_per_minute: 0 } });
});

describe("a client registers itself (RFC 7591 §3)", () => {
  it("is told all that is registered, and its secret and its token this once (§3.2.1)", async () => {
    const answer = await callRegister(open, "POST", { body: { ...modest, an_unknown_member: true } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { client_id } = answer.json;
    expect(answer.json).toEqual({
      client_id: expect.stringMatching(/^[a-z0-9]{20}$/),
      client_id_issued_at: expect.any(Number),
      client_secret: expect.stringMatching(/^gs_[\w-]{43}$/),
      client_secret_expires_at: 0,
      registration_access_token: expect.stringMatching(/^gr_[\w-]{43}$/),
      registration_client_uri: `${open.realm.issuer}/register/${client_id}`,
      client_name: "Note taker",
      redirect_uris: ["https://notes.example/callback"],
      post_logout_redirect_uris: [],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
      scope: "openid profile email offline_access",
      id_token_signed_response_alg: "RS256",
      backchannel_logout_session_required: false,
      dpop_bound_access_tokens: false,
      require_pushed_authorization_requests: false,
    });
  });

  it("and signs people in like any other, after they have agreed", async () => {
    const made = await registered(open, { grant_types: ["authorization_code", "refresh_token"] });
    const client = await open.clients.find(String(made.client_id));
    expect(client).toMatchObject({ firstParty: false, selfRegistered: true, type: "confidential", disabled: false });
    const own = { ...client, secret: String(made.client_secret) } as TestClient;
    // No consent yet: the request ends at the consent page.
    await expect(issued(open, own)).rejects.toThrow("no code: 200");
    expect(await introspection(open, own, "anything")).toEqual({ active: false });
  });

  it("MR-07 keeps hashes of the secret and the token, not the things themselves", async () => {
    const made = await registered(open);
    const row = await open.clients.store.findByClientId(String(made.client_id));
    const stored = JSON.stringify(row);
    for (const secret of [made.client_secret, made.registration_access_token]) expect(stored).not.toContain(secret);
  });

  it("a public client has no secret, and a native one may come back to its own machine (RFC 8252 §7)", async () => {
    const redirect_uris = ["http://127.0.0.1/cb", "http://localhost:33418/cb", "com.example.notes:/cb"];
    const made = await registered(open, {
      token_endpoint_auth_method: "none",
      application_type: "native",
      redirect_uris,
    });
    expect(made).not.toHaveProperty("client_secret");
    expect(made).not.toHaveProperty("client_secret_expires_at");
    expect(made).toMatchObject({ redirect_uris, application_type: "native", token_endpoint_auth_method: "none" });
  });

  it("takes null for a member that is left out, and says so much of itself as it likes", async () => {
    const about = {
      client_uri: "https://notes.example/",
      logo_uri: "https://notes.example/logo.png",
      policy_uri: "https://notes.example/privacy",
      tos_uri: "https://notes.example/terms",
      contacts: ["ops@notes.example"],
      software_id: "notes",
      software_version: "1.2",
      post_logout_redirect_uris: ["https://notes.example/bye"],
      id_token_signed_response_alg: "ES256",
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
    };
    expect(await registered(open, { ...about, jwks_uri: null, client_name: null })).toMatchObject({
      ...about,
      client_name: "notes.example",
    });
  });

  it("may be read by scripts of any origin, for clients without a server have nobody else", async () => {
    const headers = { origin: "https://notes.example" };
    const answer = await callRegister(open, "POST", { body: modest, headers });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([201, "*"]);
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("who may register (contract §1)", () => {
  const advertised = async (context: RealmContext): Promise<unknown> => {
    const response = await request(`${context.realm.issuer}/.well-known/oauth-authorization-server`);
    return ((await response.json()) as Json).registration_endpoint;
  };

  it("closed: nobody, and nothing is advertised", async () => {
    const closed = await makeRealm();
    const { token } = await initialToken(closed);
    for (const options of [{ body: modest }, { body: modest, token }])
      expectRegistrationError(await callRegister(closed, "POST", options), "not-found", 404);
    const below = await callRegister(closed, "GET", { path: "/register/someone", token });
    expectRegistrationError(below, "not-found", 404);
    expect(await advertised(closed)).toBeUndefined();
    expect(await clientCount(closed)).toBe(0);
  });

  it("open: anybody, in as many as the realm will have, however many come at once", async () => {
    const settings = { client_registrations_per_address_per_minute: 0 };
    const small = await makeRealm({ registration: "open", registration_max_clients: 5, rate_limits: settings });
    expect(await advertised(small)).toBe(`${small.realm.issuer}/register`);
    const answers = await Promise.all(Array.from({ length: 12 }, () => callRegister(small, "POST", { body: modest })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(201), ...Array(7).fill(403)]);
    expect(await clientCount(small)).toBe(5);
    const refused = answers.find(({ status }) => status === 403) as Answer;
    expectRegistrationError(refused, "registration-limit-reached", 403);
    const [kept] = await small.clients.store.list(0, 1);
    await done(200, operate("GET", `/realms/${small.realm.id}/clients/${kept?.clientId}`));
  });

  it("MR-09 token: whoever holds an initial access token, as often as it says, however many come at once", async () => {
    const context = await makeRealm({
      registration: "token",
      rate_limits: { client_registrations_per_address_per_minute: 0 },
    });
    expect(await advertised(context)).toBe(`${context.realm.issuer}/register`);
    const { token } = await initialToken(context, { uses: 3 });
    // What is refused for its contents costs no use.
    expectRegistrationError(await callRegister(context, "POST", { token, body: {} }), "invalid_redirect_uri");
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => callRegister(context, "POST", { token, body: modest })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(3).fill(201), ...Array(7).fill(401)]);
    expect(await clientCount(context)).toBe(3);
  });

  it("MR-09 a token that is wrong, spent, expired, withdrawn, another realm's or no token is none", async () => {
    const context = await makeRealm({ registration: "token" });
    const elsewhere = await initialToken(await makeRealm({ registration: "token" }));
    const withdrawn = await initialToken(context);
    await done(204, operate("DELETE", `/realms/${context.realm.id}/registration-tokens/${withdrawn.id}`));
    const row = await context.registrationTokens.insert({
      id: "expiredtokenxxxx",
      tokenHash: "a hash",
      note: null,
      usesLeft: 1,
      expiresAt: Date.now() - 1,
      createdAt: Date.now(),
    });
    expect(await context.registrationTokens.spend(row.tokenHash, Date.now())).toBe(false);
    for (const token of ["gi_invented", elsewhere.token, withdrawn.token]) {
      const answer = await callRegister(context, "POST", { token, body: modest });
      expect([answer.status, answer.json.error]).toEqual([401, "invalid_token"]);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="registration", error="invalid_token"/);
    }
    const without = await callRegister(context, "POST", { body: modest });
    expect([without.status, without.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="registration"']);
    expect(await clientCount(context)).toBe(0);
    expect((await reread(context)).realm.settings.registration).toBe("token");
  });

  it("RL-01 one address registers a bounded number a minute", async () => {
    const context = await makeRealm({
      registration: "open",
      rate_limits: { client_registrations_per_address_per_minute: 10 },
    });
    const answers: Answer[] = [];
    // One more than two minutes allow: the minute may end in between.
    for (let time = 0; time < 21; time++) answers.push(await callRegister(context, "POST", { body: modest }));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toBe("60");
    expect(await clientCount(context)).toBe(21 - refused.length);
  });

  it.each<[string, (context: RealmContext, client: Json) => Promise<number>]>([
    [
      "changes its registration",
      async (context, { client_id, registration_access_token }) => {
        const path = `/register/${client_id}`;
        const body = { ...modest, client_id };
        return (await callRegister(context, "PUT", { path, body, token: String(registration_access_token) })).status;
      },
    ],
    [
      "pushes requests",
      async (context, { client_id, client_secret }) => {
        const client = { clientId: client_id, secret: client_secret, metadata: modest } as unknown as TestClient;
        return (await push(context, client)).status;
      },
    ],
  ])("RL-01 who has registered %s a bounded number of times a minute", async (_, call) => {
    const context = await makeRealm({
      registration: "open",
      rate_limits: { client_registrations_per_address_per_minute: 10, sign_in_per_address_per_minute: 10 },
    });
    const client = await registered(context);
    const statuses: number[] = [];
    for (let time = 0; time < 21; time++) statuses.push(await call(context, client));
    expect(new Set(statuses)).toEqual(new Set([statuses[0], 429]));
    expect(statuses[0]).toBeLessThan(300);
  });
});
