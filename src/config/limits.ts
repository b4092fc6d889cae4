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
  /** As JSON. Sealed it travels in an address, and the platform takes none of more than 16 KB. */
  authorizationRequestBytes: 11_000,
  stateLength: 2_048,
  nonceLength: 512,
  urlLength: 2_048,
  metadataBytes: 8 * 1024,
  /** What is over leaves the user's object this much later at the latest. */
  longestUncleanedMs: 7 * 86_400_000,
  /** An attempt that nobody has judged by then counts as a wrong one. */
  attemptInFlightMs: 10_000,
  attemptAskAgainMs: 150,
  attemptAsksAgain: 30,
  sessionsPerUser: 200,
  liveTabsPerSession: 50,
  /** For so long somebody who was signed out can be told why. */
  endedSessionMemorySeconds: 30 * 86_400,
  grantsPerUser: 500,
  attemptRowsPerObject: 5_000,
  pageSize: 100,
  /** A credential may be changed this long after the password was last given. */
  recentAuthenticationSeconds: 600,
  /** Between the first factor and the second. */
  halfSignInTtlSeconds: 600,
  /** Between a secret for an authenticator app and its first code. */
  totpSetUpTtlSeconds: 900,
  recoveryCodes: 10,
  passkeyChallengeTtlSeconds: 300,
  passkeysPerUser: 50,
  oneTimeCodeDigits: 6,
  oneTimeCodeTtlSeconds: 600,
  /** Wrong guesses at the codes of one address, until one was right. After them each further one waits, and a new code changes nothing. */
  oneTimeCodeTries: 5,
  oneTimeCodeFirstWaitSeconds: 600,
  oneTimeCodeLongestWaitSeconds: 3600,
  resetLinkTtlSeconds: 3600,
  verificationLinkTtlSeconds: 86_400,
  mailedSecretsPerObject: 5_000,
  /** Mails to somebody about what has happened to their account may arrive this late, and no later. */
  noticeTtlSeconds: 86_400,
  devMailboxTtlSeconds: 86_400,
  /** How long an address that somebody else has named may take to answer, and how much it may say. */
  outboundTimeoutMs: 8_000,
  outboundAnswerBytes: 256 * 1024,
  /** What upstream providers publish about themselves is read again after this long; their keys after the other, when one is missing. */
  upstreamMetadataAgeMs: 600_000,
  upstreamKeysPatienceMs: 30_000,
  cachedUpstreams: 200,
  /** From here to an upstream provider and back. */
  socialSignInTtlSeconds: 900,
  /** Sign-ins at upstream providers that one browser may have begun at once. */
  socialSignInsPerBrowser: 4,
} as const;
