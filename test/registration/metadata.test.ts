import { beforeAll, describe, expect, it } from "vitest";
import { defaultRealmSettings } from "../../src/config/default-realm-settings.ts";
import { signingAlgorithms } from "../../src/crypto/jwt.ts";
import { metadataProblems } from "../../src/domain/clients/metadata-problems.ts";
import { parseSelfRegistration } from "../../src/domain/clients/registration-metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { config, makeRealm } from "../support/world.ts";
import { callRegister, clientCount, expectRegistrationError, type Json, modest, registered } from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm({
    registration: "open",
    scopes: { "notes:read": "Read notes" },
    registration_scopes: ["openid", "email", "notes:read"],
    rate_limits: { client_registrations_per_address_per_minute: 0 },
  });
});

async function refused(metadata: Json, error: string): Promise<void> {
  const before = await clientCount(context);
  expectRegistrationError(await callRegister(context, "POST", { body: { ...modest, ...metadata } }), error);
  expect(await clientCount(context)).toBe(before);
}

describe("RU-06 redirect URIs that no client may register (RFC 6749 §3.1.2, RFC 8252 §7.1)", () => {
  const never = [
    "http://notes.example/cb",
    "https://notes.example/cb#fragment",
    "https://notes.example/cb#",
    "https://user@notes.example/cb",
    "https://user:secret@notes.example/cb",
    "https://*.notes.example/cb",
    "https://notes.example/*",
    "javascript:alert(1)",
    "data:text/html,hi",
    "vbscript:x",
    "file:///etc/passwd",
    "/relative",
    "notes.example/cb",
    "https://notes.example/\tcb",
    "https://notes.example\\@evil.example/",
    "https://nötes.example/cb",
    "",
  ];

  it.each(never)("%j, whatever the application calls itself", async (uri) => {
    for (const type of [{}, { token_endpoint_auth_method: "none", application_type: "native" }]) {
      await refused({ ...type, redirect_uris: [uri] }, "invalid_redirect_uri");
      await refused({ ...type, redirect_uris: ["https://notes.example/cb", uri] }, "invalid_redirect_uri");
      await refused({ ...type, post_logout_redirect_uris: [uri] }, "invalid_redirect_uri");
    }
  });

  it.each([
    ["nobody's scheme", "notes:/cb"],
    ["an application's scheme", "com.example.notes:/cb"],
  ])("a web site has no %s", async (_, uri) => {
    await refused({ redirect_uris: [uri] }, "invalid_redirect_uri");
  });

  it.each([
    ["http://127.0.0.1:8090/cb", "native"],
    ["http://[::1]/cb", "native"],
    ["http://localhost:8090/cb", "native"],
    ["https://localhost/cb", undefined],
    ["https://notes.example/cb", undefined],
  ])("%s: an application that comes back to its own machine is a native one, with a secret or without", (uri, type) => {
    for (const token_endpoint_auth_method of ["none", "client_secret_post"]) {
      const said = { redirect_uris: [uri], token_endpoint_auth_method };
      const { metadata, ...rest } = parseSelfRegistration(said, defaultRealmSettings);
      expect(metadata.application_type).toBe(type);
      expect(metadataProblems(rest.type, metadata, { ...config, development: false }, signingAlgorithms)).toEqual({});
    }
  });

  it.each([undefined, [], "https://notes.example/cb", [7], {}])(
    "none, or no list of them: %j",
    async (redirect_uris) => {
      await refused({ redirect_uris }, "invalid_redirect_uri");
    },
  );
});

