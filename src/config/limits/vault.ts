/** Of the token vault: its connections, calls and mappings. */
export const vaultLimits = {
  /** Calls of the token vault: what a caller may send, and what an answer may be unless it is streamed. */
  vaultCallBytes: 8 * 1024 * 1024,
  vaultAnswerBytes: 8 * 1024 * 1024,
  /** How deep lists and objects of an answer stand in each other. */
  vaultAnswerLevels: 500,
  vaultAddressChars: 8_192,
  vaultHeaders: 50,
  vaultHeaderChars: 8_192,
  /** For the whole call with its tries, redirects and waits; of a stream until it begins. */
  vaultCallTimeoutMs: 25_000,
  vaultRedirects: 3,
  /** Of one call where the provider asks to try again, and the first wait where it does not say how long; it doubles. */
  vaultTries: 4,
  vaultFirstWaitMs: 250,
  /** Of mappings: how many an application has, how large one is as JSON, how long an expression and how much work it may be. */
  vaultMappingsPerClient: 200,
  vaultMappingBytes: 64 * 1024,
  /** A mapping that is tried out, with its arguments and a provider's answer. */
  vaultTrialBytes: 256 * 1024,
  /** The same as a form sends it, where many a sign becomes three. */
  vaultTrialFormBytes: 768 * 1024,
  /** Of a schema: its parts times the values that it is held against. */
  vaultSchemaSteps: 20_000_000,
  vaultSelectChars: 2_000,
  vaultSelectSteps: 1_000_000,
  vaultSelectedChars: 8 * 1024 * 1024,
  /** How long the log of calls goes back, and how many of a realm it holds at most. */
  vaultLogMemorySeconds: 7 * 86_400,
  vaultLogEntriesPerRealm: 250_000,
  /** While all is well, the time of a connection's last success is written down at most this often. */
  vaultHealthTouchMs: 60_000,
  /** What an hour's digest of failures says at most. */
  vaultDigestLines: 40,
  connectionsPerUser: 200,
  /** A connection is refreshed when its token has less than this left. */
  vaultRefreshMarginMs: 60_000,
  /** Whoever has the turn to refresh a connection has it for so long; longer than a call takes. Then another may. */
  vaultRefreshTurnMs: 12_000,
  /** After a refresh that failed for the moment, nobody tries for so long; twice as long each time. */
  vaultRefreshFirstRestMs: 2_000,
  vaultRefreshLongestRestMs: 300_000,
  /** A connection that nobody uses is looked at so often: whether it is sealed with the newest key. */
  vaultSweepMs: 7 * 86_400_000,
  /** How often a provider that does not answer is told that tokens are not wanted any more. */
  revocationTries: 6,
  /** Users whose connections with a deleted provider are ended by one job. */
  connectionsEndedAtOnce: 50,
  /** How long what a deleted provider needs to be spoken to is kept, for tokens that are still to be given back. */
  retiredProviderMemoryMs: 7 * 86_400_000,
  /** The same for those of a deleted realm, of which nothing else is left meanwhile. */
  retiredRealmMemoryMs: 86_400_000,
  /** Connections of a deleted provider that are still there after that time were left by their job. */
  connectionsLeftAfterMs: 3_600_000,
  providerKeyChars: 4_096,
} as const;
