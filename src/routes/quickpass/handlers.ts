/** What index.ts reads when the first of it is asked for. */
export { deleteAccount, getAccounts, postAccount } from "./accounts.ts";
export { handOver } from "./hand-over.tsx";
export { linkByToken } from "./link.ts";
export { showLinkPage, submitLinkPage } from "./link-page.tsx";
export { verifySession } from "./verify-session.ts";
export {
  deleteOwnWebhook,
  getOwnDeliveries,
  getOwnWebhooks,
  postOwnWebhook,
  replayOwn,
  rotateOwnSecret,
} from "./webhooks.ts";
