import type { AccountEvent } from "../../domain/mail/account-event.ts";
import { tellOwner } from "../../domain/mail/notice.ts";
import type { FactorEvent } from "../../domain/second-factor/factor-event.ts";
import type { AppContext } from "../../http/env.ts";
import { logBug } from "../../http/log.ts";
import { postLater } from "../../http/messages/post-later.ts";

/** Tells the owner of the account what was changed (ASVS 6.3.7). It has been; no failure to tell them changes the answer. */
export async function notifyOwner(c: AppContext, userId: number, event: FactorEvent | AccountEvent): Promise<void> {
  try {
    const user = await c.get("realm").users.findById(userId);
    if (user !== null) await tellOwner(user, postLater(c), event);
  } catch (error) {
    logBug(c, error);
  }
}
