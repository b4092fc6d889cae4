import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { assertionAlgorithms } from "../../src/domain/clients/client-keys.ts";
import { deviceCodeGrant, tokenExchangeGrant } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { letIn, makeTv, poll, signedInPerson, waiting } from "../device/support.ts";
import { makeKey, makeSigningClient, postSigned } from "../support/assertions.ts";
import { boundTokens, makeProofKey, userinfoByKey } from "../support/dpop.ts";
import { answerOf, openPushed, pushed } from "../support/pushed.ts";
import {
  authorizePath,
  bareTokenRequest,
  expectOAuthError,
  issued,
  redemption,
  refresh,
  signedInUser,
  tokenAnswer,
} from "../support/token-side.ts";
import { jsonBody, makeClient, makeRealm, obtainCode, request, tokenRequest } from "../support/world.ts";

/** A sorted list from the realm's metadata. */
async function advertised(context: RealmContext, name: string): Promise<string[]> {
  const response = await request(`${context.realm.issuer}/.well-known/openid-configuration`);
  const document = (await response.json()) as Record<string, string[]>;
  return [...(document[name] ?? [])].sort();
}

describe("META-03 each thing that the metadata promises works (RFC 8414 §2)", () => {
  const grantExercises: Record<string, (context: RealmContext) => Promise<void>> = {
    authorization_code: async (context) => {
      await issued(context, await makeClient(context));
    },
    refresh_token: async (context) => {
      const client = await makeClient(context);
      const { tokens } = await issued(context, client);
      await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    },
    client_credentials: async (context) => {
      const client = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
      await tokenAnswer(await tokenRequest(context, client, { grant_type: "client_credentials" }));
    },
    [deviceCodeGrant]: async (context) => {
      const metadata = await (await request(`${context.realm.issuer}/.well-known/openid-configuration`)).json();
      expect(metadata).toMatchObject({ device_authorization_endpoint: `${context.realm.issuer}/device_authorization` });
      const tv = await makeTv(context);
      const device = await waiting(context, tv);
      await letIn(context, await signedInPerson(context), device);
      await tokenAnswer(await poll(context, tv, device));
    },
  };

  grantExercises[tokenExchangeGrant] = async (context) => {
    const front = await makeClient(context);
    const { issuer } = context.realm;
    const service = await makeClient(context, {
      grant_types: [tokenExchangeGrant],
      token_exchange: { subject_clients: [front.clientId], audiences: [issuer] },
    });
    const { tokens } = await issued(context, front);
    const fields = {
      grant_type: tokenExchangeGrant,
      subject_token: tokens.access_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    };
    await tokenAnswer(await tokenRequest(context, service, fields));
  };

  it("has an exercise for every grant type it names", async () => {
    const context = await makeRealm();
    expect(await advertised(context, "grant_types_supported")).toEqual(Object.keys(grantExercises).sort());
  });

  it.each(Object.entries(grantExercises))("grant type %s", async (_name, exercise) => {
    await exercise(await makeRealm());
  });

  const methodExercises: Record<string, (context: RealmContext) => Promise<Response>> = {
    client_secret_basic: async (context) => {
      const client = await makeClient(context, { token_endpoint_auth_method: "client_secret_basic" });
      const { cookie } = await signedInUser(context);
      const { code, verifier } = await obtainCode(context, client, cookie);
      return tokenRequest(context, client, redemption(client, code, verifier));
    },
    client_secret_post: async (context) => {
      const client = await makeClient(context, { token_endpoint_auth_method: "client_secret_post" });
      const { cookie } = await signedInUser(context);
      const { code, verifier } = await obtainCode(context, client, cookie);
      const credentials = { client_id: client.clientId, client_secret: client.secret };
      return bareTokenRequest(context, { ...redemption(client, code, verifier), ...credentials });
    },
    private_key_jwt: async (context) => {
      const key = await makeKey("ES256");
      const client = await makeSigningClient(context, key);
      const { cookie } = await signedInUser(context);
      const { code, verifier } = await obtainCode(context, client, cookie);
      return postSigned(context, client, key, "/token", redemption(client, code, verifier));
    },
    none: async (context) => {
      const client = await makeClient(context, { token_endpoint_auth_method: "none" }, { type: "public" });
      const { cookie } = await signedInUser(context);
      const { code, verifier } = await obtainCode(context, client, cookie);
      return bareTokenRequest(context, { ...redemption(client, code, verifier), client_id: client.clientId });
    },
  };

  it("has an exercise for every authentication method it names", async () => {
    const context = await makeRealm();
    const names = Object.keys(methodExercises).sort();
    expect(await advertised(context, "token_endpoint_auth_methods_supported")).toEqual(names);
    expect(await advertised(context, "revocation_endpoint_auth_methods_supported")).toEqual(names);
    const withoutNone = names.filter((name) => name !== "none");
    expect(await advertised(context, "introspection_endpoint_auth_methods_supported")).toEqual(withoutNone);
  });

  it.each(Object.entries(methodExercises))("TOK-04 authentication method %s", async (_name, exercise) => {
    await tokenAnswer(await exercise(await makeRealm()));
  });

  it("TOK-08 every algorithm of assertions it names proves a client, at each endpoint that names it", async () => {
    const context = await makeRealm();
    const names = await advertised(context, "token_endpoint_auth_signing_alg_values_supported");
    expect(names).toEqual(["ES256", "Ed25519", "EdDSA", "PS256", "RS256"]);
    for (const endpoint of ["revocation", "introspection"])
      expect(await advertised(context, `${endpoint}_endpoint_auth_signing_alg_values_supported`)).toEqual(names);
    for (const algorithm of assertionAlgorithms) {
      const key = await makeKey(algorithm);
      const client = await makeSigningClient(context, key, { token_endpoint_auth_signing_alg: algorithm });
      for (const path of ["/introspect", "/revoke"])
        expect((await postSigned(context, client, key, path, { token: "x" })).status).toBe(200);
    }
  });

  it("PAR-01 its endpoint for pushed requests takes them (RFC 9126 §5)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { cookie } = await signedInUser(context);
    const document = await (await request(`${context.realm.issuer}/.well-known/openid-configuration`)).json();
    expect(document).toMatchObject({
      pushed_authorization_request_endpoint: `${context.realm.issuer}/par`,
      require_pushed_authorization_requests: false,
      request_uri_parameter_supported: false,
    });
    const answer = answerOf(await openPushed(context, client, await pushed(context, client), { cookie }));
    expect(answer).toHaveProperty("code");
  });

  it("every response mode it names carries a code", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { cookie } = await signedInUser(context);
    expect(await advertised(context, "response_modes_supported")).toEqual(["form_post", "fragment", "query"]);
    const respond = async (mode: string) =>
      request(`${context.realm.issuer}${await authorizePath(client, { response_mode: mode })}`, {
        headers: { cookie: `qt-auth=${cookie}` },
      });
    expect((await respond("query")).headers.get("location")).toMatch(/^https:\/\/partner\.test\/callback\?code=/);
    expect((await respond("fragment")).headers.get("location")).toMatch(/^https:\/\/partner\.test\/callback#code=/);
    const form = await respond("form_post");
    expect(form.status).toBe(200);
    expect(await form.text()).toMatch(/<form[^>]+action="https:\/\/partner\.test\/callback"[\s\S]+name="code"/);
  });

  it("JWT-01 every ID token algorithm it names signs, with a key of the key set", async () => {
    const context = await makeRealm();
    const names = await advertised(context, "id_token_signing_alg_values_supported");
    expect(names).toEqual(["ES256", "EdDSA", "RS256"]);
    const keys = (await (await request(`${context.realm.issuer}/jwks.json`)).json()) as JSONWebKeySet;
    for (const algorithm of names) {
      const client = await makeClient(context, { id_token_signed_response_alg: algorithm });
      const { tokens } = await issued(context, client);
      const { protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(keys));
      expect(protectedHeader.alg).toBe(algorithm);
    }
  });

  it("DP-01 every algorithm of proofs it names binds tokens (RFC 9449 §5.1)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const names = await advertised(context, "dpop_signing_alg_values_supported");
    expect(names).toEqual(["ES256", "Ed25519", "EdDSA", "PS256", "RS256"]);
    for (const algorithm of names) {
      const key = await makeProofKey(algorithm);
      const { tokens } = await boundTokens(context, client, key);
      expect(tokens.token_type).toBe("DPoP");
      expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);
    }
  });
});

