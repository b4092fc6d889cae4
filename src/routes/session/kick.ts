/** POST|GET /api/auth/v1/kick: ends all other sessions of the user, or one. */

import * as z from "zod";
import { originOf } from "../../domain/realms/realm.ts";
import { kickOwn } from "../../domain/sessions/kick.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { readOptionalJson, readQuery } from "../../http/read-body.ts";
import { headerToken, requireClaimedSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";

export const kickSchema = z.object({
  "session-id": z.string().max(64).nullish().describe("The one to end; without it all but the current one."),
});

export const kickAnswerSchema = z.object({ message: z.string(), "active-sessions-count": z.int() });

export async function kick(c: AppContext): Promise<Response> {
  const isGet = c.req.method === "GET";
  if (isGet) refuseFromElsewhere(c);
  const sent = isGet ? Object.fromEntries(readQuery(c).entries()) : await readOptionalJson(c);
  const { "session-id": sid = null } = validate(kickSchema, sent, isGet ? "query-invalid" : "body-invalid");
  const claimed = await requireClaimedSession(c);
  const left = await kickOwn(c.get("realm"), claimed, sid);
  return c.json({ message: "The other sessions have ended.", "active-sessions-count": left });
}

/** A link on another site must not sign anybody's devices out: by GET only from the same origin, or with the token in the header. */
function refuseFromElsewhere(c: AppContext): void {
  if (headerToken(c) !== undefined) return;
  const here = originOf(hostOf(c.req.url), c.get("realm").config);
  const { origin = here, "sec-fetch-site": site = "same-origin" } = c.req.header();
  if (origin !== here || site !== "same-origin") throw new Problem("cross-site-request");
}
