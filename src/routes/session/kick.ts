/** POST|GET /api/auth/v1/kick: ends all other sessions of the user, or one. */
import * as z from "zod";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { requireClaimedSession, sessionHeader } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";

export const kickSchema = z.object({
  "session-id": z.string().max(64).nullish().describe("The one to end; without it all but the current one."),
});

export const kickAnswerSchema = z.object({ message: z.string(), "active-sessions-count": z.int() });

export async function kick(c: AppContext): Promise<Response> {
  if (c.req.method === "GET") refuseFromElsewhere(c);
  const body = c.req.method === "POST" && hasBody(c) ? validate(kickSchema, await readJson(c)) : {};
  const claimed = await requireClaimedSession(c);
  const left = await c
    .get("realm")
    .objects.call(claimed.userId, (user) => user.kick(claimed.sid, body["session-id"] ?? null));
  if (left === null) throw new Problem("session-ended");
  if (left === false) throw new Problem("session-unknown");
  return c.json({ message: "The other sessions have ended.", "active-sessions-count": left.activeSessions });
}

/** A link on another site must not sign anybody's devices out: by GET only from the same origin, or with the token in the header. */
function refuseFromElsewhere(c: AppContext): void {
  const site = c.req.header("sec-fetch-site");
  if (c.req.header(sessionHeader) === undefined && site !== undefined && site !== "same-origin")
    throw new Problem("cross-site-request");
}

const hasBody = (c: AppContext): boolean =>
  (c.req.header("content-length") ?? "0") !== "0" || c.req.header("transfer-encoding") !== undefined;
