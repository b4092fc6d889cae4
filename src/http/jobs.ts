import { guarded } from "../storage/guarded.ts";
import type { LogoutNotice } from "../storage/user-object/logout-notices.ts";
import type { AppContext } from "./env.ts";
import type { Message } from "./messages/message.ts";

/** Work that goes on after the answer, by the queue: at least once, so each job bears repetition. */
export type Job =
  | { readonly type: "sync-user"; readonly realmId: string; readonly userId: number }
  | { readonly type: "send-message"; readonly message: Message }
  | { readonly type: "erase-realm"; readonly realmId: string }
  /** Sent by the user's object. */
  | LogoutNotice;

export async function enqueue(c: AppContext, job: Job): Promise<void> {
  await guarded("jobs.send", () => c.env.JOBS.send(job));
}

export const syncUserLater =
  (c: AppContext) =>
  (userId: number): Promise<void> =>
    enqueue(c, { type: "sync-user", realmId: c.get("realm").realm.id, userId });
