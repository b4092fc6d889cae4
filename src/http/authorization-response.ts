import { type RedirectTarget, redirectLocation } from "../domain/authorization/redirect-target.ts";
import { lazily } from "../lib/lazily.ts";
import type { AppContext } from "./env.ts";

const { sendFormPost } = lazily(() => import("./authorization-pages.tsx"));

/** The answer to a form on a partner's site (contract §3); browsers follow it by GET, too. */
const answersWith302 = /^\/(?:api\/)?v1\/(?:login|register)$/;

/** Sends the browser back to the client: a redirect, or a page that posts itself. */
export function sendAuthorizationResponse(
  c: AppContext,
  target: RedirectTarget,
  answer: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  c.header("cache-control", "no-store");
  if (target.mode === "form_post") return sendFormPost(c, target, answer);
  // 303 after a POST, so that nobody's password is sent along (RFC 9700 §4.12).
  const status = c.req.method === "POST" && !answersWith302.test(c.req.path) ? 303 : 302;
  return c.body(null, status, { location: redirectLocation(target, answer) });
}
