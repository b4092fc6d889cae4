import { app } from "./app.ts";
import type { Bindings } from "./config/env.ts";
import { shortWay } from "./http/short-way.ts";
import { lazily } from "./lib/lazily.ts";
import { quickEndpoints } from "./routes/oauth/quick-endpoints.ts";
import { quickMetadata } from "./routes/oauth/quick-metadata.ts";

export { UserObject } from "./storage/user-object/user-object.ts";

const { consume } = lazily(() => import("./jobs/queue.ts"));
const { tidy } = lazily(() => import("./jobs/schedule.ts"));

export default {
  fetch(request, env, context) {
    const ordinarily = () => app.fetch(request, env, context);
    return quickMetadata(request, env) ?? shortWay(request, env, quickEndpoints, ordinarily) ?? ordinarily();
  },
  queue: consume,
  scheduled: (_controller, env) => tidy(env),
} satisfies ExportedHandler<Bindings>;
