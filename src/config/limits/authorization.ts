/** Of requests for authorization, and of the codes and tokens that come of them. */
export const authorizationLimits = {
  /** As JSON. Sealed it travels in an address, and the platform takes none of more than 16 KB. */
  authorizationRequestBytes: 11_000,
  stateLength: 2_048,
  nonceLength: 512,
  /** Of the `claims` parameter (OIDC Core §5.5). */
  claimsParameterLength: 4_096,
  claimsParameterDepth: 6,
  /** From the push of an authorization request to its use (RFC 9126 §2.2). */
  pushedRequestTtlSeconds: 90,
  authorizationCodeTtlSeconds: 60,
  /** How long the object remembers that a code was redeemed; longer than the code lives. */
  redeemedCodeMemorySeconds: 300,
  grantsPerUser: 500,
  /** A lost answer to a refresh may be asked for again with the same token for this long. */
  refreshRetrySeconds: 30,
  /** Of exchanges from one token to the next, and so of those who act for one another in one (RFC 8693 §4.1). */
  actorChainLength: 5,
  /** What is kept of a split token outlives it by this long: one that has expired is told from one that never was. */
  expiredSplitTokenMemorySeconds: 86_400,
  /** A DPoP proof is good for so long before and after the moment it names. */
  dpopProofWindowSeconds: 60,
  dpopProofNameChars: 512,
  /** A nonce for DPoP proofs is good for the rest of its minute and for so many more. */
  dpopNonceMinutes: 3,
  clockSkewSeconds: 10,
  /** Tokens whose signature an isolate need not compute again. */
  cachedTokens: 4_000,
} as const;
