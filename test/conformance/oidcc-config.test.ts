import { expect } from "vitest";
import { readKeys } from "./support/checks.ts";
import { metadataUrl } from "./support/metadata.ts";
import { module, runPlan } from "./support/plan.ts";
import type { Target } from "./support/target.ts";

/** Registered at IANA as OAuth Authorization Server Metadata, as far as providers of today use it. */
const registeredMembers: ReadonlySet<string> = new Set(
  `issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint scopes_supported
  response_types_supported response_modes_supported grant_types_supported acr_values_supported subject_types_supported
  id_token_signing_alg_values_supported id_token_encryption_alg_values_supported id_token_encryption_enc_values_supported
  userinfo_signing_alg_values_supported userinfo_encryption_alg_values_supported userinfo_encryption_enc_values_supported
  request_object_signing_alg_values_supported request_object_encryption_alg_values_supported
  request_object_encryption_enc_values_supported token_endpoint_auth_methods_supported
  token_endpoint_auth_signing_alg_values_supported display_values_supported claim_types_supported claims_supported
  service_documentation claims_locales_supported ui_locales_supported claims_parameter_supported
  request_parameter_supported request_uri_parameter_supported require_request_uri_registration op_policy_uri op_tos_uri
  revocation_endpoint revocation_endpoint_auth_methods_supported revocation_endpoint_auth_signing_alg_values_supported
  introspection_endpoint introspection_endpoint_auth_methods_supported
  introspection_endpoint_auth_signing_alg_values_supported code_challenge_methods_supported signed_metadata
  device_authorization_endpoint pushed_authorization_request_endpoint require_pushed_authorization_requests
  require_signed_request_object authorization_response_iss_parameter_supported dpop_signing_alg_values_supported
  prompt_values_supported check_session_iframe frontchannel_logout_supported frontchannel_logout_session_supported
  backchannel_logout_supported backchannel_logout_session_supported end_session_endpoint
  authorization_details_types_supported protected_resources tls_client_certificate_bound_access_tokens
  mtls_endpoint_aliases client_id_metadata_document_supported`.split(/\s+/),
);

const isLanguageTag = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
};

/** The metadata as it was sent, before anything has been read into it. */
async function sentMetadata(target: Target): Promise<Record<string, unknown>> {
  const response = await target.send(metadataUrl(target.issuer), {});
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^application\/json\b/);
  return (await response.json()) as Record<string, unknown>;
}

runPlan("oidcc-config-certification-test-plan", [
  module(
    "oidcc-discovery-endpoint-verification",
    "META-01 META-03 META-04 META-06 publishes metadata that is well-formed, true to its name and to be reached",
    async ({ target, metadata }) => {
      const sent = await sentMetadata(target);
      expect(metadata.issuer).toBe(target.issuer);
      expect(new URL(metadata.issuer)).toMatchObject({ protocol: "https:", search: "", hash: "" });
      expect(
        Object.keys(sent).filter((name) => !registeredMembers.has(name)),
        "members nobody has registered",
      ).toEqual([]);
      expect(Object.values(sent), "values").not.toContain(null);

      const addresses = Object.entries(sent).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
      for (const [name, address] of addresses)
        expect(String(address).startsWith(`${metadata.issuer}/`), `${name} is the issuer's own, over https`).toBe(true);
      for (const [name, list] of Object.entries(sent).filter(([name]) => /_supported$/.test(name))) {
        if (typeof list === "boolean") continue;
        expect(Array.isArray(list), `${name} is a list`).toBe(true);
        expect(new Set(list as unknown[]).size, `${name} names each once`).toBe((list as unknown[]).length);
      }

      expect(metadata.response_types_supported).toContain("code");
      expect(metadata.response_modes_supported).toEqual(expect.arrayContaining(["query", "form_post"]));
      expect(metadata.grant_types_supported).toContain("authorization_code");
      expect(metadata.subject_types_supported).toContain("public");
      expect(metadata.id_token_signing_alg_values_supported).toContain("RS256");
      expect(metadata.token_endpoint_auth_methods_supported).toContain("client_secret_basic");
      expect(metadata.code_challenge_methods_supported).toContain("S256");
      expect(metadata.code_challenge_methods_supported).not.toContain("plain");
      expect(metadata.claims_supported).toEqual(expect.arrayContaining(["sub", "name", "email"]));
      expect(metadata.scopes_supported).toContain("openid");
      for (const scope of metadata.scopes_supported) expect(scope, "a scope").toMatch(/^[\x21\x23-\x5B\x5D-\x7E]+$/);
      for (const locale of [...(metadata.ui_locales_supported ?? []), ...(metadata.claims_locales_supported ?? [])])
        expect(isLanguageTag(locale), `${locale} is a BCP 47 language tag`).toBe(true);
      await readKeys(target, metadata);
    },
  ),
]);
