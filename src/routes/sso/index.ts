import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameRealm } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { authorize } from "../oauth/authorize.ts";

const { authenticate, authorizeHop, autoSso, tokenHop, ssoSignIn, ssoSignUp, validateAccessToken } = lazily(
  () => import("./handlers.ts"),
);

/** Cross-domain sign-in without third-party cookies (contract §2): at the root and under /api/auth/v1. */
export const sso = new Hono<AppEnv>()
  .post("/sso-login", noStore, sameRealm, ssoSignIn)
  .post("/sso-signup", noStore, sameRealm, ssoSignUp)
  .get("/sessions/access-token/validate", noHead, noStore, validateAccessToken)
  .get("/authenticate", noHead, noStore, authenticate);

/** Bridgekeeper's OAuth names for the same; below /api/auth/v1/oauth, in front of the ordinary endpoints. */
export const ssoByOAuth = new Hono<AppEnv>()
  .get("/authorize", noHead, noStore, authorizeHop)
  .get("/auto-sso/authorize", noHead, noStore, autoSso, authorize)
  .get("/token", noHead, noStore, tokenHop);
