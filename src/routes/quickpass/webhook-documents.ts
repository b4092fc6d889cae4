import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { problem } from "../admin/document-parts.ts";
import { webhookTexts } from "../admin/webhook-documents.ts";

const refusals = {
  401: problem("`api-key-invalid`: no key, or not one of the realm's."),
  403: problem("The key has not the scope `webhooks:manage`."),
  404: problem("The main product has no such webhook."),
  429: problem("`rate-limited`, with Retry-After."),
};

const paths = {
  "post /webhooks": webhookTexts.post,
  "get /webhooks": webhookTexts.list,
  "delete /webhooks/{webhook}": webhookTexts.remove,
  "post /webhooks/{webhook}/rotate-secret": webhookTexts.rotate,
  "get /webhooks/{webhook}/deliveries": webhookTexts.deliveries,
  "post /webhooks/{webhook}/deliveries/replay": webhookTexts.replayDead,
  "post /webhooks/{webhook}/deliveries/{delivery}/replay": webhookTexts.replayOne,
};

/** A main product's server with its own webhooks. Of linked accounts it hears when they are its own. */
export const webhookDocuments: readonly EndpointDocument[] = Object.entries(paths).map(([address, text]) => {
  const [method = "", path = ""] = address.split(" ");
  const names = [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name = ""]) => name);
  return {
    method: method as EndpointDocument["method"],
    path: `/api/v1${path}`,
    ...(names.length === 0
      ? {}
      : { pathParams: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
    ...text,
    tag: "Main products",
    description: `${text.description} With an X-API-Key for \`webhooks:manage\`: the main product's own, and of linked accounts only its own. By a key of an application: the application's own; a third party's hears of its connections in the token vault alone.`,
    responses: { ...text.responses, ...refusals },
    security: "api-key",
  };
});
