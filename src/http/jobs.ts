import type { Bindings } from "../config/env.ts";
import { limits } from "../config/limits.ts";
import type { TheftNotice } from "../domain/audit/tell-of-theft.ts";
import type { SweepJob } from "../domain/key-encryption/sweep.ts";
import type { Notice } from "../domain/mail/notice.ts";
import type { MoveRealmJob } from "../domain/realms/move-realm.ts";
import type { SyncUserJob } from "../domain/users/change-user.ts";
import type { EndConnectionsJob } from "../domain/vault/end-connections.ts";
import type { WebhookDeliveryJob } from "../storage/d1/webhook-delivery-store.ts";
import type { EventJob } from "../storage/events.ts";
import { guarded } from "../storage/guarded.ts";
import type { LogoutNotice } from "../storage/user-object/logout-notices.ts";
import type { RevocationNotice } from "../storage/user-object/revocations.ts";
import type { AppContext } from "./env.ts";
import type { Message } from "./messages/message.ts";

/** Work that goes on after the answer, by the queue: at least once, so each job bears repetition. */
export type Job =
  | SyncUserJob
  | {
      readonly type: "send-message";
      readonly realmId: string;
      readonly kind: Notice["type"];
      readonly message: Message;
    }
  | { readonly type: "erase-realm"; readonly realmId: string }
  | { readonly type: "rotate-keys"; readonly realmId: string }
  | SweepJob
  | MoveRealmJob
  | EndConnectionsJob
  /** Of the audit log. */
  | TheftNotice
  /** Sent by the user's object. */
  | LogoutNotice
  | RevocationNotice
  | EventJob
  | WebhookDeliveryJob;

export async function enqueue(c: AppContext, job: Job): Promise<void> {
  await guarded("jobs.send", () => c.env.JOBS.send(job));
}

/** Many at once. */
export async function enqueueAll({ JOBS }: Pick<Bindings, "JOBS">, jobs: readonly Job[]): Promise<void> {
  for (let start = 0; start < jobs.length; start += limits.queueBatchMessages) {
    const batch = jobs.slice(start, start + limits.queueBatchMessages);
    await guarded("jobs.sendBatch", () => JOBS.sendBatch(batch.map((body) => ({ body }))));
  }
}
