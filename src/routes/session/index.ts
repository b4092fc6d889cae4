import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { integrationToken } from "./integration-token.ts";
import { kick } from "./kick.ts";
import { live } from "./live.ts";
import { me } from "./me.ts";
import { profile } from "./profile.ts";
import { listSessions, validateSession } from "./sessions.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { signUp } from "./sign-up.ts";

/** The session API, with the names Bridgekeeper's callers use (contract §2). */
export const session = new Hono<AppEnv>()
  .get("/users/me", me)
  .post("/signup", noStore, sameSite, signUp)
  .post("/login", noStore, sameSite, signIn)
  .get("/logout", noHead, noStore, signOut)
  .post("/users/profile", noStore, sameSite, profile)
  .get("/sessions", noStore, listSessions)
  .get("/sessions/validate", noStore, validateSession)
  .get("/sessions/live", noHead, live)
  .get("/access-token/integrations/:id", noStore, integrationToken)
  .on(["GET", "POST"], "/kick", noHead, noStore, sameSite, kick);
