import type { AppContext } from "../../http/env.ts";
import type { ProviderLink } from "../../pages/parts/provider-links.tsx";
import { interactionPaths } from "./paths.ts";
import type { WaitingRequest } from "./waiting-request.ts";

/** The ways to the realm's providers, with the waiting request taken along. Who comes back without success, comes back to the page. */
export async function providerLinks(c: AppContext, waiting: WaitingRequest | null): Promise<ProviderLink[]> {
  const providers = await c.get("realm").providers.listOpen();
  const back: Record<string, string> =
    waiting === null ? { "login-failure-redirect-url": interactionPaths.signIn } : { interaction: waiting.sealed };
  return providers.map(({ name, settings }) => ({
    name,
    label: settings.label,
    href: `/api/auth/v1/login?${new URLSearchParams({ "auth-provider": name, ...back })}`,
  }));
}
