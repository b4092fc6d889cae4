/** Telling webhooks what has happened: Standard Webhooks 1.0 (contract §5). */
import { limits } from "../../config/limits.ts";
import { signWebhook } from "../../crypto/webhook-signature.ts";
import { toSeconds } from "../../lib/time.ts";
import type {
  WebhookAttempt,
  WebhookDeliveryJob,
  WebhookDeliveryRow,
} from "../../storage/d1/webhook-delivery-store.ts";
import type { WebhookRow } from "../../storage/d1/webhook-store.ts";
import type { RealmEvent } from "../../storage/events.ts";
import { OutboundError, outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import { findSource } from "../sources/source.ts";
import { jobOf, signingSecrets } from "./webhook.ts";

/** An event that its webhook did not take. The text says nothing of what was sent or answered. */
export class WebhookNotTaken extends Error {
  override readonly name = "WebhookNotTaken";
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Writes down who is to hear of the event, once however often it is called, and answers one job for each. */
export async function addDeliveries(context: RealmContext, event: RealmEvent): Promise<WebhookDeliveryJob[]> {
  const wanting = (await context.webhooks.list()).filter((webhook) => wants(webhook, event));
  const open = await Promise.all(wanting.map((webhook) => mayHear(context, webhook, event.type)));
  const ids = wanting.flatMap(({ id }, at) => (open[at] === true ? [id] : []));
  if (ids.length === 0) return [];
  const { id: eventId, type } = event;
  const body = JSON.stringify(event);
  await context.webhookDeliveries.add(ids, { eventId, type, body, now: context.clock.now() });
  return ids.map((id) => jobOf(context, id, eventId));
}

/**
 * A main product hears of links to its own accounts only, and an application of none. Of the token vault's connections an application hears
 * its own, and a main product none.
 */
function wants({ ownerType, owner, events, disabledAt }: WebhookRow, { type, data }: RealmEvent): boolean {
  if (disabledAt !== null || !(events === null || events.includes(type))) return false;
  if (ownerType !== "realm" && isOfVault(type)) return ownerType === "client" && data.client_id === owner;
  return ownerType === "realm" || !type.startsWith("account.") || (ownerType === "source" && data.source === owner);
}

/**
 * A main product or an application that was disabled is told nothing of people, as it can ask for nothing; a third party's application
 * of nobody but those who have connected something for it.
 */
async function mayHear(context: RealmContext, { ownerType, owner }: WebhookRow, type: string): Promise<boolean> {
  if (ownerType === "realm") return true;
  if (ownerType === "source") return (await findSource(context, owner))?.disabled === false;
  const client = await context.clients.store.findByClientId(owner);
  return client?.disabledAt === null && (client.firstParty || isOfVault(type));
}

const isOfVault = (type: string): boolean => type.startsWith("connection.") || /^[A-Z_]+$/.test(type);

/** One attempt. Does nothing when there is nothing to do any more. Throws WebhookNotTaken when another is to follow. */
export async function deliverEvent(context: RealmContext, job: WebhookDeliveryJob): Promise<void> {
  const { webhooks, webhookDeliveries: deliveries, clock } = context;
  const delivery = await deliveries.find(job.webhookId, job.eventId);
  if (delivery === null || delivery.state !== "pending") return;
  // Somebody has begun it anew meanwhile, and another job is on its way.
  if ((delivery.nextAttemptAt ?? 0) > clock.now() + limits.webhookEarlyMs) return;
  const webhook = await webhooks.find(job.webhookId);
  if (webhook === null || webhook.disabledAt !== null || !(await mayHear(context, webhook, delivery.type)))
    return deliveries.note(delivery, dead(delivery, failedAt(clock.now(), "switched off")));
  const { attempt, askedSeconds } = await post(context, webhook, delivery);
  if (isTaken(attempt)) {
    await deliveries.note(delivery, { ...dead(delivery, attempt), state: "delivered" });
    if (webhook.failingSince !== null) await webhooks.noteSuccess(webhook.id);
    return;
  }
  const usualSeconds = attempt.status === 410 ? undefined : limits.webhookRetriesAfterSeconds[delivery.attempts];
  const failed = dead(delivery, attempt);
  if (attempt.status === 410) await webhooks.disable(webhook.id, "gone", clock.now());
  else await webhooks.noteFailure(webhook.id, clock.now(), clock.now() - limits.webhookFailingLongestMs);
  if (usualSeconds === undefined) return deliveries.note(delivery, failed);
  const waitSeconds = Math.max(usualSeconds, Math.min(askedSeconds, limits.webhookLongestWaitSeconds));
  const nextAttemptAt = clock.now() + waitSeconds * 1000;
  await deliveries.note(delivery, { ...failed, state: "pending", attempts: delivery.attempts + 1, nextAttemptAt });
  throw new WebhookNotTaken(`webhook ${webhook.id}: ${attempt.error ?? attempt.status}`, waitSeconds);
}

const isTaken = ({ status }: WebhookAttempt): boolean => status !== null && status >= 200 && status <= 299;

const dead = ({ attempts, log }: WebhookDeliveryRow, attempt: WebhookAttempt) => ({
  state: "dead" as const,
  attempts: attempts + 1,
  log: [...log, attempt].slice(-limits.webhookAttemptsLogged),
  nextAttemptAt: null,
});

const failedAt = (at: number, error: string): WebhookAttempt => ({ at, durationMs: 0, status: null, error });

interface Posted {
  readonly attempt: WebhookAttempt;
  /** How long the endpoint wants to be left in peace. */
  readonly askedSeconds: number;
}

async function post(context: RealmContext, webhook: WebhookRow, delivery: WebhookDeliveryRow): Promise<Posted> {
  const secrets = await signingSecrets(context, webhook);
  const at = context.clock.now();
  if (secrets.length === 0) return { attempt: failedAt(at, "the secret cannot be opened"), askedSeconds: 0 };
  const { eventId: id, body } = delivery;
  const timestamp = toSeconds(at);
  const signatures = await Promise.all(secrets.map((secret) => signWebhook(secret, id, timestamp, body)));
  const headers = {
    "content-type": "application/json",
    "user-agent": "Gatehouse-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
  const options = {
    development: context.config.development,
    deadline: AbortSignal.timeout(limits.webhookTimeoutMs),
    // What it has to say beyond its status is nobody's business, and may be without end.
    mostBytes: 0,
  };
  const done = (status: number | null, error: string | null, askedSeconds = 0): Posted => ({
    attempt: { at, durationMs: context.clock.now() - at, status, error },
    askedSeconds,
  });
  try {
    const answer = await outboundFetch(webhook.url, { method: "POST", headers, body }, options);
    return done(answer.status, null, secondsAsked(answer, context.clock.now()));
  } catch (error) {
    if (error instanceof OutboundError) return done(null, error.message);
    throw error;
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. 0 when it does not ask for time. */
function secondsAsked({ status, headers }: Response, now: number): number {
  const text = status === 429 || status === 503 ? (headers.get("retry-after") ?? "") : "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
