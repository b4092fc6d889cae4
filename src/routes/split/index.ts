import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { clientCors, gatewayCors } from "../../http/middleware/client-cors.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";

const { gateway, login, loginGuest, loginOtp, loginProvider, loginSecondFactor, logout, refreshToken, userContext } =
  lazily(() => import("./handlers.ts"));

/** Sign-ins that give split tokens, and what gateways ask about them (contract §4). Nothing here looks at cookies of a session. */
export const split = new Hono<AppEnv>()
  .use("/login", noStore, clientCors)
  .post("/login", login)
  .use("/login/*", noStore, clientCors)
  .post("/login/guest", loginGuest)
  .post("/login/otp", loginOtp)
  .post("/login/second-factor", sameSite, loginSecondFactor)
  .post("/login/:provider", loginProvider)
  .use("/refresh-token", noStore, clientCors)
  .post("/refresh-token", refreshToken)
  .use("/logout", noStore, clientCors)
  .post("/logout", logout)
  .use("/user-context", noStore, clientCors)
  .get("/user-context", userContext);

/** What internal services are reached by. Any method is theirs; a browser's question whether it may call comes without a token. */
export const gatewaySurface = new Hono<AppEnv>()
  .use("/:service/*", gatewayCors)
  .all("/:service", gateway)
  .all("/:service/*", gateway);
