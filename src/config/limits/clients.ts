/** Of applications, their keys and what they say of themselves. */
export const clientLimits = {
  metadataBytes: 8 * 1024,
  /** Of the public keys that a client registers or publishes, as JSON. */
  clientKeysBytes: 16 * 1024,
  /** Keys that clients publish are read again after this long; after the other, when one is missing. */
  clientKeysAgeMs: 600_000,
  clientKeysPatienceMs: 30_000,
  /** How far ahead the end of a client's assertion may lie, and how far ahead of ours its clock may be (RFC 7523 §3). */
  assertionTtlSeconds: 300,
  assertionSkewSeconds: 30,
  cachedClients: 5_000,
  unusedClientsForgottenAtOnce: 200,
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
  apiKeysPerOwner: 20,
  /** A key's last use is written down at most this often. */
  apiKeyTouchMs: 60_000,
  /** A trial of an application in the console, from its first step to its last. */
  trialTtlSeconds: 600,
} as const;
