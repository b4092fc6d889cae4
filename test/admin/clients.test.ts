import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { basicAuth, formBody, makeRealm, request } from "../support/world.ts";
import { type Answer, call, deployment, done, type Json, operate } from "./support.ts";

let context: RealmContext;
let path: string;
beforeAll(async () => {
  context = await makeRealm();
  path = `/realms/${context.realm.id}/clients`;
});

const redirect = "https://partner.example.com/callback";
const register = (body: Json) => done(201, operate("POST", path, { name: "Partner", ...body }));
const clientCount = async () =>
  (await env.DB.prepare("select count(*) as count from clients").first<{ count: number }>())?.count;

/** Whether the secret is that of the client, as the token endpoint sees it. */
async function isAccepted(clientId: unknown, secret: unknown): Promise<boolean> {
  const init = formBody({ grant_type: "client_credentials" });
  const authorization = basicAuth({ clientId: String(clientId), secret: String(secret) });
  const response = await request(`${context.realm.issuer}/token`, {
    ...init,
    headers: { ...init.headers, authorization },
  });
  return response.status !== 401;
}

const corsOf = async (origin: string) => {
  const headers = { origin, "access-control-request-method": "POST" };
  const response = await request(`${context.realm.issuer}/token`, { method: "OPTIONS", headers });
  return response.headers.get("access-control-allow-origin");
};

