/** GET /embed/sign-in and /embed/signed-in: the window beside the page that has the frame, and the login_url of FedCM. */
import { originOf } from "../../domain/realms/realm.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { sendPage } from "../../http/page.ts";
import { findSession, noteLoginStatus } from "../../http/session.ts";
import { SignedInPage } from "../../pages/signed-in-page.tsx";
import { embedPaths } from "./paths.ts";

/** As from one domain of the realm to another, but to this very host: its cookies are set anew, with the attributes of the day. */
export function signInForFrame(c: AppContext): Response {
  const { realm, config } = c.get("realm");
  const here = originOf(hostOf(c.req.url), config);
  const query = new URLSearchParams({
    "callback-url": here,
    "redirect-url": `${here}${embedPaths.signedIn}`,
    "auth-page": realm.authenticationUrl ?? `${here}/sign-in`,
  });
  return c.body(null, 302, { location: `/authenticate?${query}` });
}

export async function signedIn(c: AppContext): Promise<Response> {
  if ((await findSession(c)) === null) return c.body(null, 302, { location: embedPaths.signIn });
  if (c.get("realm").realm.settings.embedding) noteLoginStatus(c, "logged-in");
  return sendPage(c, (frame) => <SignedInPage frame={frame} />);
}
