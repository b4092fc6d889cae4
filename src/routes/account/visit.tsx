import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Interaction } from "../../domain/interaction/interaction.ts";
import { Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import { checkCsrfToken, csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { readPageForm, readQuery } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { type CurrentSession, findSession, isFreshSession } from "../../http/session.ts";
import { Parameters } from "../../lib/parameters.ts";
import type { AccountDone, AccountFrame, AccountProblem } from "../../pages/account/account-shell.tsx";
import { type AccountPlace, accountPaths } from "../../pages/account/paths.ts";
import type { PageFrame } from "../../pages/frame.ts";
import type { ShellNotice } from "../../pages/parts/shell.tsx";
import { leaveForSecondFactor, leaveForSignIn } from "../interaction/leave-for.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { sealWaitingPage, withSealed } from "../interaction/waiting-request.ts";
import { problemOfProvider, problemOfReason } from "./problems.ts";

/** Somebody who is signed in, on one of their own pages. */
export interface Visit {
  readonly place: AccountPlace;
  readonly current: CurrentSession;
  readonly csrf: string;
}

/** Why a form was not taken, and what was typed into it. */
export interface Refusal {
  readonly reason: Reason;
  readonly problem: AccountProblem;
  readonly failure: Problem;
  readonly form: Parameters;
}

type Show = (c: AppContext, visit: Visit, refusal: Refusal | null) => Promise<Response>;
type Act = (c: AppContext, visit: Visit, form: Parameters) => Promise<Response>;

/** A page of the account; whoever is not signed in comes to it by way of signing in. */
export const accountPage =
  (place: AccountPlace, show: Show) =>
  async (c: AppContext): Promise<Response> => {
    const current = await findSession(c);
    if (current === null) return leaveForSignIn(c, waitingFor(place));
    return show(c, { place, current, csrf: await csrfToken(c, ensureBrowserId(c)) }, null);
  };

/** A form of the account. What it is refused is said on its page; what has to come first is done first. */
export const accountForm =
  (place: AccountPlace, act: Act, show: Show) =>
  async (c: AppContext): Promise<Response> => {
    const form = await readPageForm(c);
    const browser = await checkCsrfToken(c, form.get("csrf"));
    const current = await findSession(c);
    if (current === null) return leaveForSignIn(c, waitingFor(place));
    const visit = { place, current, csrf: await csrfToken(c, browser) };
    try {
      return await act(c, visit, form);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.reason === "session-ended") return leaveForSignIn(c, waitingFor(place));
      if (error.reason === "second-factor-not-proven") return leaveForSecondFactor(c, waitingFor(place));
      if (error.reason === "reauthentication-required") return askAgain(c, place);
      const problem = problemOfReason(error.reason);
      if (problem === null) throw error;
      refusalHeaders(c, error);
      return show(c, visit, { reason: error.reason, problem, failure: error, form });
    }
  };

/** To the sign-in page, which asks whoever is signed in for proof once more, and back here. */
export async function askAgain(c: AppContext, place: AccountPlace): Promise<Response> {
  const location = withSealed(interactionPaths.signIn, await sealWaitingPage(c, accountPaths[place]));
  return c.body(null, 303, { location });
}

const waitingFor = (place: AccountPlace): Interaction => ({
  parameters: new Parameters([["redirect-url", accountPaths[place]]]),
  begunAt: Date.now(),
  page: true,
});

/** Done: back to the page, which says so. */
export const done = (c: AppContext, place: AccountPlace, what: AccountDone): Response =>
  c.body(null, 303, { location: `${accountPaths[place]}?done=${what}` });

interface SendOptions {
  readonly refusal?: Refusal | null;
  /** The page says at a field what is wrong, so that its notice does not. */
  readonly saysAtField?: boolean;
}

/** Sends a page of the account. It hears of the end of its session, so that it may speak to this host. */
export function sendAccountPage(
  c: AppContext,
  visit: Visit,
  build: (account: AccountFrame) => JSX.Element,
  { refusal = null, saysAtField = false }: SendOptions = {},
): Response {
  const { profile, session } = visit.current;
  const ownsFactor = !profile.tfaEnabled || session.amr.includes("mfa");
  const page = (frame: PageFrame) =>
    build({
      frame,
      csrf: visit.csrf,
      userLabel: labelOf(visit),
      signOutAction: interactionPaths.signOut,
      fresh: ownsFactor && isFreshSession(c, visit.current),
      timeZone: timeZoneOf(c),
      notice: refusal === null ? noticeIn(c, frame) : saysAtField ? undefined : noticeOf(frame, refusal),
    });
  const status = (refusal?.failure.status ?? 200) as ContentfulStatusCode;
  return sendPage(c, page, { connects: true, status, pictures: [visit.current.profile.avatarUrl ?? undefined] });
}

/** What one knows the account by, and types to delete it. */
export function labelOf({ current: { profile } }: Visit): string {
  return profile.email ?? profile.username ?? profile.phoneNumber ?? String(profile.id);
}

/** Only what is in our own lists is ever said: the query is anybody's. */
function noticeIn(c: AppContext, frame: PageFrame): ShellNotice | undefined {
  if (c.req.method === "POST") return undefined;
  const query = readQuery(c);
  const { done: doneTexts, problems } = frame.texts.accountPages;
  const what = query.get("done") ?? "";
  if (Object.hasOwn(doneTexts, what)) return { tone: "info", text: doneTexts[what as AccountDone] };
  const error = query.get("error");
  return error === undefined ? undefined : { tone: "danger", text: problems[problemOfProvider(error)] };
}

function noticeOf(frame: PageFrame, { problem, failure }: Refusal): ShellNotice {
  const { signIn, accountPages } = frame.texts;
  const waits = problem === "too-many-attempts" && failure.retryAfterSeconds !== undefined;
  return {
    tone: "danger",
    text: waits ? signIn.tooManyAttemptsFor(failure.retryAfterSeconds ?? 60) : accountPages.problems[problem],
  };
}

/** As the platform guesses it from the address; UTC where it does not. */
function timeZoneOf(c: AppContext): string {
  const { cf } = c.req.raw as { cf?: { timezone?: unknown } };
  return typeof cf?.timezone === "string" && isTimeZone(cf.timezone) ? cf.timezone : "UTC";
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
