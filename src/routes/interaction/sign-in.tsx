/** The hosted sign-in page. */
import { signInWithPassword } from "../../domain/sessions/sign-in.ts";
import { type Failure, Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import { currentDevice, findSession, sendSession } from "../../http/session.ts";
import { SignInPage, type SignInProblem } from "../../pages/sign-in-page.tsx";
import { interactionPaths } from "./paths.ts";
import { providerLinks } from "./provider-links.ts";
import { comeBack, sendVisitPage } from "./visit.ts";
import { arrive, onward, type Visit, withWaiting } from "./waiting-request.ts";

/** GET /sign-in */
export async function showSignIn(c: AppContext): Promise<Response> {
  const visit = await arrive(c);
  const { waiting } = visit;
  const current = waiting?.page === true ? await findSession(c) : null;
  const again =
    current !== null ||
    waiting?.request?.prompts.has("login") === true ||
    (waiting?.request?.maxAgeSeconds ?? null) !== null;
  return signInPage(visit, {
    identifier: waiting?.request?.loginHint ?? current?.profile.email ?? current?.profile.username ?? undefined,
    problem: providerProblem(readQuery(c).get("error")) ?? (again ? "reauthenticate" : undefined),
  });
}

/** POST /sign-in */
export async function submitSignIn(c: AppContext): Promise<Response> {
  const visit = await comeBack(c);
  const { form, waiting } = visit;
  const identifier = form.get("identifier") ?? "";
  const { realm } = c.get("realm");
  try {
    await limitPerAddress(c, "sign-in", realm.settings.rate_limits.sign_in_per_address_per_minute);
    const credentials = { identifier, password: form.get("password") ?? "" };
    const { token, session } = await signInWithPassword(c.get("realm"), credentials, await currentDevice(c));
    sendSession(c, token, session.expiresAt);
    return c.body(null, 303, { location: onward(waiting) });
  } catch (error) {
    const problem = error instanceof Problem ? problems[error.code] : undefined;
    if (!(error instanceof Problem) || problem === undefined) throw error;
    return signInPage(visit, { identifier, problem, retryAfterSeconds: error.retryAfterSeconds }, error);
  }
}

const problems: Readonly<Record<string, SignInProblem>> = {
  bad_credential: "wrong-credentials",
  "user-unknown": "wrong-credentials",
  "temporary-password-expired": "password-expired",
  "rate-limited": "too-many-attempts",
};

/** Why somebody is back from a provider without having been signed in. What else stands in the query is nobody's word. */
function providerProblem(error: string | undefined): SignInProblem | undefined {
  if (error === undefined) return undefined;
  if (error === "access_denied") return "provider-denied";
  return error === "link-required" ? "link-required" : "provider-failed";
}

interface Shown {
  readonly identifier?: string | undefined;
  readonly problem?: SignInProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

async function signInPage(visit: Visit, shown: Shown, refusal?: Failure): Promise<Response> {
  const { c, waiting } = visit;
  const providers = await providerLinks(c, waiting);
  const { settings } = c.get("realm").realm;
  return sendVisitPage(
    visit,
    (page) => (
      <SignInPage
        {...page}
        action={interactionPaths.signIn}
        clientName={waiting?.request?.client.name}
        signUpHref={settings.sign_up ? withWaiting(interactionPaths.signUp, waiting) : undefined}
        codeHref={withWaiting(interactionPaths.signInCode, waiting)}
        forgotHref={withWaiting(interactionPaths.forgotPassword, waiting)}
        passkeyNext={onward(waiting)}
        providers={providers}
        {...shown}
      />
    ),
    { refusal, connects: true },
  );
}
