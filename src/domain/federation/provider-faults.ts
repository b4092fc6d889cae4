import type { Config } from "../../config/env.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import { isApiHost } from "../vault/call-address.ts";
import { canSignIn, type ProviderSettings } from "./provider.ts";
import type { ProviderPurpose, ProviderType } from "./provider-settings.ts";

interface Described {
  readonly type: ProviderType;
  /** Empty when none was given. */
  readonly clientId: string;
  readonly purposes: ReadonlySet<ProviderPurpose>;
  /** With those of the preset. */
  readonly settings: ProviderSettings;
}

type Faults = Record<string, string>;

/** What is wrong with a provider as it is described, one sentence a field. Empty when all is well. */
export const providerFaults = ({ development }: Config, described: Described): Faults => ({
  ...addressFaults(described.settings, development),
  ...purposeFaults(described),
  ...missing(described),
});

const urlFields = [
  "issuer",
  "authorize_url",
  "token_url",
  "userinfo_url",
  "jwks_uri",
  "revoke_url",
  "request_token_url",
  "key_page",
  "check_url",
] as const;

function addressFaults(settings: ProviderSettings, development: boolean): Faults {
  const faults: Faults = {};
  const note = (field: string, address: string | undefined): void => {
    const fault = address === undefined ? null : outboundFault(address, development);
    if (fault !== null) faults[field] = fault;
  };
  // One has the client's id in its path (presets.ts).
  for (const field of urlFields) note(field, settings[field]?.replace("{client_id}", "id"));
  note("token_check.url", settings.token_check?.url);
  if (settings.issuer !== undefined && /[?#]/.test(settings.issuer)) faults.issuer ??= "must not have a query";
  if (settings.api_hosts?.some((host) => !isApiHost(host, development)))
    faults.api_hosts = "holds what is no host name";
  return faults;
}

const purposeFaults = ({ type, purposes }: Described): Faults =>
  purposes.has("sign-in") && !canSignIn({ type })
    ? { purposes: "may only be vault: nobody can sign in with this type" }
    : {};

type RequiredField = (typeof urlFields)[number] | "api_key" | "team_id" | "key_id";

const requiredFields: Record<ProviderType, readonly RequiredField[]> = {
  oidc: ["issuer"],
  oauth2: ["authorize_url", "token_url"],
  oauth1: ["request_token_url", "authorize_url", "token_url"],
  api_key: ["api_key"],
};

function missing({ type, clientId, purposes, settings }: Described): Faults {
  const required = [...requiredFields[type]];
  if (type === "oauth2" && purposes.has("sign-in")) required.push("userinfo_url");
  if (settings.auth_style === "signed_secret") required.push("team_id", "key_id");
  const fields: string[] = required.filter((field) => settings[field] === undefined);
  if (clientId === "" && type !== "api_key") fields.push("client_id");
  return Object.fromEntries(fields.map((field) => [field, "missing"]));
}
