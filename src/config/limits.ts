/** Every fixed duration and size in one place, units in the names. What a realm may change is in realm-settings.ts. */
export const limits = {
  authorizationCodeTtlSeconds: 60,
  /** How long the object remembers that a code was redeemed; longer than the code lives. */
  redeemedCodeMemorySeconds: 300,
  /** A DPoP proof is good for so long before and after the moment it names. */
  dpopProofWindowSeconds: 60,
  dpopProofNameChars: 512,
  /** A nonce for DPoP proofs is good for the rest of its minute and for so many more. */
  dpopNonceMinutes: 3,
  /** A device waits so long for somebody to let it in (RFC 8628 §3.2). */
  deviceCodeTtlSeconds: 900,
  devicePollSeconds: 5,
  /** What a device that asks too early has to wait more each time (RFC 8628 §3.5), and the most that it ever has to. */
  deviceSlowDownSeconds: 5,
  deviceLongestPollSeconds: 60,
  /** An answer may be so much quicker on its way than the one before. */
  devicePollLeewayMs: 1_000,
  expiredDeviceMemorySeconds: 300,
  /** Devices that wait at once. Twenty objects of a realm share them out by the first letter of their codes. */
  devicesPerObject: 5_000,
  devicesPerObjectAndClient: 1_000,
  /** Wrong user codes in a minute from one account or one address (RFC 8628 §5.1). */
  userCodeGuessesPerMinute: 5,
  /** What is kept of a split token outlives it by this long: one that has expired is told from one that never was. */
  expiredSplitTokenMemorySeconds: 86_400,
  /** A guest whose session is over cannot come back, and is forgotten this much later. Others are looked at so often. */
  guestCheckMs: 30 * 86_400_000,
  /** What the hourly job looks at, at most; and at how many at once. */
  guestsCheckedAtOnce: 400,
  guestsCheckedInParallel: 10,
  unusedClientsForgottenAtOnce: 200,
  /** A guest has nothing to sign in with again: its session and refresh tokens outlive it. A hundred years. */
  guestTtlMs: 100 * 365 * 86_400_000,
  interactionTtlSeconds: 1800,
  browserCookieTtlSeconds: 400 * 86_400,
  languageCookieTtlSeconds: 365 * 86_400,
  /** A page with a longer address has no switch of languages. */
  languageReturnChars: 6_000,
  csrfTokenTtlSeconds: 12 * 3600,
  clockSkewSeconds: 10,
  /** A lost answer to a refresh may be asked for again with the same token for this long. */
  refreshRetrySeconds: 30,
  /** A session's last use is written down at most this often. */
  sessionTouchSeconds: 60,
  /** An isolate may answer from its copy of a realm or client for this long after another isolate changed it. */
  realmCacheAgeMs: 10_000,
  unknownHostCacheAgeMs: 5_000,
  /** Copies of the directory that are asked in its stead know at least what it knew so long ago. */
  bookmarkAgeMs: 4_000,
  /** Strangers may hear whether the stores answer from this long ago. */
  readinessAgeMs: 1_000,
  cachedRealms: 2_000,
  cachedClients: 5_000,
  /** Tokens whose signature an isolate need not compute again. */
  cachedTokens: 4_000,
  cachedUnknownHosts: 1_000,
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
  /** Longer than anything lives that is only authenticated with a key, apart from refresh tokens. */
  keyTagMemorySeconds: 7 * 24 * 3600,
  bodyBytes: 64 * 1024,
  formFields: 100,
  /** As JSON. Sealed it travels in an address, and the platform takes none of more than 16 KB. */
  authorizationRequestBytes: 11_000,
  stateLength: 2_048,
  nonceLength: 512,
  urlLength: 2_048,
  metadataBytes: 8 * 1024,
  /** Of the public keys that a client registers or publishes, as JSON. */
  clientKeysBytes: 16 * 1024,
  /** Keys that clients publish are read again after this long; after the other, when one is missing. */
  clientKeysAgeMs: 600_000,
  clientKeysPatienceMs: 30_000,
  /** How far ahead the end of a client's assertion may lie, and how far ahead of ours its clock may be (RFC 7523 §3). */
  assertionTtlSeconds: 300,
  assertionSkewSeconds: 30,
  /** From the push of an authorization request to its use (RFC 9126 §2.2). */
  pushedRequestTtlSeconds: 90,
  /** What is over leaves the user's object this much later at the latest. */
  longestUncleanedMs: 7 * 86_400_000,
  /** An attempt that nobody has judged by then counts as a wrong one. */
  attemptInFlightMs: 10_000,
  attemptAskAgainMs: 150,
  attemptAsksAgain: 30,
  sessionsPerUser: 200,
  /** Devices that an account remembers, those seen last; that one was seen is written down at most this often. */
  knownDevicesPerUser: 50,
  knownDeviceTouchMs: 86_400_000,
  newDeviceNoticesPerHour: 4,
  /** A person is told of tokens in two hands once in so long. */
  theftNoticePeriodMs: 86_400_000,
  liveTabsPerSession: 50,
  /** For so long somebody who was signed out can be told why. */
  endedSessionMemorySeconds: 30 * 86_400,
  /** Of one user: a program that signs in and out all day must not fill its object. */
  endedSessionsKept: 200,
  /** Notices of ended sessions that the queue did not take are sent again after this long. */
  noticeResendMs: 60_000,
  queueBatchMessages: 100,
  logoutTokenTtlSeconds: 120,
  /** How long a client may take to answer to a logout token; one that never does is given up after so many tries, within the hour. */
  logoutNoticeTimeoutMs: 5_000,
  logoutNoticeTries: 10,
  logoutNoticeLongestWaitSeconds: 900,
  /** How long a webhook's endpoint may take, and how long the next try waits after each that failed; then the event is dead. */
  webhookTimeoutMs: 5_000,
  webhookRetriesAfterSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000],
  /** The longest that an endpoint may ask us to wait, and how early the queue may bring a try. */
  webhookLongestWaitSeconds: 36_000,
  webhookEarlyMs: 2_000,
  /** An endpoint that has taken nothing for so long is switched off. */
  webhookFailingLongestMs: 5 * 86_400_000,
  webhooksPerOwner: 20,
  webhooksPerRealm: 100,
  /** After a rotation both secrets sign for so long. */
  webhookSecretOverlapSeconds: 86_400,
  /** Deliveries are kept so long, and so many that are done with for each endpoint; of each, the last few attempts. */
  webhookDeliveryMemorySeconds: 30 * 86_400,
  webhookDeliveriesKept: 5_000,
  webhookAttemptsLogged: 20,
  /** A delivery that is so late has been lost on the way, and is sent again. */
  webhookOverdueMs: 3_600_000,
  webhookReplaysAtOnce: 500,
  /** Of the `claims` parameter (OIDC Core §5.5). */
  claimsParameterLength: 4_096,
  claimsParameterDepth: 6,
  /** Of those who act for one another in one token (RFC 8693 §4.1). */
  actorChainLength: 5,
  grantsPerUser: 500,
  attemptRowsPerObject: 5_000,
  pageSize: 100,
  /** Users of one import; and of them, those whose password is sent in clear and has to be hashed. */
  importLines: 500,
  importBodyBytes: 1024 * 1024,
  importPlainPasswords: 20,
  exportPageSize: 500,
  /** A credential may be changed this long after the password was last given. */
  recentAuthenticationSeconds: 600,
  /** Between a look at an account and the session that comes of it, at most. */
  longestSignInMs: 60_000,
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
  /** Between a temporary password and the one that its user chooses. */
  passwordChangeTtlSeconds: 600,
  verificationLinkTtlSeconds: 86_400,
  mailedSecretsPerObject: 5_000,
  /** Mails to somebody about what has happened to their account may arrive this late, and no later. */
  noticeTtlSeconds: 86_400,
  devMailboxTtlSeconds: 86_400,
  /** How long a browser may take until it has sent a picture, and how large that may be. */
  pictureUploadTtlSeconds: 600,
  pictureBytes: 5 * 1024 * 1024,
  /** How long an address that somebody else has named may take to answer, and how much it may say. */
  /** How long a service behind the gateway may take until its answer begins. */
  gatewayTimeoutMs: 25_000,
  outboundTimeoutMs: 8_000,
  /** For a domain of a realm whose overview somebody waits for. */
  domainGlanceTimeoutMs: 3_000,
  /** How long an isolate goes by what a domain has met. */
  domainSeenMs: 5 * 60_000,
  domainsSeen: 2_000,
  /** Of what another server says of itself, in characters. */
  shownForeignText: 300,
  outboundAnswerBytes: 256 * 1024,
  /** What upstream providers publish about themselves is read again after this long; their keys after the other, when one is missing. */
  upstreamMetadataAgeMs: 600_000,
  upstreamKeysPatienceMs: 30_000,
  cachedUpstreams: 200,
  /** Documents that stand for clients (client-document.ts): how long they may take and be, and for how long they are good. */
  clientDocumentAddressChars: 512,
  clientDocumentTimeoutMs: 4_000,
  clientDocumentBytes: 5 * 1024,
  clientDocumentShortestMs: 60_000,
  clientDocumentUsualMs: 300_000,
  clientDocumentLongestMs: 3_600_000,
  /** While its host does not answer, one that was good stays so for this long. */
  clientDocumentStaleMs: 86_400_000,
  cachedClientDocuments: 1_000,
  /** A server that asks whether a session is alive is answered by then, or told to ask again. */
  sessionCheckTimeoutMs: 3_000,
  /** Session tokens from before anybody could ask are written down when they are used; each isolate knows so many. */
  cachedIndexedTokens: 4_000,
  indexedTokenMemoryMs: 86_400_000,
  /** A trial of an application in the console, from its first step to its last. */
  trialTtlSeconds: 600,
  /** From here to an upstream provider and back. */
  socialSignInTtlSeconds: 900,
  /** The longest that a main product's token may be good for, from `iat` to `exp`. */
  handOverTtlSeconds: 900,
  /** From a hand-over whose address has an account here to the proof that it is the same person's. */
  linkTokenTtlSeconds: 600,
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
  apiKeysPerOwner: 20,
  /** A key's last use is written down at most this often. */
  apiKeyTouchMs: 60_000,
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
  apiKeyChars: 4_096,
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
  /** Old entries are cut off in pieces. */
  auditPrunedAtOnce: 2_000,
  auditPrunedChainsAtOnce: 50,
  auditExportPage: 500,
  /** Days that statistics may be asked for at once. */
  statisticsDays: 400,
  /** Sign-ins at upstream providers that one browser may have begun at once. */
  socialSignInsPerBrowser: 4,
} as const;
