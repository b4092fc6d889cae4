/** POST /embed/session: what our frame on a client's site asks us. Nobody else can: there is no CORS, and foreign origins are refused. */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { type EmbeddedSession, embeddedSession } from "../../domain/embedding/embedded-session.ts";
import { getFramingClient } from "../../domain/embedding/framing-client.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { embeddedSessions } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { Parameters } from "../../lib/parameters.ts";

export const embedSessionSchema = z.object({
  client_id: z.string().max(64),
  origin: z.string().max(limits.urlLength),
  request: z
    .string()
    .max(limits.authorizationRequestBytes)
    .optional()
    .describe("Parameters of an authorization request, as in a query: asks for a code."),
});

export const embedSessionAnswerSchema = z.object({
  status: z.enum(["signed-in", "signed-out"]),
  user: z
    .object({ id: z.string(), name: z.string().optional(), email: z.string().optional() })
    .optional()
    .describe("As far as the application may know of them."),
  code: z.string().optional(),
  error: z.string().optional().describe("Why there is no code, as in an authorization response."),
});

export async function embedSession(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { client_id, origin, request } = validate(embedSessionSchema, await readJson(c));
  const client = await getFramingClient(context, client_id, origin);
  const parameters = request === undefined ? null : new Parameters(new URLSearchParams(request));
  const answer: EmbeddedSession = await embeddedSession(context, client, await embeddedSessions(c), parameters);
  return c.json(answer);
}
