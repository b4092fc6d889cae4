import { type Bindings, parseEnv } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import { keyRing } from "../crypto/key-ring.ts";
import { noticeOfTheft } from "../domain/audit/tell-of-theft.ts";
import { ClientNotTold, tellClient } from "../domain/logout/tell-client.ts";
import { type RealmContext, realmContext } from "../domain/realm-context.ts";
import type { Realm } from "../domain/realms/realm.ts";
import { RealmDirectory } from "../domain/realms/realm-directory.ts";
import { syncUser } from "../domain/users/change-user.ts";
import { endConnectionsPage } from "../domain/vault/end-connections.ts";
import { revokeUpstream, TokenNotRevoked } from "../domain/vault/revoke.ts";
import { addDeliveries, deliverEvent, WebhookNotTaken } from "../domain/webhooks/deliver.ts";
import { RealmMoving } from "../errors/storage-unavailable.ts";
import { enqueueAll, type Job } from "../http/jobs.ts";
import { DeliveryFailed, deliver } from "../http/messages/deliver.ts";
import { writeMessage } from "../http/messages/message.ts";
import { systemClock } from "../lib/time.ts";
import { textsFor } from "../pages/texts/index.ts";
import { databasesOf } from "../storage/d1/shards.ts";
import { consumeAudit } from "./audit.ts";
import { eraseRealmPage } from "./erase-realm.ts";
import { rewrapOn, rotateOldKeys } from "./keys.ts";
import { moveRealmOn } from "./move-realm.ts";
import { recordUndelivered } from "./undelivered.ts";

type Handlers = { [Type in Job["type"]]: (job: Extract<Job, { type: Type }>, env: Bindings) => Promise<void> };

const handlers: Handlers = {
  "sync-user": async ({ realmId, userId }, env) => {
    const context = await findContext(realmId, env);
    if (context !== null) await syncUser(context, userId);
  },
  "send-message": async (job, env) => {
    if ((await deliver(job.message, env, parseEnv(env))) === "too-late") await reachesNobody(job, env, "too-late");
  },
  "erase-realm": async (job, env) => {
    if ((await eraseRealmPage(job.realmId, env)) === "more") await env.JOBS.send(job);
  },
  "rotate-keys": async (job, env) => {
    const context = await findContext(job.realmId, env);
    if (context !== null) await rotateOldKeys(context, env);
  },
  rewrap: rewrapOn,
  "move-realm": moveRealmOn,
  "theft-notice": async (job, env) => {
    const context = await findContext(job.realmId, env);
    const notice = context === null ? null : await noticeOfTheft(context, job);
    if (context === null || notice === null) return;
    // Not in the language of whoever called: that was a program, and perhaps a thief's.
    const texts = textsFor(notice.to.locale ?? undefined, undefined, context.realm.settings.languages);
    const message = writeMessage(context.realm, texts, notice, job.at);
    await enqueueAll(env, [{ type: "send-message", realmId: job.realmId, kind: notice.type, message }]);
  },
  "logout-notice": async (job, env) => {
    const context = await findContext(job.realmId, env);
    if (context !== null) await tellClient(context, job);
  },
  "revoke-connection": async (job, env) => {
    const context = (await findContext(job.realmId, env)) ?? (await findRetiredContext(job.realmId, env));
    if (context !== null) await revokeUpstream(context, job);
  },
  "end-connections": async (job, env) => {
    const context = await findContext(job.realmId, env);
    if (context !== null && (await endConnectionsPage(context, job)) === "more") await env.JOBS.send(job);
  },
  event: async ({ realmId, event }, env) => {
    const context = await findContext(realmId, env);
    if (context !== null) await enqueueAll(env, await addDeliveries(context, event));
  },
  "webhook-delivery": async (job, env) => {
    const context = await findContext(job.realmId, env);
    if (context !== null) await deliverEvent(context, job);
  },
};

const findContext = (realmId: string, env: Bindings) => contextOf(env, (directory) => directory.findById(realmId));
const findRetiredContext = (realmId: string, env: Bindings) =>
  contextOf(env, (directory) => directory.findRetired(realmId));

async function contextOf(
  env: Bindings,
  find: (directory: RealmDirectory) => Promise<Realm | null>,
): Promise<RealmContext | null> {
  const config = parseEnv(env);
  const ring = keyRing(config);
  const realm = await find(new RealmDirectory(databasesOf(env), config, ring, systemClock));
  return realm === null ? null : realmContext(realm, env, config, ring);
}

