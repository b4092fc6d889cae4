import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { notFound } from "../../http/not-found.ts";
import { lazily } from "../../lib/lazily.ts";
import { type Address, rights } from "./rights.ts";

const { answer, authenticate } = lazily(() => import("./handlers.ts"));

/** The operators' API (contract §7). Who may call what is in rights.ts; what answers, in handlers.ts. */
export const admin = new Hono<AppEnv>().use(noStore);

for (const address of Object.keys(rights) as Address[]) {
  const [method = "", path = ""] = address.split(" ");
  admin.on(method, path, (c) => answer(c, address));
}

const nothingHere = notFound(() => new Hono<AppEnv>().route("/admin/v1", admin));

/** Also what does not exist is told to operators only. */
admin.all("*", async (c) => {
  await authenticate(c);
  return nothingHere(c);
});
