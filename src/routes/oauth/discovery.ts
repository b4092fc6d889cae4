/** The realm's metadata: OIDC Discovery §3, RFC 8414 §2. Derived from what the code registers, so that it cannot promise more. */
import { limits } from "../../config/limits.ts";
import { proofAlgorithms } from "../../crypto/dpop-proof.ts";
import { acrValues } from "../../domain/authorization/acr.ts";
import { promptValues } from "../../domain/authorization/authorization-request.ts";
import { responseModes } from "../../domain/authorization/redirect-target.ts";
import { assertionAlgorithms } from "../../domain/clients/client-keys.ts";
import { clientAuthMethods } from "../../domain/clients/metadata.ts";
import { grants } from "../../domain/grants/index.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import { standardScopes } from "../../domain/tokens/scopes.ts";
import { supportedClaims } from "../../domain/users/claims.ts";
import type { AppContext } from "../../http/env.ts";
import { writtenLanguages } from "../../pages/texts/languages.ts";
import { paths } from "./paths.ts";

const documents = new WeakMap<Realm, string>();

export const discovery = (c: AppContext): Response =>
  c.body(discoveryDocument(c.get("realm").realm), 200, metadataHeaders);

/** Of the metadata and of the keys. */
export const metadataHeaders = {
  "content-type": "application/json",
  "cache-control": `public, max-age=${limits.metadataMaxAgeSeconds}`,
} as const;

/** Written once for each copy of a realm that the isolate has. */
export function discoveryDocument(realm: Realm): string {
  const known = documents.get(realm);
  if (known !== undefined) return known;
  const document = JSON.stringify(metadata(realm));
  documents.set(realm, document);
  return document;
}

function metadata(realm: Realm): Record<string, unknown> {
  const at = (path: string): string => `${realm.issuer}${path}`;
  const authMethods = clientAuthMethods.filter((method) => method !== "client_secret");
  const secretMethods = authMethods.filter((method) => method !== "none");
  return {
    issuer: realm.issuer,
    authorization_endpoint: at(paths.authorize),
    pushed_authorization_request_endpoint: at(paths.par),
    require_pushed_authorization_requests: realm.settings.require_pushed_authorization_requests,
    token_endpoint: at(paths.token),
    device_authorization_endpoint: at(paths.deviceAuthorization),
    userinfo_endpoint: at(paths.userinfo),
    jwks_uri: at(paths.jwks),
    revocation_endpoint: at(paths.revoke),
    introspection_endpoint: at(paths.introspect),
    ...(realm.settings.client_id_metadata_documents === "on" ? { client_id_metadata_document_supported: true } : {}),
    ...(realm.settings.registration === "closed" ? {} : { registration_endpoint: at(paths.register) }),
    end_session_endpoint: at(paths.endSession),
    scopes_supported: [...new Set([...standardScopes, ...Object.keys(realm.settings.scopes)])],
    response_types_supported: ["code"],
    response_modes_supported: responseModes,
    grant_types_supported: Object.keys(grants),
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: realm.keys.algorithms,
    token_endpoint_auth_methods_supported: authMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: secretMethods,
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    code_challenge_methods_supported: ["S256"],
    dpop_signing_alg_values_supported: proofAlgorithms,
    acr_values_supported: acrValues,
    prompt_values_supported: promptValues,
    claims_supported: supportedClaims,
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    ui_locales_supported: realm.settings.languages.length > 0 ? realm.settings.languages : writtenLanguages,
  };
}