describe("META-03 what a realm may leave out", () => {
  const said = async (context: RealmContext): Promise<Record<string, unknown>> =>
    (await request(`${context.realm.issuer}/.well-known/oauth-authorization-server`)).json();

  it("registration is promised where it is open, and works there (RFC 7591)", async () => {
    const [open, closed] = [await makeRealm({ registration: "open" }), await makeRealm()];
    expect(await said(closed)).not.toHaveProperty("registration_endpoint");
    const address = String((await said(open)).registration_endpoint);
    const body = { redirect_uris: ["https://notes.example/callback"] };
    expect((await request(address, jsonBody(body))).status).toBe(201);
    expect((await request(address.replace(open.realm.issuer, closed.realm.issuer), jsonBody(body))).status).toBe(404);
  });

  it("clients known by a document are promised where they are taken", async () => {
    const [on, off] = [await makeRealm({ client_id_metadata_documents: "on" }), await makeRealm()];
    expect(await said(on)).toHaveProperty("client_id_metadata_document_supported", true);
    expect(await said(off)).not.toHaveProperty("client_id_metadata_document_supported");
  });
});

describe("TOK-10 a client has the grants it is registered for, and no others (RFC 9700 §2.4)", () => {
  let context: RealmContext;
  beforeAll(async () => {
    context = await makeRealm();
  });

  const unknown = [
    "password",
    "implicit",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "__proto__",
    "constructor",
    "Authorization_Code",
    "authorization_code refresh_token",
  ];

  it.each(unknown)("refuses grant_type=%s", async (grantType) => {
    const client = await makeClient(context);
    const fields = { grant_type: grantType, username: "a", password: "b", code: "c", refresh_token: "d" };
    await expectOAuthError(await tokenRequest(context, client, fields), 400, "unsupported_grant_type");
  });

  it("refuses each grant type to a client registered for the others", async () => {
    const grantTypes = ["authorization_code", "refresh_token", "client_credentials", deviceCodeGrant];
    for (const left of grantTypes) {
      const client = await makeClient(context, { grant_types: grantTypes.filter((name) => name !== left) });
      const fields = { grant_type: left, code: "c", refresh_token: "d", device_code: `B${"A".repeat(43)}` };
      const answer = await tokenRequest(context, client, fields);
      await expectOAuthError(answer, 400, "unauthorized_client");
    }
  });

  it("refuses client_credentials to a public client", async () => {
    const client = await makeClient(context, {}, { type: "public" });
    const answer = await bareTokenRequest(context, { grant_type: "client_credentials", client_id: client.clientId });
    await expectOAuthError(answer, 400, "unauthorized_client");
  });
});
