import { isRecord } from "../../lib/json.ts";
import type { AuditEvent } from "../../storage/audit-events.ts";
import type { Count } from "../../storage/d1/daily-count-store.ts";

const metrics = [
  "sign_ins",
  "sign_in_failures",
  "sign_ups",
  "second_factor_sign_ins",
  "sessions_opened",
  "sessions_ended",
  "kicks",
  "tokens",
  "theft_signs",
  "messages_undelivered",
] as const;
export type Metric = (typeof metrics)[number];

/** What the daily numbers make of events (contract §7). The same event always counts the same. */
export function countsOf(events: readonly AuditEvent[]): Count[] {
  const counts = new Map<string, Count>();
  for (const event of events)
    for (const { metric, label = "", count = 1 } of talliesOf(event)) {
      const day = event.time.slice(0, 10);
      const key = `${day}|${metric}|${label}`;
      counts.set(key, { day, metric, label, count: (counts.get(key)?.count ?? 0) + count });
    }
  return [...counts.values()];
}

interface Tally {
  readonly metric: Metric;
  readonly label?: string;
  readonly count?: number;
}

function talliesOf({ type, reason = "", details = {} }: AuditEvent): Tally[] {
  if (type === "user.signed_in") {
    const methods = Array.isArray(details.amr) ? details.amr.map(String) : [];
    return [
      { metric: "sign_ins", label: methods[0] ?? "" },
      { metric: "sessions_opened" },
      ...(methods.includes("mfa") ? [{ metric: "second_factor_sign_ins" } as const] : []),
    ];
  }
  if (type === "user.sign_in_failed") return [{ metric: "sign_in_failures", label: reason }];
  if (type === "user.second_factor_failed") return [{ metric: "sign_in_failures", label: "second-factor-wrong" }];
  if (type === "user.created") return [{ metric: "sign_ups" }];
  if (type === "session.ended") return [{ metric: "sessions_ended", label: reason }];
  if (type === "session.kicked" || type === "user.kicked") return [{ metric: "kicks" }];
  if (type === "code.replayed" || type === "refresh_token.reused") return [{ metric: "theft_signs", label: type }];
  if (type === "message.undelivered") return [{ metric: "messages_undelivered", label: String(details.channel) }];
  if (type === "tokens.issued" && Array.isArray(details.counts)) return details.counts.flatMap(tokensIn);
  return [];
}

const tokensIn = (entry: unknown): Tally[] =>
  isRecord(entry) && typeof entry.count === "number"
    ? [{ metric: "tokens", label: `${String(entry.grant)}|${String(entry.client)}`, count: entry.count }]
    : [];
