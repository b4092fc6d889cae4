import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { lazily } from "../../lib/lazily.ts";

const { login, forgot, reset, register, reminder } = lazily(() => import("./handlers.ts"));

/**
 * Sign-in, sign-up and forgotten passwords with Qiota's names (contract §3). A partner's form may stand on its own site: each endpoint
 * asks where it came from itself, once it knows which client it names.
 */
export const qiota = new Hono<AppEnv>()
  .post("/login", noStore, login)
  .post("/register", noStore, register)
  .post("/register/reminder", noStore, reminder)
  .post("/password/forgot", noStore, forgot)
  .post("/password/reset", noStore, reset);
