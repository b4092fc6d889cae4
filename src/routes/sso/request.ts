import * as z from "zod";
import { originOf } from "../../domain/realms/realm.ts";
import {
  asSent,
  parseAuthPage,
  parseCallbackUrl,
  parseRedirectUrl,
  type ReturnAddress,
} from "../../domain/sso/return-address.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { readQuery } from "../../http/read-body.ts";
import type { Parameters } from "../../lib/parameters.ts";

export const ssoQuerySchema = z.object({
  "callback-url": z.string().describe("The domain of the realm where the user is to be signed in."),
  "redirect-url": z
    .string()
    .describe("Where the user goes then: a path of that domain, or an address the realm allows."),
  "auth-page": z.string().optional().describe("Where the user goes when signing in did not work."),
});

/** A cross-domain request with its addresses proven. */
export interface SsoRequest {
  readonly callback: { readonly origin: ReturnAddress; readonly host: string };
  readonly redirectUrl: ReturnAddress;
  readonly authPage: ReturnAddress | null;
  /** The addresses as the caller spelled them, for handing on. */
  readonly sent: { readonly "redirect-url": string; readonly "callback-url": string };
}

/** Throws Problem, 400, before anything else happens, when an address is not the realm's. */
export function parseSsoRequest(c: AppContext, query: Parameters = readQuery(c)): SsoRequest {
  const context = c.get("realm");
  const callback = parseCallbackUrl(context, query.get("callback-url"));
  const redirectUrl = parseRedirectUrl(context, query.get("redirect-url"), callback.origin);
  return {
    callback,
    redirectUrl,
    authPage: parseAuthPage(context, query.get("auth-page"), originOf(hostOf(c.req.url), context.config)),
    sent: {
      "redirect-url": asSent(query.get("redirect-url"), redirectUrl),
      "callback-url": query.get("callback-url") ?? callback.origin,
    },
  };
}
