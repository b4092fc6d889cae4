import type { ClaimedSession } from "../../domain/sessions/session-token.ts";
import { type ReturnAddress, withQuery } from "../../domain/sso/return-address.ts";
import { issueSsoToken } from "../../domain/sso/sso-token.ts";
import type { AppContext } from "../../http/env.ts";
import type { SsoRequest } from "./request.ts";

/** The address on the other domain that sets the session there and goes on to redirect-url. */
export async function validateHop(c: AppContext, request: SsoRequest, session: ClaimedSession): Promise<ReturnAddress> {
  const token = await issueSsoToken(c.get("realm"), session, request.callback.host);
  return withQuery(`${request.callback.origin}/api/auth/v1/sessions/access-token/validate` as ReturnAddress, {
    "redirect-url": request.sent["redirect-url"],
    "access-token": token,
    redirect: "true",
  });
}
