/** Signing out by a page: the form at home, and the question that RP-Initiated Logout §2 asks for. */
import type { Client } from "../../domain/clients/client.ts";
import { endSession, endSessionKnownAs } from "../../domain/sessions/end-session.ts";
import type { IdTokenHint } from "../../domain/tokens/id-token.ts";
import { PageError } from "../../errors/errors.ts";
import { checkCsrfToken, csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import { cookieValues } from "../../http/cookies.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { readPageForm } from "../../http/read-body.ts";
import { claimedSession, clearSession, findSession } from "../../http/session.ts";
import { SignOutPage } from "../../pages/sign-out-page.tsx";
import { SignedOutPage } from "../../pages/signed-out-page.tsx";
import { interactionPaths } from "./paths.ts";

export interface SignOutRequest {
  readonly client: Client | null;
  /** Registered by the client, to the letter. */
  readonly returnTo: string | null;
  readonly state: string | null;
  readonly uiLocales: string | null;
}

/** Asks; the answer is posted to /sign-out. Somebody who is not signed in is not asked. */
export async function confirmSignOut(c: AppContext, request: SignOutRequest): Promise<Response> {
  const current = await findSession(c);
  if (current === null) return signedOut(c, request, "link");
  const csrf = await csrfToken(c, ensureBrowserId(c));
  const { profile } = current;
  return sendPage(
    c,
    (frame) => (
      <SignOutPage
        frame={frame}
        action={interactionPaths.signOut}
        csrf={csrf}
        fields={fieldsOf(request)}
        userLabel={profile.name ?? profile.email ?? undefined}
        clientName={request.client?.name}
      />
    ),
    { formTargets: request.returnTo === null ? [] : [request.returnTo], uiLocales: request.uiLocales },
  );
}

/** Ends the session that the hint names. When this browser is somebody else's session by now, the person is asked. */
export async function finishSignOut(c: AppContext, request: SignOutRequest, hint: IdTokenHint): Promise<Response> {
  const claimed = await claimedSession(c);
  if (claimed !== null && claimed.userId !== hint.userId) return confirmSignOut(c, request);
  if (hint.sid !== null) await endSessionKnownAs(c.get("realm"), { userId: hint.userId, sid: hint.sid });
  if (claimed !== null && claimed.sid !== hint.sid) await endSession(c.get("realm"), claimed);
  return signedOut(c, request, claimed === null ? "link" : "person");
}

/** POST /sign-out */
export async function submitSignOut(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  await checkCsrfToken(c, form.get("csrf"));
  const client = await c.get("realm").clients.find(form.get("client_id") ?? "");
  const returnTo = form.get("post_logout_redirect_uri") ?? null;
  if (returnTo !== null && client?.metadata.post_logout_redirect_uris.includes(returnTo) !== true)
    throw new PageError("redirect-not-allowed");
  const claimed = await claimedSession(c);
  if (claimed !== null) await endSession(c.get("realm"), claimed);
  const [state, uiLocales] = [form.get("state") ?? null, form.get("ui_locales") ?? null];
  return signedOut(c, { client, returnTo, state, uiLocales }, "person");
}

function fieldsOf(request: SignOutRequest): Record<string, string> {
  return {
    ...(request.client === null ? {} : { client_id: request.client.clientId }),
    ...(request.returnTo === null ? {} : { post_logout_redirect_uri: request.returnTo }),
    ...(request.state === null ? {} : { state: request.state }),
    ...(request.uiLocales === null ? {} : { ui_locales: request.uiLocales }),
  };
}

/** `by`: whether somebody here has signed out, or a link may have led anybody here. */
function signedOut(c: AppContext, request: SignOutRequest, by: "person" | "link"): Response {
  const { client, returnTo, state, uiLocales } = request;
  // A browser that has shown no session may have one all the same, of somebody who was not asked.
  if (cookieValues(c, c.get("realm").realm.settings.cookie_name).length > 0) clearSession(c);
  if (returnTo === null)
    return sendPage(
      c,
      (frame) => <SignedOutPage frame={frame} reason="signed-out" continueHref={interactionPaths.home} />,
      { uiLocales },
    );
  const query = state === null ? "" : `${returnTo.includes("?") ? "&" : "?"}${new URLSearchParams({ state })}`;
  const location = `${returnTo}${query}`;
  if (by === "link" && client?.selfRegistered === true && /^https?:/i.test(returnTo))
    return sendPage(c, (frame) => <SignedOutPage frame={frame} continueHref={location} leadsAway />, { uiLocales });
  return c.body(null, c.req.method === "POST" ? 303 : 302, { location });
}