/** How often a job is tried before it is given up, and how long it waits between tries at most. What is not here is the queue's to say. */
const patience: Partial<Record<Job["type"], { readonly tries: number; readonly longestWaitSeconds: number }>> = {
  "send-message": { tries: limits.messageTries, longestWaitSeconds: 3600 },
  "logout-notice": { tries: limits.logoutNoticeTries, longestWaitSeconds: limits.logoutNoticeLongestWaitSeconds },
  "revoke-connection": { tries: limits.revocationTries, longestWaitSeconds: limits.logoutNoticeLongestWaitSeconds },
};

/** Each message stands for itself: one that is slow or fails is tried again later, and the others are not held up. */
export async function consume(batch: MessageBatch<unknown>, env: Bindings): Promise<void> {
  if (batch.queue.endsWith("-audit")) return consumeAudit(batch, env);
  await Promise.all(batch.messages.map((message) => consumeOne(message, env)));
}

async function consumeOne(message: Message<unknown>, env: Bindings): Promise<void> {
  const job = message.body as Job;
  try {
    await run(job, env);
    message.ack();
  } catch (error) {
    const { tries, longestWaitSeconds } = patience[job.type] ?? {
      tries: Number.POSITIVE_INFINITY,
      longestWaitSeconds: 3600,
    };
    // A realm that is being moved takes changes again soon: no reason to give anything up.
    const givenUp = message.attempts >= tries && !(error instanceof RealmMoving);
    const line = {
      level: "error",
      job: job.type,
      attempt: message.attempts,
      ...(givenUp ? { givenUp } : {}),
      ...whatWentWrong(error),
    };
    console.error(JSON.stringify(line));
    if (givenUp) await giveUp(message, job, env);
    else if (error instanceof WebhookNotTaken) message.retry({ delaySeconds: error.retryAfterSeconds });
    else message.retry({ delaySeconds: Math.min(2 ** message.attempts * 5, longestWaitSeconds) });
  }
}

/** What cannot be written down now is tried once more as a whole. */
async function giveUp(message: Message<unknown>, job: Job, env: Bindings): Promise<void> {
  try {
    if (job.type === "send-message") await reachesNobody(job, env, "given-up");
    message.ack();
  } catch {
    message.retry({ delaySeconds: 3600 });
  }
}

type MessageJob = Extract<Job, { type: "send-message" }>;

async function reachesNobody(job: MessageJob, env: Bindings, why: "too-late" | "given-up"): Promise<void> {
  const context = await findContext(job.realmId, env);
  if (context !== null) recordUndelivered(context, { kind: job.kind, channel: job.message.channel }, why);
}

class UnknownJob extends Error {
  override readonly name = "UnknownJob";
}

/** The text only of errors that we wrote, for those hold no secret. */
function whatWentWrong(error: unknown): { error: string; why?: string } {
  if (!(error instanceof Error)) return { error: "unknown" };
  const isOurs =
    error instanceof DeliveryFailed ||
    error instanceof ClientNotTold ||
    error instanceof WebhookNotTaken ||
    error instanceof TokenNotRevoked;
  return { error: error.name, ...(isOurs ? { why: error.message } : {}) };
}

function run(job: Job, env: Bindings): Promise<void> {
  if (job.type === "sync-user") return handlers["sync-user"](job, env);
  if (job.type === "send-message") return handlers["send-message"](job, env);
  if (job.type === "logout-notice") return handlers["logout-notice"](job, env);
  if (job.type === "revoke-connection") return handlers["revoke-connection"](job, env);
  if (job.type === "end-connections") return handlers["end-connections"](job, env);
  if (job.type === "event") return handlers.event(job, env);
  if (job.type === "webhook-delivery") return handlers["webhook-delivery"](job, env);
  if (job.type === "rotate-keys") return handlers["rotate-keys"](job, env);
  if (job.type === "theft-notice") return handlers["theft-notice"](job, env);
  if (job.type === "move-realm") return handlers["move-realm"](job, env);
  if (job.type === "rewrap") return handlers.rewrap(job, env);
  if (job.type === "erase-realm") return handlers["erase-realm"](job, env);
  // During a deployment, or after it was taken back, a newer version's jobs come here: they wait for it, and nothing is made of them.
  throw new UnknownJob();
}
