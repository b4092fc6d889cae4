import { type Bindings, parseEnv } from "../config/env.ts";
import { keyRing } from "../crypto/key-ring.ts";
import { realmContext } from "../domain/realm-context.ts";
import { RealmDirectory } from "../domain/realms/realm-directory.ts";
import { syncUser } from "../domain/users/change-user.ts";
import type { Job } from "../http/jobs.ts";
import { DeliveryFailed, deliver } from "../http/messages/deliver.ts";
import { systemClock } from "../lib/time.ts";
import { eraseRealmPage } from "./erase-realm.ts";

type Handlers = { [Type in Job["type"]]: (job: Extract<Job, { type: Type }>, env: Bindings) => Promise<void> };

const handlers: Handlers = {
  "sync-user": async ({ realmId, userId }, env) => {
    const config = parseEnv(env);
    const ring = keyRing(config);
    const realm = await new RealmDirectory(env.DB, config, ring, systemClock).findById(realmId);
    if (realm !== null) await syncUser(realmContext(realm, env, config, ring), userId);
  },
  "send-message": ({ message }, env) => deliver(message, env, parseEnv(env)),
  "erase-realm": async (job, env) => {
    if ((await eraseRealmPage(job.realmId, env)) === "more") await env.JOBS.send(job);
  },
};

/** Each message stands for itself: one that fails is tried again later, and the others are not held up. */
export async function consume(batch: MessageBatch<unknown>, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    try {
      await run(message.body as Job, env);
      message.ack();
    } catch (error) {
      const name = error instanceof Error ? error.name : "unknown";
      const why = error instanceof DeliveryFailed ? { why: error.message } : {};
      const { type } = message.body as Job;
      console.error(JSON.stringify({ level: "error", job: type, attempt: message.attempts, error: name, ...why }));
      message.retry({ delaySeconds: Math.min(2 ** message.attempts * 5, 3600) });
    }
  }
}

function run(job: Job, env: Bindings): Promise<void> {
  if (job.type === "sync-user") return handlers["sync-user"](job, env);
  if (job.type === "send-message") return handlers["send-message"](job, env);
  return handlers["erase-realm"](job, env);
}
