import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { bareTokenRequest, expectOAuthError, isLive, issued, refresh } from "../support/token-side.ts";
import {
  basicAuth,
  formBody,
  makeClient,
  makeRealm,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

const machine = { grant_types: ["client_credentials"], scopes: ["reports"] };
const grant = { grant_type: "client_credentials" };

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, machine);
});

/** A token request whose Authorization header is written by hand. */
function withHeader(authorization: string, fields: Record<string, string | undefined> = grant): Promise<Response> {
  const init = formBody(fields);
  return request(`${context.realm.issuer}/token`, { ...init, headers: { ...init.headers, authorization } });
}

const post = (fields: Record<string, string | undefined>) => bareTokenRequest(context, { ...grant, ...fields });

describe("TOK-04 client authentication (RFC 6749 §2.3.1, OIDC Core §9)", () => {
  it("takes the secret in the header or in the body from a client that chose neither", async () => {
    expect((await withHeader(basicAuth(client))).status).toBe(200);
    expect((await post({ client_id: client.clientId, client_secret: client.secret })).status).toBe(200);
  });

  it("takes the integration id in place of the client_id", async () => {
    const clientId = String(client.integrationId);
    expect((await withHeader(basicAuth({ clientId, secret: client.secret }))).status).toBe(200);
    expect((await post({ client_id: clientId, client_secret: client.secret })).status).toBe(200);
  });

  it("decodes both halves of the header as form values, and the scheme in any case", async () => {
    const encode = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
    const pair = btoa(`${encode(client.clientId)}:${encode(client.secret)}`);
    for (const scheme of ["Basic", "basic", "BASIC"]) expect((await withHeader(`${scheme} ${pair}`)).status).toBe(200);
  });

  it("finds a secret with reserved and foreign characters in both ways of sending it", async () => {
    const secret = "50% off: a+b c&d=é😀";
    const odd = await makeClient(context, machine);
    await env.DB.prepare("update clients set secret_hash = ? where integration_id = ?")
      .bind(await sha256(secret), odd.integrationId)
      .run();
    const encoded = encodeURIComponent(secret).replaceAll("%20", "+");
    expect((await withHeader(`Basic ${btoa(`${odd.clientId}:${encoded}`)}`)).status).toBe(200);
    expect((await post({ client_id: odd.clientId, client_secret: secret })).status).toBe(200);
    await expectOAuthError(await withHeader(`Basic ${btoa(`${odd.clientId}:50% off`)}`), 401, "invalid_client");
  });

  it.each([
    ["client_secret_basic", "client_secret_post"],
    ["client_secret_post", "client_secret_basic"],
  ])("refuses a client registered for %s that uses %s", async (registered, used) => {
    const picky = await makeClient(context, { ...machine, token_endpoint_auth_method: registered });
    const right = { client_id: picky.clientId, client_secret: picky.secret };
    const inHeader = await withHeader(basicAuth(picky));
    const inBody = await post(right);
    expect([inHeader.status, inBody.status]).toEqual(used === "client_secret_post" ? [200, 401] : [401, 200]);
    await expectOAuthError(used === "client_secret_post" ? inBody : inHeader, 401, "invalid_client");
  });
});

