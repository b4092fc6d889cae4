import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { publicKeySet } from "../clients/client-keys.ts";

const origin = z.string().max(300);

/** What may be set of a main product beside its name, issuer, algorithm, secret and mode: name, what is allowed, and one sentence. */
export const sourceSettingsSchema = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must not contain control characters")
    .optional()
    .describe("What people know it by; its name when left out."),
  jwks: publicKeySet.optional().describe("Its public keys (RFC 7517), for RS256 and ES256."),
  jwks_uri: z.string().max(limits.urlLength).optional().describe("Where it publishes them; in place of `jwks`."),
  origins: z
    .array(origin)
    .max(50)
    .default([])
    .describe(
      "Origins of its pages whose forms may hand people over: `https://www.example.com`. The realm's own always may.",
    ),
  allow_get: z
    .boolean()
    .default(false)
    .describe("Whether tokens may also come in addresses, which end up in histories and logs. For prototypes."),
  trusts_email: z
    .boolean()
    .default(false)
    .describe(
      "Whether `email_verified: true` in its tokens makes the address of a new account a confirmed one. It never leads to an account that is there.",
    ),
});

export type SourceSettings = z.output<typeof sourceSettingsSchema>;

export const userIdModes = ["unified", "linked"] as const;
export type UserIdMode = (typeof userIdModes)[number];
