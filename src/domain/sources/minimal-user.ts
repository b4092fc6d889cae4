import type { Profile } from "../../storage/profile.ts";
import type { Source } from "./source.ts";

/** What a main product's server is told of a user, and no more (S0.3). In unified mode `user_id` is the product's own. */
export interface MinimalUser {
  readonly user_id: string;
  /** `qp_<id>` */
  readonly quickpass_user_id: string;
  readonly external_id?: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly source: string;
}

export const quickpassId = (userId: number): string => `qp_${userId}`;

export function minimalUser(
  { id, externalId, name, email, roles }: Pick<Profile, "id" | "externalId" | "name" | "email" | "roles">,
  source: Pick<Source, "name" | "userIdMode">,
): MinimalUser {
  return {
    user_id: source.userIdMode === "unified" && externalId !== null ? externalId : String(id),
    quickpass_user_id: quickpassId(id),
    ...(externalId === null ? {} : { external_id: externalId }),
    name,
    email,
    roles,
    source: source.name,
  };
}
