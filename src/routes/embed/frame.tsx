/** GET /embed: the page that a client's site shows in a frame, and that says who is signed in here (contract §5). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { framingOrigins, getFramingClient } from "../../domain/embedding/framing-client.ts";
import { PageError } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { readQuery } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { EmbedPage } from "../../pages/embed-page.tsx";
import { embedPaths } from "./paths.ts";

export const embedQuerySchema = z.object({
  client_id: z.string().describe("The application, by its client_id or integration id."),
  origin: z.string().max(limits.urlLength).describe("The origin that the frame stands on, and that it speaks to."),
  response_type: z
    .literal("code")
    .optional()
    .describe("Asks for an authorization code, with the other parameters of such a request; PKCE is required."),
  redirect_uri: z.string().optional().describe("A registered one; it is named again when the code is redeemed."),
  scope: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal("S256").optional(),
  nonce: z.string().optional(),
});

export async function frame(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const query = readQuery(c);
  if (query.repeated.size > 0) throw new PageError("parameter-repeated");
  const { client_id, origin, response_type } = validate(
    embedQuerySchema,
    Object.fromEntries(query.entries()),
    "query-invalid",
  );
  const client = await getFramingClient(context, client_id, origin);
  const request = query.entries().filter(([name]) => name !== "client_id" && name !== "origin");
  c.header("cross-origin-resource-policy", "cross-origin");
  return sendPage(
    c,
    (pageFrame) => (
      <EmbedPage
        frame={pageFrame}
        clientId={client.clientId}
        origin={origin}
        request={response_type === undefined ? "" : new URLSearchParams(request).toString()}
        mayAskForAccess={context.realm.settings.embedding}
        signInHref={embedPaths.signIn}
      />
    ),
    { connects: true, framedBy: [...framingOrigins(client)], uiLocales: query.get("ui_locales") ?? null },
  );
}
