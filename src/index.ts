import { app } from "./app.ts";
import type { Bindings } from "./config/env.ts";
import { lazily } from "./lib/lazily.ts";
import { quickMetadata } from "./routes/oauth/quick-metadata.ts";

export { UserObject } from "./storage/user-object/user-object.ts";

const { consume } = lazily(() => import("./jobs/queue.ts"));
const { tidy } = lazily(() => import("./jobs/schedule.ts"));

export default {
  fetch: (request, env, context) => quickMetadata(request, env) ?? app.fetch(request, env, context),
  queue: consume,
  scheduled: (_controller, env) => tidy(env),
} satisfies ExportedHandler<Bindings>;
