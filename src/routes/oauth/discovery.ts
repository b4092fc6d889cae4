/** The realm's metadata: OIDC Discovery §3, RFC 8414 §2. Derived from what the code registers, so that it cannot promise more. */
import { limits } from "../../config/limits.ts";
import { acrValues } from "../../domain/authorization/acr.ts";
import { promptValues } from "../../domain/authorization/authorization-request.ts";
import { responseModes } from "../../domain/authorization/redirect-target.ts";
import { clientAuthMethods } from "../../domain/clients/metadata.ts";
import { grants } from "../../domain/grants/index.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import { standardScopes } from "../../domain/tokens/scopes.ts";
import { supportedClaims } from "../../domain/users/claims.ts";
import type { AppContext } from "../../http/env.ts";
import { writtenLanguages } from "../../pages/texts/index.ts";
import { paths } from "./paths.ts";

const documents = new WeakMap<Realm, string>();

export function discovery(c: AppContext): Response {
  const { realm } = c.get("realm");
  let document = documents.get(realm);
  if (document === undefined) {
    document = JSON.stringify(metadata(realm));
    documents.set(realm, document);
  }
  return c.body(document, 200, {
    "content-type": "application/json",
    "cache-control": `public, max-age=${limits.metadataMaxAgeSeconds}`,
  });
}

function metadata(realm: Realm): Record<string, unknown> {
  const at = (path: string): string => `${realm.issuer}${path}`;
  const authMethods = clientAuthMethods.filter((method) => method !== "client_secret");
  const secretMethods = authMethods.filter((method) => method !== "none");
  return {
    issuer: realm.issuer,
    authorization_endpoint: at(paths.authorize),
    token_endpoint: at(paths.token),
    userinfo_endpoint: at(paths.userinfo),
    jwks_uri: at(paths.jwks),
    revocation_endpoint: at(paths.revoke),
    introspection_endpoint: at(paths.introspect),
    end_session_endpoint: at(paths.endSession),
    scopes_supported: [...new Set([...standardScopes, ...Object.keys(realm.settings.scopes)])],
    response_types_supported: ["code"],
    response_modes_supported: responseModes,
    grant_types_supported: Object.keys(grants),
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: realm.keys.algorithms,
    token_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_methods_supported: authMethods,
    introspection_endpoint_auth_methods_supported: secretMethods,
    code_challenge_methods_supported: ["S256"],
    acr_values_supported: acrValues,
    prompt_values_supported: promptValues,
    claims_supported: supportedClaims,
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    ui_locales_supported: realm.settings.languages.length > 0 ? realm.settings.languages : writtenLanguages,
  };
}
