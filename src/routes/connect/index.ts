import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { vaultCors } from "../../http/middleware/client-cors.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { connectPaths } from "./paths.ts";

const { command, deleteConnection, getConnections, submitKey, connectionsPage, submitDisconnect } = lazily(
  () => import("./handlers.ts"),
);

/** The token vault, as people see it and applications ask about it (contract §6). A provider's form comes from another site. */
export const connect = new Hono<AppEnv>()
  .on(["GET", "POST"], connectPaths.command, noHead, noStore, command)
  .post(connectPaths.key, noStore, sameSite, submitKey)
  .get(connectPaths.page, noHead, noStore, connectionsPage)
  .post(connectPaths.disconnect, noStore, sameSite, submitDisconnect)
  .use(connectPaths.connections, noStore, vaultCors)
  .get(connectPaths.connections, getConnections)
  .use(`${connectPaths.connections}/:provider`, noStore, vaultCors)
  .delete(`${connectPaths.connections}/:provider`, deleteConnection);
