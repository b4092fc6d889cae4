/** The hosted page that sets a new password, by a code or by the link of a mail (OWASP ASVS 6.4.3). */
import { parseAddress } from "../../domain/mail/address.ts";
import { proveResetToken, resetPasswordByCode, resetPasswordByLink } from "../../domain/recovery/reset-password.ts";
import { type Failure, Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { dropResetToken, keepResetToken, keptResetToken } from "../../http/password-change.ts";
import { limitCodes } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { PasswordSetPage, type ResetPasswordPageProps } from "../../pages/reset-password-page.tsx";
import { resetting } from "../session/reset-password.ts";
import { interactionPaths } from "./paths.ts";
import { forgotPasswordPage, resetPasswordPage } from "./recovery-pages.tsx";
import { comeBack } from "./visit.ts";
import { arrive, type Visit, withWaiting } from "./waiting-request.ts";

/**
 * GET /reset-password. A link's token is put away in a cookie and leaves the address at once, so that no history and no neighbour
 * keeps it. Looking at the page, as scanners of mails do, uses nothing up.
 */
export async function showResetPassword(c: AppContext): Promise<Response> {
  const token = readQuery(c).get("token");
  if (token !== undefined) {
    keepResetToken(c, token);
    return c.body(null, 303, { location: interactionPaths.resetPassword });
  }
  const visit = await arrive(c);
  const kept = keptResetToken(c);
  if (kept === null) return resetPasswordPage(visit, { by: "code" });
  await limitCodes(c);
  const shown = await shownByToken(c, kept);
  if (shown !== null) return resetPasswordPage(visit, { by: "link", ...shown });
  dropResetToken(c);
  return forgotPasswordPage(visit, { problem: "link-invalid" });
}

/** POST /reset-password */
export async function submitResetPassword(c: AppContext): Promise<Response> {
  const visit = await comeBack(c);
  const { form, waiting } = visit;
  const by = form.get("by") === "link" ? "link" : "code";
  try {
    await limitCodes(c);
    await (by === "link" ? setByLink(c, form) : setByCode(c, form));
    dropResetToken(c);
    const signInHref = withWaiting(interactionPaths.signIn, waiting);
    return sendPage(c, (frame) => <PasswordSetPage frame={frame} signInHref={signInHref} />);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.reason === "link-invalid" || error.reason === "link-used") return linkIsOver(visit, error);
    const problem = problems[error.code];
    if (problem === undefined) throw error;
    const about = by === "code" ? { email: form.get("email") } : await shownByToken(c, keptResetToken(c) ?? "");
    return resetPasswordPage(visit, { by, ...about, problem }, error);
  }
}

async function setByLink(c: AppContext, form: Parameters): Promise<void> {
  const typed = { token: keptResetToken(c) ?? "", password: requirePassword(form) };
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

/** Whose password it is, as the token says it; null when that is over. */
async function shownByToken(
  c: AppContext,
  token: string,
): Promise<Pick<ResetPasswordPageProps, "email" | "isOwed"> | null> {
  const proof = await proveResetToken(c.get("realm"), token);
  if (proof === null) return null;
  return { email: proof.shown ?? undefined, isOwed: proof.isTemporary };
}

function linkIsOver(visit: Visit, error: Failure): Promise<Response> {
  dropResetToken(visit.c);
  return forgotPasswordPage(visit, { problem: "link-invalid" }, error);
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
  "password-unchanged": { field: "password", problem: "password-unchanged" },
  "rate-limited": { field: "form", problem: "too-many-attempts" },
};
