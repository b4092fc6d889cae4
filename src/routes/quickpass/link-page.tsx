/** The hosted page on which somebody who was handed over shows that the account with their address is theirs (contract §5). */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { sendCode } from "../../domain/one-time-codes/send-code.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { SecondFactorNeeded } from "../../domain/second-factor/half-sign-in.ts";
import { PasswordChangeNeeded } from "../../domain/sessions/password-change-needed.ts";
import { finishLink, isFresh, type LinkProof, makeFreshAccount } from "../../domain/sources/finish-link.ts";
import { openLinkToken, type PendingLink } from "../../domain/sources/link-token.ts";
import { parseRedirectUrl, type ReturnAddress } from "../../domain/sso/return-address.ts";
import { PageError, Problem } from "../../errors/errors.ts";
import { checkCsrfToken, csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { forgetLinkToken, keptLinkToken } from "../../http/link-cookie.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { sendPage } from "../../http/page.ts";
import { limitMessages, limitPerAddress } from "../../http/rate-limit.ts";
import { readPageForm, readQuery } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { type CurrentSession, currentDevice, findSession, sendSession } from "../../http/session.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { LinkAccountPage, type LinkAccountProblem } from "../../pages/link-account-page.tsx";
import { interactionPaths } from "../interaction/paths.ts";
import { sealWaitingPage } from "../interaction/waiting-request.ts";
import { linkPageAddress } from "./hand-over.tsx";

/** What the page is about: who was handed over, and where they want to go. */
interface Case {
  readonly pending: PendingLink;
  readonly redirectUrl: ReturnAddress | null;
}

/** GET /link-account */
export async function showLinkPage(c: AppContext): Promise<Response> {
  const it = await openCase(c, readQuery(c).get("redirect-url"));
  return linkPage(c, ensureBrowserId(c), it, {});
}

/** POST /link-account: how to show it, or that a new account is wanted, is in `step`. */
export async function submitLinkPage(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  const browser = await checkCsrfToken(c, form.get("csrf"));
  const it = await openCase(c, form.get("redirect-url"));
  const isByCode = form.get("step") === "code";
  try {
    if (form.get("step") === "send") return await sendCodeTo(c, browser, it);
    await take(c, it, form);
    forgetLinkToken(c);
    return c.body(null, 303, { location: it.redirectUrl ?? interactionPaths.home });
  } catch (error) {
    if (error instanceof SecondFactorNeeded || error instanceof PasswordChangeNeeded) {
      // Both are connected afterwards: the page comes back, with a session that has shown everything.
      const back = `${originOf(hostOf(c.req.url), c.get("config"))}${linkPageAddress(it.redirectUrl)}`;
      c.set("waiting", await sealWaitingPage(c, back));
      throw error;
    }
    const problem = error instanceof Problem ? shownProblem(error, isByCode) : undefined;
    if (!(error instanceof Problem) || problem === undefined) throw error;
    refusalHeaders(c, error);
    const shown = { codeSent: isByCode, problem, retryAfterSeconds: error.retryAfterSeconds };
    return linkPage(c, browser, it, shown, error.status as ContentfulStatusCode);
  }
}

/** Throws PageError when nobody was handed over to this browser, or it is too long ago. */
async function openCase(c: AppContext, redirectUrl: string | undefined): Promise<Case> {
  const context = c.get("realm");
  const token = keptLinkToken(c);
  if (token === null) throw new PageError("link-token-invalid");
  const here = originOf(hostOf(c.req.url), context.config);
  return {
    pending: await openLinkToken(context, token).catch((error: unknown) => {
      throw error instanceof Problem ? new PageError(error.reason) : error;
    }),
    redirectUrl: redirectUrl === undefined ? null : parseRedirectUrl(context, redirectUrl, here),
  };
}

async function sendCodeTo(c: AppContext, browser: string, it: Case): Promise<Response> {
  await limitMessages(c);
  await sendCode(c.get("realm"), { kind: "email", value: it.pending.email }, postLater(c));
  return linkPage(c, browser, it, { codeSent: true });
}

async function take(c: AppContext, { pending }: Case, form: Parameters): Promise<void> {
  const context = c.get("realm");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const device = await currentDevice(c);
  const signedIn =
    form.get("step") === "fresh"
      ? await makeFreshAccount(context, pending, device)
      : await finishLink(context, pending, await proofIn(c, form), device, postLater(c));
  if (signedIn !== null) sendSession(c, signedIn.token, signedIn.session.expiresAt);
}

async function proofIn(c: AppContext, form: Parameters): Promise<LinkProof> {
  if (form.get("step") === "session") {
    const live = await findSession(c);
    if (live === null) throw new Problem("session-missing");
    return { kind: "session", live };
  }
  const isByCode = form.get("step") === "code";
  const typed = form.get(isByCode ? "code" : "password");
  if (typed === undefined) throw new Problem(isByCode ? "one-time-code-missing" : "password-missing");
  return isByCode ? { kind: "code", code: typed } : { kind: "password", password: typed };
}

function shownProblem({ code, reason }: Problem, isByCode: boolean): LinkAccountProblem | undefined {
  if (reason === "session-ended" || reason === "session-missing" || reason === "reauthentication-required")
    return "password-missing";
  if (reason === "link-proof-missing") return isByCode ? "wrong-code" : "wrong-password";
  return problems[code];
}

const problems: Readonly<Record<string, LinkAccountProblem>> = {
  bad_credential: "wrong-password",
  "user-unknown": "wrong-password",
  "otp-mismatch": "wrong-code",
  "password-missing": "password-missing",
  "otp-missing": "code-missing",
  "temporary-password-expired": "password-expired",
  "rate-limited": "too-many-attempts",
  "account-already-linked": "linked-elsewhere",
  "session-limit-reached": "session-limit",
};

interface Shown {
  readonly codeSent?: boolean;
  readonly problem?: LinkAccountProblem;
  readonly retryAfterSeconds?: number | undefined;
}

async function linkPage(
  c: AppContext,
  browser: string,
  { pending, redirectUrl }: Case,
  shown: Shown,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const [csrf, current] = await Promise.all([csrfToken(c, browser), findSession(c)]);
  const { settings } = c.get("realm").realm;
  return sendPage(
    c,
    (frame) => (
      <LinkAccountPage
        frame={frame}
        action={interactionPaths.linkAccount}
        csrf={csrf}
        redirectUrl={redirectUrl ?? undefined}
        sourceLabel={pending.source.label}
        personName={pending.name ?? undefined}
        personId={pending.sourceId}
        email={pending.email}
        signedInAs={ownerSignedIn(c, pending, current)}
        offersFresh={settings.sign_up}
        {...shown}
      />
    ),
    { status, formTargets: redirectUrl === null ? [] : [redirectUrl] },
  );
}

/** Whoever has just signed in to the account with the address has shown enough. */
function ownerSignedIn(c: AppContext, { email }: PendingLink, current: CurrentSession | null): string | undefined {
  if (current === null || current.profile.email !== email || !isFresh(c.get("realm"), current.session))
    return undefined;
  return current.profile.name ?? email;
}
