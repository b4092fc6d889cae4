/** Of the audit log and the statistics. */
export const auditLimits = {
  /** What each isolate counts of tokens in that time becomes one audit event. */
  tokenCountMs: 5_000,
  /** Of what an operator changed an audit event shows this much; of more only the names. */
  auditDetailsBytes: 4_096,
  auditTextLength: 300,
  /** Of a field's name, where they are many. */
  auditFieldLength: 60,
  /** A change that was begun, and is in no chain after that time, was left by its request. */
  auditPendingMs: 600_000,
  auditPendingAtOnce: 200,
  /** What waits for the same chain in an isolate goes together, up to so many events. */
  auditAppendedAtOnce: 200,
  /** Longer than an append takes: whoever has waited for another's so long goes on alone. */
  auditAppendPatienceMs: 2_000,
  /** Old entries are cut off in pieces. */
  auditPrunedAtOnce: 2_000,
  /** Less than usual is kept of a realm's log once its settings have stood for so long. */
  auditShorteningMs: 7 * 86_400_000,
  auditPrunedChainsAtOnce: 50,
  auditExportPage: 500,
  /** Days that statistics may be asked for at once. */
  statisticsDays: 400,
} as const;
