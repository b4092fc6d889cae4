import { type Interaction, sealInteraction } from "../../domain/interaction/interaction.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { interactionPaths } from "./paths.ts";

/**
 * To the realm's own sign-in form when it has one, else to the hosted page (contract §1). What waits goes along. Both are named in full:
 * many a client takes a Location for a URL as it stands.
 */
export async function leaveForSignIn(c: AppContext, interaction: Interaction): Promise<Response> {
  const { realm, config } = c.get("realm");
  const sealed = await sealInteraction(c.get("realm"), ensureBrowserId(c), interaction);
  // This very host: the interaction is bound to a cookie that only it has.
  const here = originOf(hostOf(c.req.url), config);
  if (realm.authenticationUrl === null) return goTo(c, `${here}${interactionPaths.signIn}?interaction=${sealed}`);
  const page = new URL(realm.authenticationUrl);
  page.searchParams.set("redirect-url", `${here}${interactionPaths.resume}?interaction=${sealed}`);
  return goTo(c, page.href);
}

/** A session that has shown one factor is to show another; that page sends whoever has none to set one up. */
export async function leaveForSecondFactor(c: AppContext, interaction: Interaction): Promise<Response> {
  const sealed = await sealInteraction(c.get("realm"), ensureBrowserId(c), interaction);
  return goTo(c, `${interactionPaths.twoFactor}?interaction=${sealed}`);
}

const goTo = (c: AppContext, location: string): Response =>
  c.body(null, c.req.method === "POST" ? 303 : 302, { location });
