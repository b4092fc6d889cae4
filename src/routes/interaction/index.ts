import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { decideConsent } from "./consent.tsx";
import { home } from "./home.tsx";
import { interactionPaths } from "./paths.ts";
import { resume } from "./resume.ts";
import { showSignIn, submitSignIn } from "./sign-in.tsx";
import { submitSignOut } from "./sign-out.tsx";
import { showSignUp, submitSignUp } from "./sign-up.tsx";

/** What the browser does between /authorize and the way back, and the pages one can open by oneself. */
export const interaction = new Hono<AppEnv>()
  .get(interactionPaths.home, home)
  .get(interactionPaths.resume, noHead, resume)
  .get(interactionPaths.signIn, showSignIn)
  .post(interactionPaths.signIn, sameSite, submitSignIn)
  .get(interactionPaths.signUp, showSignUp)
  .post(interactionPaths.signUp, sameSite, submitSignUp)
  .post(interactionPaths.consent, sameSite, decideConsent)
  .post(interactionPaths.signOut, sameSite, submitSignOut);
