import * as z from "zod";
import type { LinkedAccount } from "../../domain/sources/linked-accounts.ts";
import { minimalUser, quickpassId } from "../../domain/sources/minimal-user.ts";
import type { Source } from "../../domain/sources/source.ts";
import type { Profile } from "../../storage/profile.ts";

export const minimalUserSchema = z.object({
  user_id: z.string().describe("The user's id; the main product's own where the source has unified ids."),
  quickpass_user_id: z.string().describe("`qp_<id>`"),
  external_id: z.string().optional(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  roles: z.array(z.string()),
  source: z.string(),
});

const secondTime = z.iso.datetime().describe("ISO 8601, in UTC, to the second.");

export const signedInSchema = z.object({
  user: minimalUserSchema,
  active_sessions_count: z.int(),
  expires_at: secondTime,
});

export const accountsAnswerSchema = z.object({
  quickpass_user_id: z.string().describe("`qp_<id>`"),
  linked_accounts: z.array(
    z.object({
      source: z.string(),
      source_id: z.string(),
      linked_at: secondTime,
      status: z.enum(["active", "disabled"]),
    }),
  ),
});

/** Whole seconds, as QuickPass's documents write times. */
const secondTimeJson = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;

interface LiveUser {
  readonly profile: Profile;
  readonly activeSessions: number;
  readonly session: { readonly expiresAt: number };
}

export const signedInJson = (
  { profile, activeSessions, session }: LiveUser,
  source: Source,
): z.output<typeof signedInSchema> => {
  const { roles, ...user } = minimalUser(profile, source);
  return {
    user: { ...user, roles: [...roles] },
    active_sessions_count: activeSessions,
    expires_at: secondTimeJson(session.expiresAt),
  };
};

export const accountsJson = (
  userId: number,
  accounts: readonly LinkedAccount[],
): z.output<typeof accountsAnswerSchema> => ({
  quickpass_user_id: quickpassId(userId),
  linked_accounts: accounts.map(({ source, sourceId, linkedAt, status }) => ({
    source,
    source_id: sourceId,
    linked_at: secondTimeJson(linkedAt),
    status,
  })),
});
