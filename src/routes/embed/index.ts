import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { embedPaths } from "./paths.ts";

const {
  accounts,
  assertion,
  clientMetadata,
  config,
  disconnect,
  webIdentity,
  frame,
  live,
  embedScript,
  embedSession,
  signedIn,
  signInForFrame,
} = lazily(() => import("./handlers.ts"));

/** FedCM's requests belong to no origin: the browser would keep our answers from itself. Pages that asked for them could not read them. */
const crossOrigin = createMiddleware<AppEnv>(async (c, next) => {
  c.header("cross-origin-resource-policy", "cross-origin");
  await next();
});

/** The session on other sites: in a frame, and by the browser itself (contract §5). */
export const embed = new Hono<AppEnv>()
  .get(embedPaths.script, embedScript)
  .get(embedPaths.frame, frame)
  .post(embedPaths.session, noStore, sameSite, embedSession)
  .get(embedPaths.live, noHead, live)
  .get(embedPaths.signIn, noStore, signInForFrame)
  .get(embedPaths.signedIn, noHead, noStore, signedIn)
  .use("/fedcm/*", crossOrigin)
  .get(embedPaths.webIdentity, crossOrigin, webIdentity)
  .get(embedPaths.config, config)
  .get(embedPaths.accounts, noHead, noStore, accounts)
  .get(embedPaths.client, clientMetadata)
  .post(embedPaths.assertion, noStore, assertion)
  .post(embedPaths.disconnect, noStore, disconnect);
