/** Every fixed duration and size in one place, units in the names. What a realm may change is in realm-settings.ts. */
export const limits = {
  authorizationCodeTtlSeconds: 60,
  /** How long the object remembers that a code was redeemed; longer than the code lives. */
  redeemedCodeMemorySeconds: 300,
  interactionTtlSeconds: 1800,
  browserCookieTtlSeconds: 400 * 86_400,
  csrfTokenTtlSeconds: 12 * 3600,
  clockSkewSeconds: 10,
  /** A lost answer to a refresh may be asked for again with the same token for this long. */
  refreshRetrySeconds: 30,
  /** A session's last use is written down at most this often. */
  sessionTouchSeconds: 60,
  /** An isolate may answer from its copy of a realm or client for this long after another isolate changed it. */
  realmCacheAgeMs: 10_000,
  unknownHostCacheAgeMs: 5_000,
  cachedRealms: 2_000,
  cachedClients: 5_000,
  cachedUnknownHosts: 1_000,
  metadataMaxAgeSeconds: 300,
  /** Retired keys stay published this much longer than the longest token signed with them. */
  retiredKeyMarginSeconds: 3600,
  bodyBytes: 64 * 1024,
  formFields: 100,
  authorizationRequestChars: 12_000,
  stateLength: 2_048,
  nonceLength: 512,
  urlLength: 2_048,
  metadataBytes: 8 * 1024,
  sessionsPerUser: 200,
  liveTabsPerSession: 50,
  /** For so long somebody who was signed out can be told why. */
  endedSessionMemorySeconds: 30 * 86_400,
  grantsPerUser: 500,
  attemptRowsPerObject: 5_000,
  pageSize: 100,
  /** A credential may be changed this long after the password was last given. */
  recentAuthenticationSeconds: 600,
} as const;
