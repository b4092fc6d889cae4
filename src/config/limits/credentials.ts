/** Of what people prove who they are with, and of what is mailed to them. */
export const credentialLimits = {
  /** An attempt that nobody has judged by then counts as a wrong one. */
  attemptInFlightMs: 10_000,
  attemptAskAgainMs: 150,
  attemptAsksAgain: 30,
  attemptRowsPerObject: 5_000,
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
  /** A message that nobody takes is given up after so many tries, within three hours. */
  messageTries: 10,
  devMailboxTtlSeconds: 86_400,
} as const;