describe("a client", () => {
  it("is registered with what RFC 7591 gives it when nothing is said", async () => {
    const created = await operate("POST", path, { name: "Partner" });
    expect(created.headers.get("etag")).toBe('"1"');
    expect(created.json).toEqual({
      integration_id: expect.any(Number),
      client_id: expect.stringMatching(/^[a-z0-9]{20}$/),
      client_secret: expect.stringMatching(/^gs_[A-Za-z0-9_-]{43}$/),
      name: "Partner",
      type: "confidential",
      first_party: false,
      disabled: false,
      redirect_uris: [],
      error_uris: [],
      post_logout_redirect_uris: [],
      origins: [],
      grant_types: ["authorization_code", "refresh_token"],
      scopes: ["openid", "profile", "email", "phone", "address", "roles", "offline_access"],
      access_token_format: "jwt",
      id_token_signed_response_alg: "ES256",
      require_pkce: true,
      require_par: false,
      dpop_bound_access_tokens: false,
      backchannel_logout_session_required: false,
      self_registered: false,
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
  });

  it("is read back as it was registered, by either of its ids", async () => {
    const { client_secret: _, ...registered } = await register({
      redirect_uris: [redirect, `${redirect}?a=b`],
      error_uris: ["https://partner.example.com/error"],
      post_logout_redirect_uris: ["https://partner.example.com/"],
      origins: ["https://spa.example.com"],
      grant_types: ["authorization_code", "client_credentials"],
      scopes: "openid email",
      token_endpoint_auth_method: "client_secret_post",
      id_token_signed_response_alg: "RS256",
      require_pkce: false,
      logo_uri: "https://partner.example.com/logo.png",
      first_party: true,
      require_par: false,
      dpop_bound_access_tokens: false,
    });
    expect(registered.scopes).toEqual(["openid", "email"]);
    for (const id of [registered.client_id, registered.integration_id])
      expect(await done(200, operate("GET", `${path}/${id}`))).toEqual(registered);
  });

  it("that is public has no secret, and cannot be given one", async () => {
    const client = await register({
      type: "public",
      redirect_uris: ["com.example.app:/callback", "http://127.0.0.1/cb"],
    });
    expect(client).not.toHaveProperty("client_secret");
    const rotated = await operate("POST", `${path}/${client.client_id}/rotate-secret`);
    expect([rotated.status, rotated.json.code]).toEqual([409, "secret-not-used"]);
  });

  it("lets browsers call from the origins of its registered addresses, and no longer when they go", async () => {
    const client = await register({
      redirect_uris: ["https://one.example.net/cb"],
      origins: ["https://two.example.net"],
    });
    expect(await corsOf("https://one.example.net")).toBe("https://one.example.net");
    expect(await corsOf("https://two.example.net")).toBe("https://two.example.net");
    expect(await corsOf("https://three.example.net")).toBe(null);
    await done(
      200,
      operate("PATCH", `${path}/${client.client_id}`, { redirect_uris: ["https://three.example.net/cb"] }),
    );
    expect(await corsOf("https://one.example.net")).toBe(null);
    expect(await corsOf("https://two.example.net")).toBe("https://two.example.net");
    expect(await corsOf("https://three.example.net")).toBe("https://three.example.net");
    await done(204, operate("DELETE", `${path}/${client.client_id}`));
    expect(await corsOf("https://three.example.net")).toBe(null);
  });

  it("is changed member by member: what is left out stays, null brings a default back", async () => {
    const client = await register({
      redirect_uris: [redirect],
      scopes: ["openid"],
      logo_uri: "https://x.example/l.png",
    });
    const patch = (body: Json) => done(200, operate("PATCH", `${path}/${client.client_id}`, body));
    expect(await patch({ name: "Renamed" })).toMatchObject({ name: "Renamed", redirect_uris: [redirect], version: 2 });
    expect(await patch({ error_uris: ["https://partner.example.com/e"] })).toMatchObject({
      name: "Renamed",
      error_uris: ["https://partner.example.com/e"],
      scopes: ["openid"],
    });
    const reset = await patch({ scopes: null, logo_uri: null, redirect_uris: null });
    expect(reset).toMatchObject({ redirect_uris: [], scopes: expect.arrayContaining(["offline_access"]), version: 4 });
    expect(reset).not.toHaveProperty("logo_uri");
  });

  it("that is disabled gets no tokens, at once, and gets them again when it is enabled", async () => {
    const { client_id: id, client_secret: secret } = await register({ grant_types: ["client_credentials"] });
    expect(await isAccepted(id, secret)).toBe(true);
    expect(await done(200, operate("PATCH", `${path}/${id}`, { disabled: true }))).toMatchObject({ disabled: true });
    expect(await isAccepted(id, secret)).toBe(false);
    await done(200, operate("PATCH", `${path}/${id}`, { disabled: false }));
    expect(await isAccepted(id, secret)).toBe(true);
    await done(204, operate("DELETE", `${path}/${id}`));
    expect(await isAccepted(id, secret)).toBe(false);
    expect((await operate("GET", `${path}/${id}`)).status).toBe(404);
    expect((await operate("DELETE", `${path}/${id}`)).status).toBe(404);
  });

  it("is listed page by page, each once", async () => {
    const realm = await makeRealm();
    const list = `/realms/${realm.realm.id}/clients`;
    const made: unknown[] = [];
    for (let count = 0; count < 5; count++)
      made.push((await done(201, operate("POST", list, { name: `Client ${count}` }))).client_id);
    const seen: unknown[] = [];
    for (let cursor: unknown = ""; cursor !== undefined; ) {
      const page = await done(200, operate("GET", `${list}?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`));
      seen.push(...(page.clients as Json[]).map((client) => client.client_id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(made);
  });

  it("MR-11 is not changed on an outdated view of it, and of several at once one wins", async () => {
    const { client_id: id } = await register({});
    const rename = (name: string) =>
      operate("PATCH", `${path}/${id}`, { name, origins: [`https://${name}.example.org`] }, { "if-match": '"1"' });
    const answers = await Promise.all(["a", "b", "c", "d", "e"].map(rename));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 412, 412, 412, 412]);
    const client = await done(200, operate("GET", `${path}/${id}`));
    const winner = answers.find((answer) => answer.status === 200);
    expect(client.name).toBe(winner?.json.name);
    for (const name of ["a", "b", "c", "d", "e"])
      expect(await corsOf(`https://${name}.example.org`)).toBe(
        name === client.name ? `https://${name}.example.org` : null,
      );
    expect((await operate("DELETE", `${path}/${id}`, undefined, { "if-match": '"1"' })).status).toBe(412);
  });
});

describe("MR-07 TOK-07 a client's secret", () => {
  it("is shown once, kept as a hash, and in no later answer", async () => {
    const { client_id: id, integration_id, client_secret: secret } = await register({ redirect_uris: [redirect] });
    const row = await env.DB.prepare("select * from clients where client_id = ?").bind(id).first();
    expect(row?.secret_hash).toBe(await sha256(String(secret)));
    expect(JSON.stringify(row)).not.toContain(String(secret));
    const answers: Answer[] = [
      await operate("GET", path),
      await operate("GET", `${path}/${id}`),
      await operate("GET", `${path}/${integration_id}`),
      await operate("PATCH", `${path}/${id}`, { name: "Renamed" }),
      await operate("PATCH", `${path}/${id}`, { client_secret: "gs_mine" }),
      await operate("PATCH", `${path}/${id}`, { secret_hash: "x" }),
      await operate("GET", `/realms/${context.realm.id}`),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 422, 422, 200]);
    for (const { text } of answers) {
      expect(text).not.toContain(String(secret));
      expect(text).not.toContain(String(row?.secret_hash));
      expect(text).not.toContain(String(row?.sealed_secret));
      expect(text).not.toMatch(/"(?:client_secret|secret_hash|sealed_secret)"\s*:/);
    }
  });

  it("is replaced by a rotation: the old one is dead at once", async () => {
    const { client_id: id, client_secret: old } = await register({ grant_types: ["client_credentials"] });
    expect(await isAccepted(id, old)).toBe(true);
    const rotated = await done(200, operate("POST", `${path}/${id}/rotate-secret`));
    expect(rotated).toEqual({ client_id: id, client_secret: expect.stringMatching(/^gs_/) });
    expect(rotated.client_secret).not.toBe(old);
    expect(await isAccepted(id, old)).toBe(false);
    expect(await isAccepted(id, rotated.client_secret)).toBe(true);
  });

  it("rotated by several at once has one value in the end, and only its owner was told one", async () => {
    const { client_id: id } = await register({ grant_types: ["client_credentials"] });
    const answers = await Promise.all([1, 2, 3].map(() => operate("POST", `${path}/${id}/rotate-secret`)));
    const accepted = await Promise.all(
      answers.filter(({ status }) => status === 200).map(({ json }) => isAccepted(id, json.client_secret)),
    );
    expect(accepted.filter(Boolean)).toHaveLength(1);
    for (const { status } of answers) expect([200, 412]).toContain(status);
  });
});

describe("RU-06 a redirect URI", () => {
  const bad = [
    "https://partner.example.com/cb#fragment",
    "https://partner.example.com/cb#",
    "http://partner.example.com/cb",
    "http://192.168.0.1/cb",
    "http://10.0.0.1/cb",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://partner.example.com/cb",
    "https://*.example.com/cb",
    "https://partner.example.com/*",
    "/callback",
    "//partner.example.com/cb",
    "partner.example.com/cb",
    "callback",
    "",
    "https://user:pass@partner.example.com/cb",
    "https://partner.example.com@evil.example/cb",
    "https://@evil.example/",
    "https://",
    "https:///",
    "myapp:/callback",
    "myapp://callback",
    "about:blank",
    "blob:https://x.example/1",
    "https://partner.example.com/c b",
    " https://partner.example.com/cb",
    "https://partner.example.com/cb\n",
    "https://partner.example.com\\@evil.example/",
    "https://p\u0430rtner.example.com/cb",
    "https://[::1/cb",
    "urn:ietf:wg:oauth:2.0:oob",
  ];

  it.each(bad)("is refused: %j", async (uri) => {
    const before = await clientCount();
    for (const type of ["confidential", "public"]) {
      for (const field of ["redirect_uris", "error_uris", "post_logout_redirect_uris"]) {
        const answer = await operate("POST", path, { name: "Bad", type, [field]: [redirect, uri] });
        expect(answer.status, answer.text).toBe(422);
        expect(Object.keys(answer.json.errors as Json)[0]).toMatch(new RegExp(`^${field}(?:\\.1)?$`));
        if (uri !== "") expect(answer.json.code).toBe("invalid_redirect_uri");
      }
    }
    expect(await clientCount()).toBe(before);
  });

  it("is refused for a confidential client when only native apps have such ones", async () => {
    for (const uri of ["com.example.app:/cb"]) {
      const answer = await operate("POST", path, { name: "Bad", redirect_uris: [uri] });
      expect([answer.status, answer.json.code]).toEqual([422, "invalid_redirect_uri"]);
    }
  });

  it("is refused in a change as well, and then nothing is changed", async () => {
    const { client_id: id } = await register({ redirect_uris: [redirect] });
    const answer = await operate("PATCH", `${path}/${id}`, { name: "Bad", redirect_uris: ["javascript:alert(1)"] });
    expect([answer.status, answer.json.code]).toEqual([422, "invalid_redirect_uri"]);
    expect(await done(200, operate("GET", `${path}/${id}`))).toMatchObject({
      name: "Partner",
      redirect_uris: [redirect],
      version: 1,
    });
  });
});

describe("input for a client", () => {
  it.each([
    ["no name", { name: undefined }, "validation-failed", "name"],
    ["an empty name", { name: " " }, "validation-failed", "name"],
    ["a name that is drawn elsewhere", { name: "a\u2028b" }, "validation-failed", "name"],
    ["a type that does not exist", { type: "trusted" }, "validation-failed", "type"],
    ["a truth that is text", { first_party: "true" }, "validation-failed", "first_party"],
    ["redirect URIs that are one text", { redirect_uris: redirect }, "validation-failed", "redirect_uris"],
    ["101 redirect URIs", { redirect_uris: Array<string>(101).fill(redirect) }, "validation-failed", "redirect_uris"],
    [
      "a URI that is too long",
      { redirect_uris: [`${redirect}?${"a".repeat(2048)}`] },
      "validation-failed",
      "redirect_uris.0",
    ],
    ["the password grant", { grant_types: ["password"] }, "validation-failed", "grant_types.0"],
    ["the implicit grant", { grant_types: ["implicit"] }, "validation-failed", "grant_types.0"],
    ["a scope with a quote", { scopes: ['a"b'] }, "validation-failed", "scopes.0"],
    [
      "an authentication that is not offered",
      { token_endpoint_auth_method: "tls_client_auth" },
      "validation-failed",
      "token_endpoint_auth_method",
    ],
    [
      "a signature of no value",
      { id_token_signed_response_alg: "none" },
      "validation-failed",
      "id_token_signed_response_alg",
    ],
    [
      "a shared-key signature",
      { id_token_signed_response_alg: "HS256" },
      "validation-failed",
      "id_token_signed_response_alg",
    ],
    ["a logo that is a script", { logo_uri: "javascript:alert(1)" }, "validation-failed", "logo_uri"],
    ["a policy without TLS", { policy_uri: "http://x.example/" }, "validation-failed", "policy_uri"],
    ["a client_id of one's own", { client_id: "mine" }, "validation-failed", "body"],
    ["a secret of one's own", { client_secret: "mine" }, "validation-failed", "body"],
    ["a realm", { realm_id: "other" }, "validation-failed", "body"],
    ["an origin with a path", { origins: ["https://x.example/"] }, "invalid_client_metadata", "origins"],
    ["the null origin", { origins: ["null"] }, "invalid_client_metadata", "origins"],
    ["any origin", { origins: ["*"] }, "invalid_client_metadata", "origins"],
    [
      "no authentication for a secret",
      { token_endpoint_auth_method: "none" },
      "invalid_client_metadata",
      "token_endpoint_auth_method",
    ],
    [
      "a secret for a public client",
      { type: "public", token_endpoint_auth_method: "client_secret_basic" },
      "invalid_client_metadata",
      "token_endpoint_auth_method",
    ],
    [
      "a public client for itself",
      { type: "public", grant_types: ["client_credentials"] },
      "invalid_client_metadata",
      "grant_types",
    ],
    [
      "a public client without PKCE",
      { type: "public", require_pkce: false },
      "invalid_client_metadata",
      "require_pkce",
    ],
    ["refreshing nothing", { grant_types: ["refresh_token"] }, "invalid_client_metadata", "grant_types"],
  ])("is refused with %s", async (_, fault, code, field) => {
    const before = await clientCount();
    const answer = await operate("POST", path, { name: "Bad", redirect_uris: [redirect], ...fault });
    expect([answer.status, answer.json.code], answer.text).toEqual([422, code]);
    expect(Object.keys(answer.json.errors as Json)).toEqual([field]);
    expect(await clientCount()).toBe(before);
  });

  it("tells a wrong redirect URI from other faults, as RFC 7591 does", async () => {
    const uris = { redirect_uris: ["javascript:alert(1)"] };
    const both = await operate("POST", path, { name: "Bad", ...uris, origins: ["*"] });
    expect([both.json.code, Object.keys(both.json.errors as Json)]).toEqual([
      "invalid_client_metadata",
      ["redirect_uris", "origins"],
    ]);
  });

  it("does not turn a confidential client into a public one", async () => {
    const { client_id: id } = await register({});
    const answer = await operate("PATCH", `${path}/${id}`, { type: "public" });
    expect([answer.status, Object.keys(answer.json.errors as Json)]).toEqual([422, ["type"]]);
    expect((await operate("PATCH", `${path}/${id}`, { type: "confidential" })).status).toBe(200);
  });

  it.each([
    "0",
    "-1",
    "1.5",
    "1e3",
    "999999999999999",
    "9".repeat(40),
    "a",
    "a".repeat(65),
    "' OR 1=1--",
    "%25",
    "..",
    "\u0000",
  ])("FZ-05 finds no client called %j", async (reference) => {
    const answer = await call(deployment, "GET", `${path}/${encodeURIComponent(reference)}`);
    expect(answer.status, answer.text).toBe(404);
  });
});
