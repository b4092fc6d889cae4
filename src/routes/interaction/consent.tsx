/** The consent page: OIDC Core §3.1.2.4. */
import { sha256 } from "../../crypto/hash.ts";
import { AuthorizationError } from "../../domain/authorization/authorization-error.ts";
import {
  type AuthorizationRequest,
  parseAuthorizationRequest,
} from "../../domain/authorization/authorization-request.ts";
import type { Standing } from "../../domain/authorization/next-step.ts";
import { type Interaction, openInteraction, sealInteraction } from "../../domain/interaction/interaction.ts";
import { PageError } from "../../errors/errors.ts";
import { checkCsrfToken, csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { readPageForm } from "../../http/read-body.ts";
import { ConsentPage } from "../../pages/consent-page.tsx";
import { interactionPaths } from "./paths.ts";
import { proceed } from "./proceed.tsx";
import { shownClient } from "./shown-client.ts";

/** Shows what the client asks for. The form is sealed for this browser and this session: nobody else's press of the button counts. */
export async function showConsent(
  c: AppContext,
  request: AuthorizationRequest,
  interaction: Interaction,
  scopes: readonly string[],
  standing: (Standing & { label: string }) | null,
): Promise<Response> {
  if (standing === null) throw new PageError("interaction-expired");
  const context = c.get("realm");
  const browser = ensureBrowserId(c);
  const shown = { shownTo: standing.sid, shownScopes: await sha256(scopes.join(" ")) };
  const sealed = await sealInteraction(context, browser, { ...interaction, ...shown });
  const csrf = await csrfToken(c, browser);
  const { client, target, uiLocales } = request;
  return sendPage(
    c,
    (frame) => (
      <ConsentPage
        frame={frame}
        action={interactionPaths.consent}
        csrf={csrf}
        interaction={sealed}
        client={shownClient(client)}
        redirectHost={hostOfTarget(target.uri)}
        scopes={scopes.map((name) => ({ name, description: context.realm.settings.scopes[name] }))}
        userLabel={standing.label}
        switchHref={`${interactionPaths.signIn}?interaction=${sealed}`}
      />
    ),
    {
      formTargets: [target.uri],
      uiLocales,
      pictures: [shownClient(client).logoUrl],
      readAgainAt: `${interactionPaths.resume}?interaction=${sealed}`,
    },
  );
}

const hostOfTarget = (uri: string): string => new URL(uri).host || new URL(uri).protocol;

/** POST /consent */
export async function decideConsent(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  const browser = await checkCsrfToken(c, form.get("csrf"));
  const interaction = await openInteraction(c.get("realm"), browser, form.get("interaction"));
  const { shownTo, shownScopes } = interaction;
  if (shownTo === undefined || shownScopes === undefined) throw new PageError("interaction-expired");
  const decision = form.get("decision");
  if (decision === "allow") return proceed(c, interaction, { consentFrom: shownTo, shownScopes });
  const request = await parseAuthorizationRequest(c.get("realm"), interaction);
  throw new AuthorizationError("access-denied", request.target);
}
