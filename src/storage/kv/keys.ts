export const devMailbox = "dev-mailbox:";

/** Every key in KV. Realm and type are part of each, so that nothing can be taken for something else. */
export const kvKeys = {
  authorizationCode: (realmId: string, codeHash: string) => `authorization-code:${realmId}:${codeHash}`,
  pushedRequest: (realmId: string, handleHash: string) => `pushed-request:${realmId}:${handleHash}`,
  ssoToken: (realmId: string, tokenHash: string) => `sso-token:${realmId}:${tokenHash}`,
  tokenIndex: (realmId: string, tokenHash: string) => `token-index:${realmId}:${tokenHash}`,
  splitToken: (realmId: string, signatureHash: string) => `split:${realmId}:${signatureHash}`,
  /** Development only. */
  devPicture: (key: string) => `dev-picture:${key}`,
  devMessage: (recipientHash: string, place: string) => `${devMailbox}${recipientHash}:${place}`,
} as const;

/** KV refuses shorter lifetimes. What must end sooner carries its own end. */
export const shortestTtlSeconds = 60;
