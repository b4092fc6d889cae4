import { app } from "./app.ts";
import type { Bindings } from "./config/env.ts";
import { consume } from "./jobs/queue.ts";
import { tidy } from "./jobs/schedule.ts";
import { quickMetadata } from "./routes/oauth/quick-metadata.ts";

export { UserObject } from "./storage/user-object/user-object.ts";

export default {
  fetch: (request, env, context) => quickMetadata(request, env) ?? app.fetch(request, env, context),
  queue: consume,
  scheduled: (_controller, env) => tidy(env),
} satisfies ExportedHandler<Bindings>;
