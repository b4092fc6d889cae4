import { Problem } from "../../errors/errors.ts";
import type { LinkedAccountRow } from "../../storage/d1/linked-account-store.ts";
import { type Profile, profileOf } from "../../storage/profile.ts";
import type { KnownConnection } from "../../storage/user-object/connections.ts";
import type { EndedSession } from "../../storage/user-object/ended-sessions.ts";
import type { Factors } from "../../storage/user-object/second-factors.ts";
import type { Session } from "../../storage/user-object/sessions.ts";
import { type NamedConsent, namedConsents } from "../consent/named-consents.ts";
import type { RealmContext } from "../realm-context.ts";

/** Everything that is kept about one user, but for what opens something: no hash, no secret, no token. */
export interface OwnData {
  readonly profile: Profile;
  readonly hasPassword: boolean;
  readonly links: readonly Omit<LinkedAccountRow, "realmId" | "userId">[];
  readonly sessions: readonly Session[];
  readonly endedSessions: readonly EndedSession[];
  readonly consents: readonly NamedConsent[];
  readonly connections: readonly KnownConnection[];
  readonly authenticatorApp: boolean;
  readonly recoveryCodesLeft: number;
  readonly passkeys: Factors["passkeys"];
}

/** Throws Problem when the user is gone. */
export async function ownDataOf(context: RealmContext, userId: number): Promise<OwnData> {
  const [user, links, kept] = await Promise.all([
    context.users.findById(userId),
    context.linkedAccounts.listOf(userId),
    context.objects.call(userId, (object) => object.ownData()),
  ]);
  if (user === null) throw new Problem("session-ended");
  const { sealedTotpSecret, recoveryCodesLeft, passkeys } = kept.factors;
  return {
    profile: profileOf(user, kept.tfaEnabled),
    hasPassword: user.passwordHash !== null,
    links: links.map(({ realmId: _, userId: __, ...link }) => link),
    sessions: kept.sessions,
    endedSessions: kept.endedSessions,
    consents: await namedConsents(context, kept.consents),
    connections: kept.connections,
    authenticatorApp: sealedTotpSecret !== null,
    recoveryCodesLeft,
    passkeys,
  };
}
