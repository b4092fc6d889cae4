/** How a sign-in at an upstream provider ends that did not work. */
import type { Attempt } from "../../domain/federation/attempt.ts";
import { parseInteraction, sealInteraction } from "../../domain/interaction/interaction.ts";
import { type ReturnAddress, withQuery } from "../../domain/sso/return-address.ts";
import { Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import type { AppContext } from "../../http/env.ts";
import { logBug } from "../../http/log.ts";
import { isNavigation } from "../../http/navigation.ts";
import { sendPage } from "../../http/page.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import type { PageFrame } from "../../pages/frame.ts";
import { LinkRequiredPage } from "../../pages/link-required-page.tsx";
import { interactionPaths } from "../interaction/paths.ts";

/** Where the browser goes when all is done. */
export interface Return {
  readonly redirectUrl: ReturnAddress | null;
  readonly failureUrl: ReturnAddress | null;
  readonly waiting: Attempt["waiting"];
}

/** What the realm's operators have to hear of, since it is for them or the provider to mend. */
const faultsElsewhere: ReadonlySet<Reason> = new Set([
  "provider-unavailable",
  "provider-refused",
  "provider-answer-invalid",
]);

/** Back to the address that was given for it, or to the page it began on; else a page of its own. Throws what is no refusal of ours. */
export async function refuseSocial(c: AppContext, back: Return, error: unknown): Promise<Response> {
  if (!(error instanceof Problem)) throw error;
  const location = await locationFor(c, back, error.code);
  if (location === null) return endHere(c, error);
  if (faultsElsewhere.has(error.reason)) logBug(c, error);
  refusalHeaders(c, error);
  return c.body(null, 302, { location });
}

async function locationFor(c: AppContext, { failureUrl, waiting }: Return, error: string): Promise<string | null> {
  if (failureUrl !== null) return withQuery(failureUrl, { error });
  const interaction = await sealWaiting(c, waiting);
  return interaction === null ? null : `${interactionPaths.signIn}?${new URLSearchParams({ interaction, error })}`;
}

/** What waits, in the form in which the pages hand it on. Throws PageError when it has waited too long. */
export async function sealWaiting(c: AppContext, waiting: Attempt["waiting"]): Promise<string | null> {
  if (waiting === null) return null;
  const context = c.get("realm");
  return sealInteraction(context, waiting.browser, parseInteraction(context, waiting.interaction));
}

function endHere(c: AppContext, problem: Problem): Response {
  if (problem.reason === "link-required" && isNavigation(c)) {
    refusalHeaders(c, problem);
    const page = (frame: PageFrame) => <LinkRequiredPage frame={frame} signInHref={interactionPaths.signIn} />;
    return sendPage(c, page, { status: 409 });
  }
  if (faultsElsewhere.has(problem.reason) && problem.status < 500) logBug(c, problem);
  throw problem;
}
