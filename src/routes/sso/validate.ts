/** GET /sessions/access-token/validate on the domain of callback-url: sets the session there. */
import { originOf } from "../../domain/realms/realm.ts";
import { issueSessionToken } from "../../domain/sessions/session-token.ts";
import { asSent, parseRedirectUrl } from "../../domain/sso/return-address.ts";
import { redeemSsoToken } from "../../domain/sso/sso-token.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { readQuery } from "../../http/read-body.ts";
import { sendSession } from "../../http/session.ts";

export async function validateAccessToken(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const query = readQuery(c);
  const host = hostOf(c.req.url);
  const sent = query.get("redirect-url") ?? "/";
  const redirectUrl = asSent(sent, parseRedirectUrl(context, sent, originOf(host, context.config)));
  const { session, profile } = await redeemSsoToken(context, query.get("access-token"), host);
  const claimed = { userId: profile.id, sid: session.sid, expiresAt: session.expiresAt };
  sendSession(c, await issueSessionToken(context, claimed), session.expiresAt);
  const redirect = query.get("redirect");
  if (redirect === undefined || redirect === "false") return c.json({ "redirect-url": redirectUrl });
  return c.body(null, 302, { location: redirectUrl });
}
