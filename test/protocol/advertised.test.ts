import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
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
import { makeClient, makeRealm, obtainCode, request, tokenRequest } from "../support/world.ts";

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
  });

  it.each(Object.entries(methodExercises))("TOK-04 authentication method %s", async (_name, exercise) => {
    await tokenAnswer(await exercise(await makeRealm()));
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
    expect(names).toEqual(["ES256", "RS256"]);
    const keys = (await (await request(`${context.realm.issuer}/jwks.json`)).json()) as JSONWebKeySet;
    for (const algorithm of names) {
      const client = await makeClient(context, { id_token_signed_response_alg: algorithm });
      const { tokens } = await issued(context, client);
      const { protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(keys));
      expect(protectedHeader.alg).toBe(algorithm);
    }
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
    const grantTypes = ["authorization_code", "refresh_token", "client_credentials"];
    for (const left of grantTypes) {
      const client = await makeClient(context, { grant_types: grantTypes.filter((name) => name !== left) });
      const answer = await tokenRequest(context, client, { grant_type: left, code: "c", refresh_token: "d" });
      await expectOAuthError(answer, 400, "unauthorized_client");
    }
  });

  it("refuses client_credentials to a public client", async () => {
    const client = await makeClient(context, {}, { type: "public" });
    const answer = await bareTokenRequest(context, { grant_type: "client_credentials", client_id: client.clientId });
    await expectOAuthError(answer, 400, "unauthorized_client");
  });
});
