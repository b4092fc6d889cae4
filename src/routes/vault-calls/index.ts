import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { vaultCors } from "../../http/middleware/client-cors.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { lazily } from "../../lib/lazily.ts";

const { call, getOwnCalls, deleteMapping, getMappingOfPath, getMappings, putMapping, method } = lazily(
  () => import("./handlers.ts"),
);

/** Calls of the token vault (contract §6). Nothing here looks at cookies. */
export const vaultCalls = new Hono<AppEnv>()
  .use("/method/:provider/call", noStore, vaultCors)
  .post("/method/:provider/call", call);

/** The same by the methods that applications have made for themselves, and what came of it all. */
export const vaultMethods = new Hono<AppEnv>()
  .use("/mappings", noStore, vaultCors)
  .get("/mappings", getMappings)
  .use("/mappings/:name", noStore, vaultCors)
  .put("/mappings/:name", putMapping)
  .get("/mappings/:name", getMappingOfPath)
  .delete("/mappings/:name", deleteMapping)
  .use("/methods/:interface", noStore, vaultCors)
  .post("/methods/:interface", method)
  .use("/calls", noStore, vaultCors)
  .get("/calls", getOwnCalls);
