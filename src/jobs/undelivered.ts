import type { Notice } from "../domain/mail/notice.ts";
import type { RealmContext } from "../domain/realm-context.ts";
import type { Message } from "../http/messages/message.ts";

/** What a message is about and which way it goes: nothing of who reads it, nor of what it says. */
export interface Undelivered {
  readonly kind: Notice["type"];
  readonly channel: Message["channel"];
}

/** Writes down that a message reached nobody: it was not taken in time, or nobody took it however often it was tried. */
export function recordUndelivered(
  { audit }: RealmContext,
  { kind, channel }: Undelivered,
  why: "too-late" | "given-up",
): void {
  audit.record({
    type: "message.undelivered",
    outcome: "failed",
    actor: { kind: "system" },
    details: { kind, channel, why },
  });
}
