/** The hosted sign-up page. */
import * as z from "zod";
import { sendVerificationLink } from "../../domain/recovery/verification.ts";
import { openSession } from "../../domain/sessions/open-session.ts";
import { createOwnAccount } from "../../domain/sessions/sign-up.ts";
import { type Failure, PageError, Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { SignUpPage, type SignUpPageProps, type SignUpProblem } from "../../pages/sign-up-page.tsx";
import { nameSchema } from "../session/profile-fields.ts";
import { interactionPaths } from "./paths.ts";
import { providerLinks } from "./provider-links.ts";
import { comeBack, sendVisitPage } from "./visit.ts";
import { arrive, onward, type Visit, withWaiting } from "./waiting-request.ts";

/** GET /sign-up */
export async function showSignUp(c: AppContext): Promise<Response> {
  requireOpenSignUp(c);
  return signUpPage(await arrive(c), {});
}

/** POST /sign-up */
export async function submitSignUp(c: AppContext): Promise<Response> {
  requireOpenSignUp(c);
  const visit = await comeBack(c);
  const { form, waiting } = visit;
  const values = { name: form.get("name") ?? "", email: form.get("email") ?? "" };
  try {
    await limitPerAddress(c, "sign-up", c.get("realm").realm.settings.rate_limits.sign_up_per_address_per_minute);
    validate(z.object({ name: nameSchema }), values);
    const context = c.get("realm");
    const user = await createOwnAccount(context, { ...values, password: form.get("password") ?? "" });
    if (user.email !== null)
      await sendVerificationLink(context, { kind: "email", value: user.email }, null, postLater(c));
    const { token, session } = await openSession(context, user, ["pwd"], await currentDevice(c));
    sendSession(c, token, session.expiresAt);
    return c.body(null, 303, { location: onward(waiting) });
  } catch (error) {
    const shown = error instanceof Problem ? shownProblems(error) : null;
    if (!(error instanceof Problem) || shown === null) throw error;
    return signUpPage(visit, { values, problems: shown }, error);
  }
}

function requireOpenSignUp(c: AppContext): void {
  if (!c.get("realm").realm.settings.sign_up) throw new PageError("sign-up-closed");
}

const problemFields: Readonly<Record<string, [field: "email" | "password" | "form", problem: SignUpProblem]>> = {
  "identifier-missing": ["email", "missing"],
  "email-invalid": ["email", "email-invalid"],
  "user-already-exists": ["email", "user-already-exists"],
  "password-missing": ["password", "missing"],
  "password-too-short": ["password", "password-too-short"],
  "password-too-long": ["password", "password-too-long"],
  "password-too-common": ["password", "password-too-common"],
  "password-contains-context": ["password", "password-contains-context"],
  "rate-limited": ["form", "too-many-attempts"],
};

function shownProblems(error: Failure): SignUpPageProps["problems"] | null {
  const shown = problemFields[error.code];
  return shown === undefined ? null : { [shown[0]]: shown[1] };
}

async function signUpPage(
  visit: Visit,
  shown: Pick<SignUpPageProps, "values" | "problems">,
  refusal?: Failure,
): Promise<Response> {
  const { c, waiting } = visit;
  const providers = await providerLinks(c, waiting);
  const { settings } = c.get("realm").realm;
  return sendVisitPage(
    visit,
    (page) => (
      <SignUpPage
        {...page}
        action={interactionPaths.signUp}
        passwordMinLength={settings.password_min_length}
        signInHref={withWaiting(interactionPaths.signIn, waiting)}
        clientName={waiting?.request?.client.name}
        providers={providers}
        {...shown}
      />
    ),
    { refusal },
  );
}
