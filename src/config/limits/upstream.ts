/** Of other servers that are asked something, and of people who come from there. */
export const upstreamLimits = {
  /** How long an address that somebody else has named may take to answer, and how much it may say. */
  outboundTimeoutMs: 8_000,
  outboundAnswerBytes: 256 * 1024,
  /** How long a service behind the gateway may take until its answer begins. */
  gatewayTimeoutMs: 25_000,
  /** Of what another server says of itself, in characters. */
  shownForeignText: 300,
  /** What upstream providers publish about themselves is read again after this long; their keys after the other, when one is missing. */
  upstreamMetadataAgeMs: 600_000,
  upstreamKeysPatienceMs: 30_000,
  cachedUpstreams: 200,
  /** From here to an upstream provider and back. */
  socialSignInTtlSeconds: 900,
  /** Sign-ins at upstream providers that one browser may have begun at once. */
  socialSignInsPerBrowser: 4,
  /** The longest that a main product's token may be good for, from `iat` to `exp`. */
  handOverTtlSeconds: 900,
  /** From a hand-over whose address has an account here to the proof that it is the same person's. */
  linkTokenTtlSeconds: 600,
} as const;
