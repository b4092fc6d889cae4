import type { Bindings } from "../../src/config/env.ts";
import { requestIn, watchedEnv } from "./watched-env.ts";

/** An environment that writes down every call that leaves the Worker, in order: `USERS.session`, `GRANTS.get`, `DB.all` … */
export function countingEnv(): { bindings: Bindings; calls: string[] } {
  const calls: string[] = [];
  return { bindings: watchedEnv({ before: (call) => calls.push(call) }), calls };
}

/** What one request cost, and its answer. */
export async function costOf(
  counting: { bindings: Bindings; calls: string[] },
  url: string,
  init: RequestInit = {},
): Promise<{ response: Response; calls: string[] }> {
  counting.calls.length = 0;
  const response = await requestIn(counting.bindings, url, init);
  return { response, calls: [...counting.calls] };
}
