/** POST /api/auth/v1/users/send-verification-link, and GET /users/verify-email, where the link leads. */
import * as z from "zod";
import { originOf } from "../../domain/realms/realm.ts";
import { sendVerificationLink, verifyByLink } from "../../domain/recovery/verification.ts";
import { parseRedirectUrl, type ReturnAddress } from "../../domain/sso/return-address.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";
import type { AppContext } from "../../http/env.ts";
import { logBug } from "../../http/log.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { sendPage } from "../../http/page.ts";
import { limitCodes, limitMessages } from "../../http/rate-limit.ts";
import { readJson, readQuery } from "../../http/read-body.ts";
import { claimedSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { VerifiedPage } from "../../pages/verified-page.tsx";
import { addressIn, emailSchema } from "./code-fields.ts";

const redirectUrlSchema = z
  .string()
  .max(2048)
  .describe("Where the link leads in the end: a path of this domain, or an address the realm allows.");

export const verificationLinkSchema = z.object({ email: emailSchema, "redirect-url": redirectUrlSchema.nullish() });

export const verifyEmailQuerySchema = z.object({
  token: z.string(),
  "redirect-url": redirectUrlSchema.optional(),
});

export async function postVerificationLink(c: AppContext): Promise<Response> {
  const body = validate(verificationLinkSchema, await readJson(c));
  const context = c.get("realm");
  const landing = landingOf(c, body["redirect-url"] ?? undefined);
  const address = addressIn(body);
  await limitMessages(c);
  await sendVerificationLink(context, address, landing, postLater(c));
  return c.json({ message: "If there is such an account, a link is on its way to it." });
}

/** The outcome is told in the fragment of the landing page's address; without a landing page, on a page of our own. */
export async function verifyEmail(c: AppContext): Promise<Response> {
  const query = readQuery(c);
  const landing = landingOf(c, query.get("redirect-url"));
  await limitCodes(c);
  try {
    const session = await claimedSession(c);
    const outcome = await verifyByLink(c.get("realm"), query.get("token"), session);
    if (landing !== null) return land(c, landing, outcome);
    return sendPage(c, (frame) => <VerifiedPage frame={frame} outcome={outcome} homeHref="/" />, { readAgainAt: null });
  } catch (error) {
    if (landing === null || !(error instanceof StorageUnavailable)) throw error;
    logBug(c, error);
    return land(c, landing, "internal-error");
  }
}

/** Null when none was asked for. Throws Problem, 400, when it is nobody's that the realm knows. */
function landingOf(c: AppContext, redirectUrl: string | undefined): ReturnAddress | null {
  if (redirectUrl === undefined || redirectUrl === "") return null;
  const context = c.get("realm");
  return parseRedirectUrl(context, redirectUrl, originOf(hostOf(c.req.url), context.config));
}

function land(c: AppContext, landing: ReturnAddress, outcome: string): Response {
  const url = new URL(landing);
  url.hash = outcome;
  return c.body(null, 302, { location: url.href });
}
