import type { ReasonEntry } from "./reason-entry.ts";

/** Where a token is used, the same code is answered with 401 and a challenge (http/on-error.ts). */
const invalidProof = { status: 400, code: "invalid_dpop_proof" } as const;

/** Reasons about proofs of possession (RFC 9449); a part of the one table in reasons.ts. */
export const dpopReasons = {
  "dpop-proof-missing": { ...invalidProof, message: "Send a DPoP proof in the header DPoP." },
  "dpop-proof-malformed": {
    ...invalidProof,
    message: "The header DPoP is not one signed JWT of type dpop+jwt.",
  },
  "dpop-proof-algorithm-refused": {
    ...invalidProof,
    message: "The DPoP proof is signed with an algorithm that is not offered here.",
  },
  "dpop-proof-key-refused": {
    ...invalidProof,
    message: "The member jwk of the DPoP proof is not a public key that fits its algorithm.",
  },
  "dpop-proof-signature-wrong": { ...invalidProof, message: "The signature of the DPoP proof is not of its key." },
  "dpop-proof-of-another-method": {
    ...invalidProof,
    message: "htm of the DPoP proof is not the method of the request.",
  },
  "dpop-proof-of-another-address": {
    ...invalidProof,
    message: "htu of the DPoP proof is not the address of the request.",
  },
  "dpop-proof-not-recent": {
    ...invalidProof,
    message: "The DPoP proof was not made just now. Look at the clock: iat is in seconds of UTC.",
  },
  "dpop-proof-without-name": { ...invalidProof, message: "jti of the DPoP proof is missing, or too long." },
  "dpop-proof-of-another-token": {
    ...invalidProof,
    message: "ath of the DPoP proof is not the hash of the access token.",
  },
  "dpop-proof-of-another-key": {
    ...invalidProof,
    message: "The DPoP proof is not of the key that the access token is bound to.",
  },
  "dpop-proof-replayed": { ...invalidProof, message: "The DPoP proof has been used. Make one for each request." },
  "dpop-nonce-needed": {
    status: 400,
    code: "use_dpop_nonce",
    message: "Repeat with a DPoP proof that holds the nonce of the header DPoP-Nonce.",
  },
  "dpop-jkt-malformed": {
    status: 400,
    code: "invalid_request",
    message: "dpop_jkt is not a base64url SHA-256 thumbprint of a key.",
  },
  "dpop-jkt-differs": {
    status: 400,
    code: "invalid_request",
    message: "dpop_jkt is not the thumbprint of the key that the DPoP proof is of.",
  },
  "access-token-bound": {
    status: 401,
    code: "access-token-invalid",
    message: "The access token is bound to a key. Send it by the scheme DPoP, with a proof.",
  },
  "access-token-not-bound": {
    status: 401,
    code: "access-token-invalid",
    message: "The access token is not bound to a key. Send it by the scheme Bearer.",
  },
} as const satisfies Record<string, ReasonEntry>;
