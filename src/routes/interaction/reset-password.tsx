/** The hosted page that sets a new password, by a code or by the link of a mail (OWASP ASVS 6.4.3). */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { limits } from "../../config/limits.ts";
import { parseAddress } from "../../domain/mail/address.ts";
import { proveLink } from "../../domain/recovery/mailed-link.ts";
import { resetPasswordByCode, resetPasswordByLink } from "../../domain/recovery/reset-password.ts";
import { type Failure, Problem } from "../../errors/errors.ts";
import { checkCsrfToken } from "../../http/browser-id.ts";
import { cookieValues, hostCookieName, setCookie } from "../../http/cookies.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { limitCodes } from "../../http/rate-limit.ts";
import { readPageForm, readQuery } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { PasswordSetPage, type ResetPasswordPageProps } from "../../pages/reset-password-page.tsx";
import { resetting } from "../session/reset-password.ts";
import { interactionPaths } from "./paths.ts";
import { forgotPasswordPage, resetPasswordPage } from "./recovery-pages.tsx";
import { arrive, type WaitingRequest, waitingRequest, withWaiting } from "./waiting-request.ts";

const cookieName = "gatehouse-reset";

/**
 * GET /reset-password. A link's token is put away in a cookie and leaves the address at once, so that no history and no neighbour
 * keeps it. Looking at the page, as scanners of mails do, uses nothing up.
 */
export async function showResetPassword(c: AppContext): Promise<Response> {
  const token = readQuery(c).get("token");
  if (token !== undefined) {
    keepToken(c, token);
    return c.body(null, 303, { location: interactionPaths.resetPassword });
  }
  const { browser, waiting } = await arrive(c);
  const kept = keptToken(c);
  if (kept === null) return resetPasswordPage(c, browser, waiting, { by: "code" });
  await limitCodes(c);
  const proof = await proveLink(c.get("realm"), "reset-link", kept, "look");
  if (proof.ok) return resetPasswordPage(c, browser, waiting, { by: "link", email: proof.address.value });
  dropToken(c);
  return forgotPasswordPage(c, browser, waiting, { problem: "link-invalid" });
}

/** POST /reset-password */
export async function submitResetPassword(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  const browser = await checkCsrfToken(c, form.get("csrf"));
  const waiting = await waitingRequest(c, browser, form.get("interaction"));
  const by = form.get("by") === "link" ? "link" : "code";
  try {
    await limitCodes(c);
    await (by === "link" ? setByLink(c, form) : setByCode(c, form));
    dropToken(c);
    const signInHref = withWaiting(interactionPaths.signIn, waiting);
    return sendPage(c, (frame) => <PasswordSetPage frame={frame} signInHref={signInHref} />);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.reason === "link-invalid" || error.reason === "link-used") return linkIsOver(c, browser, waiting, error);
    const problem = problems[error.code];
    if (problem === undefined) throw error;
    refusalHeaders(c, error);
    const shown = { by, email: await shownEmail(c, by, form), problem } as const;
    return resetPasswordPage(c, browser, waiting, shown, error.status as ContentfulStatusCode);
  }
}

async function setByLink(c: AppContext, form: Parameters): Promise<void> {
  const typed = { token: keptToken(c) ?? "", password: requirePassword(form) };
  await resetPasswordByLink(c.get("realm"), typed, await resetting(c));
}

async function setByCode(c: AppContext, form: Parameters): Promise<void> {
  const address = parseAddress({ email: form.get("email") });
  const code = form.get("code");
  if (code === undefined) throw new Problem("one-time-code-missing");
  await resetPasswordByCode(c.get("realm"), { address, code, password: requirePassword(form) }, await resetting(c));
}

function requirePassword(form: Parameters): string {
  const password = form.get("password");
  if (password === undefined) throw new Problem("password-missing", { fields: { password: "missing" } });
  return password;
}

/** Whose password it is, as the link says it; or what was typed. */
async function shownEmail(c: AppContext, by: "code" | "link", form: Parameters): Promise<string | undefined> {
  if (by === "code") return form.get("email");
  const proof = await proveLink(c.get("realm"), "reset-link", keptToken(c) ?? undefined, "look");
  return proof.ok ? proof.address.value : undefined;
}

function linkIsOver(c: AppContext, browser: string, waiting: WaitingRequest | null, error: Failure): Promise<Response> {
  dropToken(c);
  refusalHeaders(c, error);
  return forgotPasswordPage(c, browser, waiting, { problem: "link-invalid" }, error.status as ContentfulStatusCode);
}

const problems: Readonly<Record<string, ResetPasswordPageProps["problem"]>> = {
  "identifier-missing": { field: "email", problem: "email-missing" },
  "email-invalid": { field: "email", problem: "email-invalid" },
  "otp-missing": { field: "code", problem: "code-missing" },
  "otp-mismatch": { field: "code", problem: "otp-mismatch" },
  "password-missing": { field: "password", problem: "password-missing" },
  "password-too-short": { field: "password", problem: "password-too-short" },
  "password-too-long": { field: "password", problem: "password-too-long" },
  "password-too-common": { field: "password", problem: "password-too-common" },
  "password-contains-context": { field: "password", problem: "password-contains-context" },
  "rate-limited": { field: "form", problem: "too-many-attempts" },
};

/** What has the shape of a token, and so may stand in a cookie. */
const tokenShape = /^[A-Za-z0-9_-]{1,16}\.[A-Za-z0-9_-]{1,2000}$/;

function keepToken(c: AppContext, token: string): void {
  const value = tokenShape.test(token) ? token : "none";
  setCookie(c, hostCookieName(c, cookieName), value, { maxAgeSeconds: limits.resetLinkTtlSeconds, sameSite: "Lax" });
}

function dropToken(c: AppContext): void {
  setCookie(c, hostCookieName(c, cookieName), "", { maxAgeSeconds: 0, sameSite: "Lax" });
}

const keptToken = (c: AppContext): string | null => cookieValues(c, hostCookieName(c, cookieName))[0] || null;
