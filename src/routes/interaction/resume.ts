/** GET /authorize/resume: back on the way after a page has done its part. */
import { type Interaction, openInteraction } from "../../domain/interaction/interaction.ts";
import { browserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { readQuery } from "../../http/read-body.ts";
import { findSession } from "../../http/session.ts";
import { parseSsoRequest } from "../sso/request.ts";
import { validateHop } from "../sso/validate-hop.ts";
import { confirmDevice } from "./device.tsx";
import { interactionPaths } from "./paths.ts";
import { proceed } from "./proceed.tsx";
import { sealWaitingPage, waitingPage, withSealed } from "./waiting-request.ts";

export async function resume(c: AppContext): Promise<Response> {
  const interaction = await openInteraction(c.get("realm"), browserId(c), readQuery(c).get("interaction"));
  if (interaction.device) return confirmDevice(c, interaction);
  if (interaction.page) return goToPage(c, interaction);
  return interaction.crossDomain ? goToDomain(c, interaction) : proceed(c, interaction, "resumed");
}

/** A page waits: whoever is signed in goes there. */
async function goToPage(c: AppContext, interaction: Interaction): Promise<Response> {
  const page = waitingPage(c, interaction);
  const location =
    (await findSession(c)) === null ? withSealed(interactionPaths.signIn, await sealWaitingPage(c, page)) : page;
  return c.body(null, 302, { location });
}

/** Another domain of the realm waits: the session is carried there (contract §2). */
async function goToDomain(c: AppContext, { parameters }: Interaction): Promise<Response> {
  const current = await findSession(c);
  const location =
    current === null
      ? `${interactionPaths.signIn}?${new URLSearchParams(parameters.entries())}`
      : await validateHop(c, parseSsoRequest(c, parameters), current.claimed);
  return c.body(null, 302, { location });
}
