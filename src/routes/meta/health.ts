/** GET /healthz and /readyz, on any host: whether requests can be served, and whether the stores answer. */
import type { AppContext } from "../../http/env.ts";
import { guarded } from "../../storage/guarded.ts";

export const health = (c: AppContext): Response => c.json({ status: "ok" });

export async function ready(c: AppContext): Promise<Response> {
  await Promise.all([
    guarded("readyz d1", () => c.env.DB.prepare("select 1 from realms limit 1").run()),
    guarded("readyz kv", () => c.env.GRANTS.get("readyz")),
  ]);
  return c.json({ status: "ready" });
}
