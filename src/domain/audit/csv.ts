import { canonicalJson } from "../../lib/canonical-json.ts";
import type { AuditEvent } from "../../storage/audit-events.ts";

const columns = [
  "seq",
  "time",
  "type",
  "outcome",
  "reason",
  "actor_kind",
  "actor_id",
  "user",
  "client",
  "target_kind",
  "target_id",
  "request",
  "network",
  "agent",
  "details",
  "id",
  "hash",
] as const;

/** RFC 4180. */
export const csvHeading = `${columns.join(",")}\r\n`;

export function csvLine(seq: number, hash: string, event: AuditEvent): string {
  const cells: Record<(typeof columns)[number], string | undefined> = {
    seq: String(seq),
    time: event.time,
    type: event.type,
    outcome: event.outcome,
    reason: event.reason,
    actor_kind: event.actor.kind,
    actor_id: event.actor.id,
    user: event.user,
    client: event.client,
    target_kind: event.target?.kind,
    target_id: event.target?.id,
    request: event.request,
    network: event.network,
    agent: event.agent,
    details: event.details === undefined ? undefined : canonicalJson(event.details),
    id: event.id,
    hash,
  };
  return `${columns.map((column) => csvCell(cells[column] ?? "")).join(",")}\r\n`;
}

/**
 * A cell that a spreadsheet takes for text: what begins like a formula gets an apostrophe in front (CWE-1236), and what would end the
 * line, or move a terminal's cursor, becomes U+FFFD.
 */
export function csvCell(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, "\ufffd");
  const inert = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(plain) ? `'${plain}` : plain;
  return /[",;\ufffd]|^'/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