describe("TOK-06 what is not authenticated is refused", () => {
  it("TOK-03 with 401, and a challenge when the header was used (RFC 6749 §5.2)", async () => {
    const wrong = await withHeader(basicAuth({ clientId: client.clientId, secret: "wrong" }));
    expect(wrong.headers.get("www-authenticate")).toBe('Basic realm="oauth", charset="UTF-8"');
    await expectOAuthError(wrong, 401, "invalid_client");
    const inBody = await post({ client_id: client.clientId, client_secret: "wrong" });
    expect(inBody.headers.get("www-authenticate")).toBeNull();
    await expectOAuthError(inBody, 401, "invalid_client");
  });

  const bodies: [string, () => Record<string, string | undefined>][] = [
    ["no client at all", () => ({})],
    ["client_id alone", () => ({ client_id: client.clientId })],
    ["an empty secret", () => ({ client_id: client.clientId, client_secret: "" })],
    ["the secret null", () => ({ client_id: client.clientId, client_secret: "null" })],
    ["the secret undefined", () => ({ client_id: client.clientId, client_secret: "undefined" })],
    ["the secret with a blank", () => ({ client_id: client.clientId, client_secret: `${client.secret} ` })],
    ["the secret cut short", () => ({ client_id: client.clientId, client_secret: client.secret.slice(0, -1) })],
    ["the secret's hash", () => ({ client_id: client.clientId, client_secret: client.secretHash ?? "" })],
    ["an unknown client", () => ({ client_id: "nobody-at-all", client_secret: client.secret })],
    ["a client_id in another case", () => ({ client_id: client.clientId.toUpperCase(), client_secret: client.secret })],
    ["a pattern as client_id", () => ({ client_id: "%", client_secret: client.secret })],
    ["an injection as client_id", () => ({ client_id: `${client.clientId}' or '1'='1`, client_secret: client.secret })],
    ["a secret without a client", () => ({ client_secret: client.secret })],
  ];

  it.each(bodies)("in the body: %s", async (_name, fields) => {
    await expectOAuthError(await post(fields()), 401, "invalid_client");
  });

  const headers: [string, () => string][] = [
    ["another scheme", () => `Bearer ${client.secret}`],
    ["no credentials", () => "Basic"],
    ["an empty pair", () => `Basic ${btoa(":")}`],
    ["no colon", () => `Basic ${btoa(client.clientId)}`],
    ["an empty secret", () => `Basic ${btoa(`${client.clientId}:`)}`],
    ["no base64", () => `Basic ${client.clientId}:${client.secret}`],
    ["not UTF-8", () => `Basic ${btoa(`${client.clientId}:\xff\xfe`)}`],
    ["broken percent signs", () => `Basic ${btoa(`${client.clientId}:%zz`)}`],
    ["two pairs", () => `${basicAuth(client)}, ${basicAuth(client)}`],
    ["ten thousand characters", () => `Basic ${btoa(`${client.clientId}:${"x".repeat(10_000)}`)}`],
  ];

  it.each(headers)("in the header: %s", async (_name, header) => {
    await expectOAuthError(await withHeader(header()), 401, "invalid_client");
  });

  it("TOK-01 with the secret in the query (RFC 6749 §2.3.1)", async () => {
    const query = new URLSearchParams({ client_id: client.clientId, client_secret: client.secret, ...grant });
    await expectOAuthError(
      await request(`${context.realm.issuer}/token?${query}`, formBody(grant)),
      401,
      "invalid_client",
    );
  });

  it("when the client is disabled, with the very same answer", async () => {
    const disabled = await makeClient(context, machine, { disabled: true });
    const refused = await tokenRequest(context, disabled, grant);
    const unknown = await tokenRequest(context, { ...disabled, clientId: "nobody-at-all" }, grant);
    expect(await refused.clone().text()).toBe(await unknown.clone().text());
    await expectOAuthError(refused, 401, "invalid_client");
  });

  it("UI-09 tokens of a client that was disabled are worth nothing, its user's neither", async () => {
    const web = await makeClient(context);
    const { tokens } = await issued(context, web);
    expect(await isLive(context, web, tokens.access_token)).toBe(true);
    await env.DB.prepare("update clients set disabled_at = 1 where integration_id = ?").bind(web.integrationId).run();
    context.clients.forget(web);
    await expectOAuthError(await refresh(context, web, tokens.refresh_token), 401, "invalid_client");
    const shown = await request(`${context.realm.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(shown.status).toBe(401);
  });
});

describe("TOK-05 more than one way of authenticating is refused (RFC 6749 §2.3)", () => {
  const assertion = {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: "eyJhbGciOiJub25lIn0.e30.",
  };

  it("header and body, both right", async () => {
    const fields = { ...grant, client_id: client.clientId, client_secret: client.secret };
    await expectOAuthError(await withHeader(basicAuth(client), fields), 400, "invalid_request");
  });

  it("header and assertion; body and assertion", async () => {
    await expectOAuthError(await withHeader(basicAuth(client), { ...grant, ...assertion }), 400, "invalid_request");
    const fields = { client_id: client.clientId, client_secret: client.secret, ...assertion };
    await expectOAuthError(await post(fields), 400, "invalid_request");
  });

  it("TOK-15 an assertion alone, as no client is registered for one", async () => {
    await expectOAuthError(await post({ client_id: client.clientId, ...assertion }), 401, "invalid_client");
  });

  it("a public client that sends a secret", async () => {
    const open = await makeClient(context, {}, { type: "public" });
    await expectOAuthError(await post({ client_id: open.clientId, client_secret: "x" }), 401, "invalid_client");
    await expectOAuthError(await tokenRequest(context, open, grant), 401, "invalid_client");
  });
});

describe("TOK-07 client secrets", () => {
  it("are stored hashed and nowhere in the clear (OAuth 2.1, Client Secret)", async () => {
    const row = await env.DB.prepare("select * from clients where integration_id = ?")
      .bind(client.integrationId)
      .first();
    expect(row?.secret_hash).toBe(await sha256(client.secret));
    expect(JSON.stringify(row)).not.toContain(client.secret);
  });

  it("that were right a moment ago are worth nothing once they are changed, nor in another realm", async () => {
    const changing = await makeClient(context, machine);
    for (let n = 0; n < 2; n++) expect((await withHeader(basicAuth(changing))).status).toBe(200);
    await expectOAuthError(await tokenRequest(await makeRealm(), changing, grant), 401, "invalid_client");
    const hashOf = (secret: string) =>
      env.DB.prepare("update clients set secret_hash = ? where integration_id = ?").bind(
        secret,
        changing.integrationId,
      );
    await hashOf(await sha256("another secret")).run();
    context.clients.forget(changing);
    await expectOAuthError(await withHeader(basicAuth(changing)), 401, "invalid_client");
    expect((await withHeader(basicAuth({ ...changing, secret: "another secret" }))).status).toBe(200);
    await expectOAuthError(await withHeader(basicAuth(changing)), 401, "invalid_client");
  });

  it("cannot be guessed at without end: wrong ones are answered 429 with Retry-After", async () => {
    const busy = await makeRealm({ rate_limits: { wrong_secrets_per_address_per_minute: 20 } });
    const target = await makeClient(busy, machine);
    const statuses: number[] = [];
    for (let tries = 0; tries < 60; tries++) {
      const answer = await tokenRequest(busy, { ...target, secret: `wrong-${tries}` }, grant);
      statuses.push(answer.status);
      if (answer.status !== 429) continue;
      expect(answer.headers.get("retry-after")).toBe("60");
      await expectOAuthError(answer, 429, "rate-limited");
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(20);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });
});
