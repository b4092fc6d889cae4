import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { interactionPaths } from "../interaction/paths.ts";

const {
  deleteAccount,
  getAccounts,
  postAccount,
  handOver,
  linkByToken,
  showLinkPage,
  submitLinkPage,
  verifySession,
  deleteOwnWebhook,
  getOwnDeliveries,
  getOwnWebhooks,
  postOwnWebhook,
  replayOwn,
  rotateOwnSecret,
} = lazily(() => import("./handlers.ts"));

/** The API of main products, with QuickPass's names (contract §5). Each endpoint asks itself from which pages it may be called. */
export const quickpass = new Hono<AppEnv>()
  .on(["GET", "POST"], "/auth/jwt", noHead, noStore, handOver)
  .post("/sessions/verify", noStore, verifySession)
  .post("/users/accounts", noStore, postAccount)
  .post("/users/accounts/link", noStore, sameSite, linkByToken)
  .get("/users/:id/accounts", noStore, getAccounts)
  .delete("/users/accounts/:source/:source_id", noStore, deleteAccount)
  .post("/webhooks", noStore, postOwnWebhook)
  .get("/webhooks", noStore, getOwnWebhooks)
  .delete("/webhooks/:webhook", noStore, deleteOwnWebhook)
  .post("/webhooks/:webhook/rotate-secret", noStore, rotateOwnSecret)
  .get("/webhooks/:webhook/deliveries", noStore, getOwnDeliveries)
  .post("/webhooks/:webhook/deliveries/replay", noStore, replayOwn)
  .post("/webhooks/:webhook/deliveries/:delivery/replay", noStore, replayOwn);

/** The page that belongs to it. */
export const quickpassPages = new Hono<AppEnv>()
  .get(interactionPaths.linkAccount, noHead, showLinkPage)
  .post(interactionPaths.linkAccount, sameSite, submitLinkPage);
