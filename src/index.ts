import { app } from "./app.ts";
import type { Bindings } from "./config/env.ts";
import { consume } from "./jobs/queue.ts";
import { tidy } from "./jobs/schedule.ts";

export { UserObject } from "./storage/user-object/user-object.ts";

export default {
  fetch: app.fetch,
  queue: consume,
  scheduled: (_controller, env) => tidy(env),
} satisfies ExportedHandler<Bindings>;