describe("MR-09 what a client cannot have by asking for it (RFC 7591 §5)", () => {
  it.each<[string, Json]>([
    ["client_credentials", { grant_types: ["client_credentials"] }],
    ["token exchange", { grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"] }],
    ["the device grant", { grant_types: ["urn:ietf:params:oauth:grant-type:device_code"] }],
    ["a grant that nobody has", { grant_types: ["password"] }],
    ["no grant", { grant_types: [] }],
    ["refreshing alone", { grant_types: ["refresh_token"] }],
    ["the implicit flow", { response_types: ["token"] }],
    ["the hybrid flow", { response_types: ["code id_token"] }],
    ["no response", { response_types: [] }],
    ["a signed secret", { token_endpoint_auth_method: "client_secret_jwt" }],
    ["a certificate", { token_endpoint_auth_method: "tls_client_auth" }],
    ["a key that it does not show", { token_endpoint_auth_method: "private_key_jwt" }],
    ["JWT-02 unsigned ID tokens", { id_token_signed_response_alg: "none" }],
    ["ID tokens signed with its secret", { id_token_signed_response_alg: "HS256" }],
    ["encrypted ID tokens", { id_token_encrypted_response_alg: "RSA-OAEP" }],
    ["signed UserInfo", { userinfo_signed_response_alg: "ES256" }],
    ["pairwise subjects", { subject_type: "pairwise" }],
    ["a sector", { sector_identifier_uri: "https://notes.example/sector.json" }],
    ["scopes that it may not have alone", { scope: "roles offline_access" }],
    ["keys in two places", { jwks: { keys: [] }, jwks_uri: "https://notes.example/jwks.json" }],
    ["a name of two lines", { client_name: "Note\ntaker" }],
    ["no name", { client_name: "" }],
    ["a name without end", { client_name: "a".repeat(201) }],
    ["a logo that is a script", { logo_uri: "javascript:alert(1)" }],
    ["terms in the clear", { tos_uri: "http://notes.example/terms" }],
    ["eleven contacts", { contacts: Array(11).fill("ops@notes.example") }],
    ["a hundred and one addresses", { redirect_uris: Array(101).fill("https://notes.example/cb") }],
  ])("%s", async (name, metadata) => {
    const error = name.startsWith("a hundred") ? "invalid_redirect_uri" : "invalid_client_metadata";
    await refused(metadata, error);
  });

  it("SS-01 keys at an address that is none of a public host, and nothing is fetched", async () => {
    for (const jwks_uri of ["http://notes.example/jwks", "https://10.0.0.1/jwks", "https://metadata.google.internal/k"])
      await refused({ token_endpoint_auth_method: "private_key_jwt", jwks_uri }, "invalid_client_metadata");
  });

  it("a software statement, which nobody here could verify (§2.3)", async () => {
    await refused({ software_statement: "eyJhbGciOiJub25lIn0.e30." }, "unapproved_software_statement");
  });

  it("anything by members that are ours: they are passed over, like all that are unknown (§2)", async () => {
    const made = await registered(context, {
      first_party: true,
      scopes: ["roles"],
      type: "public",
      client_id: "mine",
      client_secret: "chosen",
      disabled: false,
      error_uris: ["https://notes.example/error"],
      origins: ["https://evil.example"],
      resources: ["https://api.example"],
      require_pkce: false,
      profile: "fapi2",
      token_exchange: { subject_clients: ["x"], audiences: [context.realm.issuer], impersonation: true },
      realm: "another",
      __proto__: { firstParty: true },
      constructor: "x",
    });
    expect([made.client_id, made.client_secret]).not.toEqual(["mine", "chosen"]);
    const client = await context.clients.find(String(made.client_id));
    expect(client).toMatchObject({ firstParty: false, type: "confidential" });
    expect(client?.metadata).toMatchObject({ error_uris: [], origins: [], require_pkce: true });
    expect(client?.metadata).not.toHaveProperty("token_exchange");
    expect(client?.metadata).not.toHaveProperty("profile");
    expect(client?.metadata.resources).toBeUndefined();
  });

  it("more scopes than the realm leaves to such clients: the answer says which it has (§3.2.1)", async () => {
    expect(await registered(context)).toMatchObject({ scope: "openid email notes:read" });
    expect(await registered(context, { scope: "notes:read roles admin" })).toMatchObject({ scope: "notes:read" });
  });

  it.each<[string, unknown]>([
    ["text", "hello"],
    ["a list", []],
    ["nothing", ""],
    ["half an object", '{"redirect_uris":'],
    ["null", "null"],
  ])("FZ-01 a body that is %s", async (_, body) => {
    const answer = await callRegister(context, "POST", { body });
    expectRegistrationError(answer, "invalid_client_metadata");
  });

  it("FZ-01 a body that is no JSON by its type, nested without end, or too long", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const asForm = await callRegister(context, "POST", { body: "client_name=x", headers: form });
    expectRegistrationError(asForm, "invalid_client_metadata");
    const nested = `${'{"a":'.repeat(200)}1${"}".repeat(200)}`;
    expectRegistrationError(await callRegister(context, "POST", { body: nested }), "invalid_client_metadata");
    const long = await callRegister(context, "POST", { body: { ...modest, extra: "x".repeat(70_000) } });
    expect(long.status).toBe(413);
  });
});
