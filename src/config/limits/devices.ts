/** Of devices that wait to be let in (RFC 8628). */
export const deviceLimits = {
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
} as const;
