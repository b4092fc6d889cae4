import type { AuditEvent } from "../../storage/audit-events.ts";
import type { RealmContext } from "../realm-context.ts";
import { recordEvent } from "./record-event.ts";

/** Answers of the user's object that say that something was used by two (RFC 6749 §4.1.2, RFC 9700 §4.14.2). */
const signs = {
  "code-redeemed": "code.replayed",
  "device-code-redeemed": "code.replayed",
  "refresh-token-reused": "refresh_token.reused",
} as const;

const isSign = (reason: string): reason is keyof typeof signs => Object.hasOwn(signs, reason);

/** Writes it down if the refusal is a sign that somebody has stolen a code or a token. */
export function recordTheft(context: RealmContext, reason: string, user: number, client: string): void {
  if (!isSign(reason)) return;
  const actor = { kind: "client", id: client } as const;
  recordEvent(context, { type: signs[reason], outcome: "refused", reason, actor, user, client });
}

const signTypes: ReadonlySet<string> = new Set(Object.values(signs));

/** Whose owner is told: the event says that a code or a token of this user's was in two hands. */
export const isTheftOf = (event: AuditEvent): event is AuditEvent & { readonly user: string } =>
  signTypes.has(event.type) && event.user !== undefined;
