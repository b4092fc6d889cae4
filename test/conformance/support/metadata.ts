import { expect } from "vitest";
import * as z from "zod";
import type { Target } from "./target.ts";

const strings = z.array(z.string());

/** What these modules read of the provider's metadata: OIDC Discovery §3, RFC 8414 §2, and the specifications that add to them. */
const metadataSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  userinfo_endpoint: z.string(),
  jwks_uri: z.string(),
  end_session_endpoint: z.string().optional(),
  introspection_endpoint: z.string().optional(),
  pushed_authorization_request_endpoint: z.string().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  scopes_supported: strings,
  response_types_supported: strings,
  response_modes_supported: strings.optional(),
  grant_types_supported: strings,
  subject_types_supported: strings,
  id_token_signing_alg_values_supported: strings,
  token_endpoint_auth_methods_supported: strings,
  token_endpoint_auth_signing_alg_values_supported: strings.optional(),
  code_challenge_methods_supported: strings.optional(),
  dpop_signing_alg_values_supported: strings.optional(),
  acr_values_supported: strings.optional(),
  claims_supported: strings.optional(),
  ui_locales_supported: strings.optional(),
  claims_locales_supported: strings.optional(),
  // Discovery §3: what each of these says when it is left out.
  claims_parameter_supported: z.boolean().default(false),
  request_parameter_supported: z.boolean().default(false),
  request_uri_parameter_supported: z.boolean().default(true),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
  backchannel_logout_supported: z.boolean().default(false),
  backchannel_logout_session_supported: z.boolean().default(false),
});

export type Metadata = z.output<typeof metadataSchema>;

export const metadataUrl = (issuer: string): URL => new URL(`${issuer}/.well-known/openid-configuration`);

export async function readMetadata(target: Target): Promise<Metadata> {
  const response = await target.send(metadataUrl(target.issuer), {});
  expect(response.status, "status of the metadata").toBe(200);
  return metadataSchema.parse(await response.json());
}
