/** POST|GET /api/auth/v1/kick: ends all other sessions of the user, or one. */

import * as z from "zod";
import { kickOwn } from "../../domain/sessions/kick.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { headerToken, requireClaimedSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";

export const kickSchema = z.object({
  "session-id": z.string().max(64).nullish().describe("The one to end; without it all but the current one."),
});

export const kickAnswerSchema = z.object({ message: z.string(), "active-sessions-count": z.int() });

export async function kick(c: AppContext): Promise<Response> {
  if (c.req.method === "GET") refuseFromElsewhere(c);
  const body = c.req.method === "POST" ? validate(kickSchema, await readOptionalJson(c)) : {};
  const claimed = await requireClaimedSession(c);
  const left = await kickOwn(c.get("realm"), claimed, body["session-id"] ?? null);
  return c.json({ message: "The other sessions have ended.", "active-sessions-count": left });
}

/** A link on another site must not sign anybody's devices out: by GET only from the same origin, or with the token in the header. */
function refuseFromElsewhere(c: AppContext): void {
  if (headerToken(c) !== undefined) return;
  refuseForeignOrigin(c);
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") throw new Problem("cross-site-request");
}
