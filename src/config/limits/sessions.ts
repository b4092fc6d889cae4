/** Of sessions, guests, and what others are told when a session ends. */
export const sessionLimits = {
  /** A session's last use is written down at most this often. */
  sessionTouchSeconds: 60,
  sessionsPerUser: 200,
  liveTabsPerSession: 50,
  /** For so long somebody who was signed out can be told why. */
  endedSessionMemorySeconds: 30 * 86_400,
  /** Of one user: a program that signs in and out all day must not fill its object. */
  endedSessionsKept: 200,
  /** What is over leaves the user's object this much later at the latest. */
  longestUncleanedMs: 7 * 86_400_000,
  /** A guest has nothing to sign in with again: its session and refresh tokens outlive it. A hundred years. */
  guestTtlMs: 100 * 365 * 86_400_000,
  /** A guest whose session is over cannot come back, and is forgotten this much later. Others are looked at so often. */
  guestCheckMs: 30 * 86_400_000,
  /** What the hourly job looks at, at most; and at how many at once. */
  guestsCheckedAtOnce: 400,
  guestsCheckedInParallel: 10,
  /** Devices that an account remembers, those seen last; that one was seen is written down at most this often. */
  knownDevicesPerUser: 50,
  knownDeviceTouchMs: 86_400_000,
  newDeviceNoticesPerHour: 4,
  /** A person is told of tokens in two hands once in so long. */
  theftNoticePeriodMs: 86_400_000,
  /** Notices of ended sessions that the queue did not take are sent again after this long. */
  noticeResendMs: 60_000,
  logoutTokenTtlSeconds: 120,
  /** How long a client may take to answer to a logout token; one that never does is given up after so many tries, within the hour. */
  logoutNoticeTimeoutMs: 5_000,
  logoutNoticeTries: 10,
  logoutNoticeLongestWaitSeconds: 900,
  /** A server that asks whether a session is alive is answered by then, or told to ask again. */
  sessionCheckTimeoutMs: 3_000,
  /** Session tokens from before anybody could ask are written down when they are used; each isolate knows so many. */
  cachedIndexedTokens: 4_000,
  indexedTokenMemoryMs: 86_400_000,
} as const;
