import { Problem } from "../../errors/errors.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";
import { hasItsSecret, type Provider } from "./provider.ts";
import { reachUpstream, speaking, type Upstream } from "./upstream.ts";

/** What is in the way of signing in with a provider, so far as one can tell without anybody signing in. */
export const providerFaults = [
  "disabled",
  "secret-missing",
  "unreachable",
  "metadata-invalid",
  "keys-missing",
  "userinfo-missing",
] as const;
export type ProviderFault = (typeof providerFaults)[number];

export interface ProviderCheck {
  readonly faults: readonly ProviderFault[];
  /** Where the provider's endpoints are, as set or as the issuer says. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Keys that ID tokens may be signed with; null where none are needed, or none could be asked for. */
  readonly keys: number | null;
}

/** Reads what the provider publishes, as a sign-in would. Never throws for what the other side does. */
export async function checkProvider(context: RealmContext, provider: Provider): Promise<ProviderCheck> {
  const faults: ProviderFault[] = [];
  if (provider.disabled) faults.push("disabled");
  if (!hasItsSecret(provider)) faults.push("secret-missing");
  try {
    const upstream = await reachUpstream(context, provider);
    const keys = provider.type === "oidc" ? await countKeys(upstream) : null;
    if (keys === 0) faults.push("keys-missing");
    if (provider.type === "oauth2" && upstream.server.userinfo_endpoint === undefined) faults.push("userinfo-missing");
    return { faults, endpoints: endpointsOf(upstream), keys };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    faults.push(error.reason === "provider-unavailable" ? "unreachable" : "metadata-invalid");
    return { faults, endpoints: {}, keys: null };
  }
}

function endpointsOf({ server }: Upstream): Record<string, string> {
  const { authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri } = server;
  const known = { authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Throws Problem. */
async function countKeys({ server, fetch }: Upstream): Promise<number> {
  const { jwks_uri: address } = server;
  if (address === undefined) return 0;
  const response = await speaking(() => fetch(address, { headers: { accept: "application/json" } }));
  const set = response.ok ? parseJson(await response.text()) : null;
  return isRecord(set) && Array.isArray(set.keys) ? set.keys.filter(isRecord).length : 0;
}
