import { deviceCodeGrant } from "../../domain/clients/metadata.ts";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";

/** What people call an application, and what such a one is registered with to begin with. */
export const clientKinds = {
  web: { type: "confidential", redirects: true, body: { application_type: "web" } },
  spa: { type: "public", redirects: true, body: { application_type: "web", token_endpoint_auth_method: "none" } },
  mobile: { type: "public", redirects: true, body: { application_type: "native", token_endpoint_auth_method: "none" } },
  service: { type: "confidential", redirects: false, body: { grant_types: ["client_credentials"], scopes: [] } },
  device: {
    type: "public",
    redirects: false,
    body: {
      grant_types: [deviceCodeGrant, "refresh_token"],
      application_type: "native",
      token_endpoint_auth_method: "none",
    },
  },
  resource: { type: "confidential", redirects: false, body: { grant_types: [], scopes: [] } },
} as const satisfies Record<string, ClientKindEntry>;

interface ClientKindEntry {
  readonly type: "confidential" | "public";
  /** It has people sent back to it. */
  readonly redirects: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

export type ClientKind = keyof typeof clientKinds & keyof ConsoleTexts["clients"]["kinds"];

export const clientKindNames = Object.keys(clientKinds) as ClientKind[];

export const isClientKind = (text: string | undefined): text is ClientKind =>
  text !== undefined && Object.hasOwn(clientKinds, text);

/** The kind that a registered client looks like, for the words and snippets that fit it. */
export function kindOf(client: {
  type: string;
  grant_types: readonly string[];
  application_type?: string | undefined;
}): ClientKind {
  const has = (grant: string) => client.grant_types.includes(grant);
  if (has("authorization_code")) {
    if (client.type === "confidential") return "web";
    return client.application_type === "native" ? "mobile" : "spa";
  }
  if (has(deviceCodeGrant)) return "device";
  return has("client_credentials") ? "service" : "resource";
}
