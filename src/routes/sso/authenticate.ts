/** GET /authenticate on the auth domain: somebody signed in here is signed in on another domain too (S2.34 to S2.36). */
import { withQuery } from "../../domain/sso/return-address.ts";
import type { AppContext } from "../../http/env.ts";
import { findSession } from "../../http/session.ts";
import { parseSsoRequest } from "./request.ts";
import { validateHop } from "./validate-hop.ts";

export async function authenticate(c: AppContext): Promise<Response> {
  const request = parseSsoRequest(c);
  const current = await findSession(c);
  if (current !== null) return c.body(null, 302, { location: await validateHop(c, request, current.claimed) });
  const location =
    request.authPage === null
      ? withQuery(request.redirectUrl, { logged_in: "false" })
      : withQuery(request.authPage, request.sent);
  return c.body(null, 302, { location });
}
