/** Of realms: what an isolate knows of them, their keys, and their moves. */
export const realmLimits = {
  /** An isolate may answer from its copy of a realm or client for this long after another isolate changed it. */
  realmCacheAgeMs: 10_000,
  unknownHostCacheAgeMs: 5_000,
  /** Strangers may hear whether the stores answer from this long ago. */
  readinessAgeMs: 1_000,
  /** A store that has not answered by then does not answer. */
  readinessTimeoutMs: 3_000,
  /** Copies of the directory that are asked in its stead know at least what it knew so long ago. */
  bookmarkAgeMs: 4_000,
  cachedRealms: 2_000,
  cachedUnknownHosts: 1_000,
  /** For a domain of a realm whose overview somebody waits for. */
  domainGlanceTimeoutMs: 3_000,
  /** How long an isolate goes by what a domain has met. */
  domainSeenMs: 5 * 60_000,
  domainsSeen: 2_000,
  metadataMaxAgeSeconds: 300,
  /** Retired keys stay published this much longer than the longest token signed with them. */
  retiredKeyMarginSeconds: 3600,
  /** A key is in the key set for so long before it signs by itself: longer than anybody keeps a copy. */
  keyAnnouncementSeconds: 24 * 3600,
  /** Realms whose keys are rotated by one run of the hourly job. */
  keyRotationsAtOnce: 500,
  /** Rows, and users' objects, that one job of a sweep looks at; and after how long without a step it is taken for lost. */
  keySweepRows: 50,
  keySweepUsers: 20,
  keySweepPatienceMs: 15 * 60_000,
  keySweepSecondRoundMs: 24 * 3_600_000,
  /** Longer than anything lives that is only authenticated with a key, apart from refresh tokens. */
  keyTagMemorySeconds: 7 * 24 * 3600,
  /** Rows of a realm that is moved that are compared at once; how long one job goes on; and after how long without a step it is taken for lost. */
  realmMoveRows: 500,
  realmMoveJobMs: 10_000,
  realmMovePatienceMs: 5 * 60_000,
  /** A realm is closed to changes no longer than this before the switch; a move that needs more is given up. */
  realmMoveFenceMs: 20 * 60_000,
  /** From the switch until changes are taken again: longer than an isolate may trust its copy of the realm. */
  realmMoveSwitchMs: 12_000,
  /** Until when the old shard goes on refusing: longer than any invocation lasts that may have begun before. */
  realmMoveSettleMs: 20 * 60_000,
  /** How long the old rows are kept. */
  realmMoveGraceMs: 24 * 3_600_000,
} as const;
