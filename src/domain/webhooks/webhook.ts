import { limits } from "../../config/limits.ts";
import { newWebhookSecret } from "../../crypto/webhook-signature.ts";
import { Problem } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import type { WebhookDeliveryJob } from "../../storage/d1/webhook-delivery-store.ts";
import type { WebhookChanges, WebhookOwner, WebhookRow } from "../../storage/d1/webhook-store.ts";
import type { EventType } from "../../storage/events.ts";
import { opaqueId } from "../admin/opaque-id.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import type { RealmContext } from "../realm-context.ts";
import { forgetHosts } from "../realms/realm-directory.ts";

/** A webhook as somebody wants it to be. */
export interface WantedWebhook {
  readonly url: string;
  /** Null for all of them. */
  readonly events: readonly EventType[] | null;
  readonly description: string | null;
  readonly disabled: boolean;
}

export type Patch<Wanted> = { readonly [Field in keyof Wanted]?: Wanted[Field] | undefined };

/** Makes a webhook; its secret is known now and never again. Throws Problem. */
export async function makeWebhook(
  context: RealmContext,
  owner: WebhookOwner,
  wanted: WantedWebhook,
): Promise<{ row: WebhookRow; secret: string }> {
  requireAddress(context, wanted.url);
  const now = context.clock.now();
  const id = opaqueId(16);
  const secret = newWebhookSecret();
  const made = {
    ownerType: owner.ownerType,
    owner: owner.owner,
    id,
    url: wanted.url,
    events: eventsOf(wanted.events),
    description: wanted.description,
    sealedSecret: await sealSecret(context, id, secret),
    sealedOldSecret: null,
    oldSecretUntil: null,
    disabledAt: wanted.disabled ? now : null,
    disabledReason: wanted.disabled ? ("operator" as const) : null,
    failingSince: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const most = { ofOwner: limits.webhooksPerOwner, ofRealm: limits.webhooksPerRealm };
  const row = await context.webhooks.insert(made, most);
  if (row === null) throw new Problem("webhooks-too-many");
  forgetHosts(context.realm.hosts);
  return { row, secret };
}

/** Throws Problem, 404. With `owner`, others' webhooks are as if they did not exist. */
export async function getWebhook(context: RealmContext, id: string, owner: WebhookOwner | null): Promise<WebhookRow> {
  const row = /^[a-z2-9]{16}$/.test(id) ? await context.webhooks.find(id) : null;
  if (row === null || (owner !== null && !isOf(row, owner))) throw new Problem("webhook-unknown");
  return row;
}

/** Throws Problem. One that is enabled again begins with a clean record. */
export async function changeWebhook(
  context: RealmContext,
  row: WebhookRow,
  { url, events, description, disabled }: Patch<WantedWebhook>,
): Promise<WebhookRow> {
  if (url !== undefined) requireAddress(context, url);
  const isTurned = disabled !== undefined && disabled !== (row.disabledAt !== null);
  return update(context, row, {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events: eventsOf(events) }),
    ...(description === undefined ? {} : { description }),
    ...(isTurned && disabled ? { disabledAt: context.clock.now(), disabledReason: "operator" } : {}),
    ...(isTurned && !disabled ? { disabledAt: null, disabledReason: null, failingSince: null } : {}),
  });
}

/** Another secret; for a while the old one signs as well. Throws Problem. */
export async function rotateSecret(
  context: RealmContext,
  row: WebhookRow,
): Promise<{ row: WebhookRow; secret: string }> {
  const secret = newWebhookSecret();
  const changes = {
    sealedSecret: await sealSecret(context, row.id, secret),
    sealedOldSecret: row.sealedSecret,
    oldSecretUntil: context.clock.now() + limits.webhookSecretOverlapSeconds * 1000,
  };
  return { row: await update(context, row, changes), secret };
}

export async function deleteWebhook(context: RealmContext, row: WebhookRow): Promise<void> {
  if (!(await context.webhooks.delete(row.id))) throw new Problem("webhook-unknown");
  forgetHosts(context.realm.hosts);
}

/** Begins one delivery anew, or all dead ones, up to `limits.webhookReplaysAtOnce`. Answers the jobs to send. Throws Problem. */
export async function replay(
  context: RealmContext,
  row: WebhookRow,
  eventId: string | null,
): Promise<WebhookDeliveryJob[]> {
  if (row.disabledAt !== null) throw new Problem("webhook-disabled");
  const which = eventId === null ? { most: limits.webhookReplaysAtOnce } : { eventId };
  const begun = await context.webhookDeliveries.beginAnew(row.id, which, context.clock.now());
  if (eventId !== null && begun.length === 0) {
    const delivery = await context.webhookDeliveries.find(row.id, eventId);
    throw new Problem(delivery === null ? "webhook-delivery-unknown" : "webhook-delivery-pending");
  }
  return begun.map((id) => jobOf(context, row.id, id));
}

export const jobOf = (context: RealmContext, webhookId: string, eventId: string): WebhookDeliveryJob => ({
  type: "webhook-delivery",
  realmId: context.realm.id,
  webhookId,
  eventId,
});

/** The secrets that sign now, the newest first. Those that were sealed with a key that is gone are left out. */
export async function signingSecrets(context: RealmContext, row: WebhookRow): Promise<string[]> {
  const isOldGood = row.oldSecretUntil !== null && row.oldSecretUntil > context.clock.now();
  const sealed = [row.sealedSecret, ...(isOldGood && row.sealedOldSecret !== null ? [row.sealedOldSecret] : [])];
  const opened = await Promise.all(
    sealed.map((text) => context.ring.open(webhookSecretPurpose, secretContext(context, row.id), text)),
  );
  return opened.flatMap((bytes) => (bytes === null ? [] : [fromUtf8(bytes) ?? ""]));
}

export const webhookSecretPurpose = "webhook-secret";
const secretContext = ({ realm }: RealmContext, id: string): string => `${realm.id}|${id}`;

const sealSecret = (context: RealmContext, id: string, secret: string): Promise<string> =>
  context.ring.seal(webhookSecretPurpose, secretContext(context, id), utf8(secret));

const isOf = (row: WebhookOwner, { ownerType, owner }: WebhookOwner): boolean =>
  row.ownerType === ownerType && row.owner === owner;

const eventsOf = (events: readonly EventType[] | null): string[] | null =>
  events === null ? null : [...new Set(events)];

function requireAddress({ config }: RealmContext, url: string): void {
  const fault = outboundFault(url, config.development);
  if (fault !== null) throw new Problem("body-invalid", { fields: { url: fault } });
}

async function update(context: RealmContext, row: WebhookRow, changes: WebhookChanges): Promise<WebhookRow> {
  const updated = await context.webhooks.update(row.id, row.version, changes, context.clock.now());
  if (updated === null) throw new Problem("version-outdated");
  forgetHosts(context.realm.hosts);
  return updated;
}
