import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { clientOfAddress } from "../../src/domain/clients/client-document.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorize, type Json, nextHost, standUpClient, unlimited } from "../support/client-documents.ts";
import { bareTokenRequest, signedInUser, tokenAnswer, userinfo } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeRealm, obtainCode, request } from "../support/world.ts";

let context: RealmContext;
beforeAll(async () => {
  stubInternet();
  context = await makeRealm({ client_id_metadata_documents: "on", rate_limits: unlimited });
});

const read = (address: string, realm = context, beforeFetch = () => Promise.resolve()) =>
  clientOfAddress(realm, address, beforeFetch);

const advertised = async (realm: RealmContext) => {
  const response = await request(`${realm.realm.issuer}/.well-known/oauth-authorization-server`);
  return ((await response.json()) as Json).client_id_metadata_document_supported;
};

describe("a client that is known by its document (draft-ietf-oauth-client-id-metadata-document)", () => {
  it("asks for consent under its own host, and has what people agree to", async () => {
    expect(await advertised(context)).toBe(true);
    const { client, host, address, fetches } = standUpClient();
    const { cookie, user } = await signedInUser(context);
    const page = await authorize(context, client, cookie);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain(`<bdi id="consent-client-host">${host}</bdi>`);
    await context.objects.call(user.id, (object) =>
      object.addConsent(address, ["openid", "profile", "email", "offline_access"]),
    );
    const { code, verifier } = await obtainCode(context, client, cookie);
    const fields = {
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: client.metadata.redirect_uris[0],
      client_id: address,
    };
    const tokens = await tokenAnswer(await bareTokenRequest(context, fields));
    expect(decodeJwt(tokens.access_token)).toMatchObject({ client_id: address, sub: String(user.id) });
    expect(decodeJwt(tokens.id_token).aud).toBe(address);
    const shown = await userinfo(context, tokens.access_token);
    expect(await shown.json()).toMatchObject({ sub: String(user.id), email: user.email });
    const again = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: address };
    await tokenAnswer(await bareTokenRequest(context, again));
    expect(fetches()).toBe(1);
  });

  it("MR-09 is third-party and a stranger's, whatever it says of itself", async () => {
    const { address } = standUpClient({
      first_party: true,
      scope: "openid roles",
      token_exchange: { subject_clients: ["x"], audiences: ["y"] },
      error_uris: ["https://notes.example/"],
      grant_types: ["authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"],
    });
    const client = await read(address);
    expect(client).toMatchObject({ firstParty: false, selfRegistered: true, type: "public", clientId: address });
    expect(client?.metadata).toMatchObject({ scopes: ["openid"], error_uris: [], grant_types: ["authorization_code"] });
    expect(client?.metadata).not.toHaveProperty("token_exchange");
  });

  it("may have keys, inline or on its own origin", async () => {
    const { address, host } = standUpClient({
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri: `https://${nextHost()}/jwks.json`,
    });
    expect(await read(address)).toMatchObject({
      type: "confidential",
      metadata: { token_endpoint_auth_method: "private_key_jwt", jwks_uri: `https://${host}/jwks.json` },
    });
  });

  it("META-10 may call the token endpoint from its pages: there any origin may be a client's, without credentials", async () => {
    const asked = (realm: RealmContext) =>
      request(`${realm.realm.issuer}/token`, {
        method: "OPTIONS",
        headers: { origin: "https://notes.example.com", "access-control-request-method": "POST" },
      });
    const allowed = (await asked(context)).headers;
    expect(allowed.get("access-control-allow-origin")).toBe("https://notes.example.com");
    expect(allowed.get("access-control-allow-credentials")).toBeNull();
    expect((await asked(await makeRealm())).headers.get("access-control-allow-origin")).toBeNull();
  });

  it("is nobody where the realm does not take such clients: nothing is fetched, nothing advertised", async () => {
    const closed = await makeRealm();
    const { client, fetches } = standUpClient();
    const answer = await authorize(closed, client);
    expect([answer.status, answer.headers.get("x-error-code")]).toEqual([400, "invalid_client"]);
    expect([fetches(), await advertised(closed)]).toEqual([0, undefined]);
  });

  it("nor where the realm names hosts, and this is none of them", async () => {
    const one = standUpClient();
    const other = standUpClient();
    const choosy = await makeRealm({ client_id_metadata_documents: "on", client_id_metadata_hosts: [one.host] });
    expect((await read(one.address, choosy))?.clientId).toBe(one.address);
    expect(await read(other.address, choosy)).toBeNull();
    expect(other.fetches()).toBe(0);
  });
});

describe("documents that are no good", () => {
  it.each<[string, Json]>([
    ["another's client_id", { client_id: "https://other.example.com/client.json" }],
    ["no client_id", { client_id: undefined }],
    ["a secret", { client_secret: "shared with everybody" }],
    ["the end of a secret", { client_secret_expires_at: 0 }],
    ["authentication by secret", { token_endpoint_auth_method: "client_secret_basic" }],
    ["authentication by a signed secret", { token_endpoint_auth_method: "client_secret_jwt" }],
    ["keys that it does not show", { token_endpoint_auth_method: "private_key_jwt" }],
    [
      "keys on another's origin",
      { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://evil.example.com/jwks.json" },
    ],
    ["no redirect_uris", { redirect_uris: undefined }],
    ["an empty list of them", { redirect_uris: [] }],
    ["RU-06 one in the clear", { redirect_uris: ["http://notes.example.com/cb"] }],
    ["RU-06 a script", { redirect_uris: ["javascript:alert(1)"] }],
    ["RU-06 a fragment", { redirect_uris: ["https://notes.example.com/cb#x"] }],
    ["no grant that there is", { grant_types: ["client_credentials"] }],
    ["another response type", { response_types: ["token"] }],
    ["scopes that it may not have", { scope: "roles" }],
    ["a name of two lines", { client_name: "Bank\nof Trust" }],
    ["a software statement", { software_statement: "e30.e30." }],
  ])("%s", async (_, change) => {
    const { address, client, fetches } = standUpClient(change);
    expect(await read(address)).toBeNull();
    const answer = await authorize(context, client);
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    // What was no good is remembered too.
    expect(fetches()).toBe(1);
  });

  it.each<[string, (document: Json) => Response]>([
    [
      "SS-02 a redirect",
      () => new Response(null, { status: 302, headers: { location: "https://other.example.com/" } }),
    ],
    ["a refusal", () => Response.json({}, { status: 404 })],
    ["an accident", () => Response.json({}, { status: 500 })],
    ["a page", (document) => new Response(JSON.stringify(document), { headers: { "content-type": "text/html" } })],
    ["half of it", () => new Response('{"client_id":', { headers: { "content-type": "application/json" } })],
    ["a list", () => Response.json([])],
    ["SS-04 too much", (document) => Response.json({ ...document, echoed: "x".repeat(limits.clientDocumentBytes) })],
  ])("an answer that is %s", async (_, answer) => {
    const { address, client } = standUpClient({}, answer);
    expect(await read(address)).toBeNull();
    const page = await authorize(context, client);
    expect([page.status, page.headers.get("x-error-code")]).toEqual([400, "invalid_client"]);
    expect(await page.text()).not.toMatch(/xxxx|client_id/);
  });
});
