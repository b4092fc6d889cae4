/** What becomes of connections whose provider is deleted: they end, and what they were is given back (contract §6, RFC 7009). */
import { limits } from "../../config/limits.ts";
import type { ProviderOnce } from "../../storage/provider-once.ts";
import type { RealmContext } from "../realm-context.ts";
import { tallyConsents } from "./tell.ts";

/** One page of those who have some. */
export interface EndConnectionsJob extends ProviderOnce {
  readonly type: "end-connections";
  readonly realmId: string;
}

const told = ["connection.disconnected", "USER_CONSENT_DISCONNECT"] as const;

/**
 * Whoever's connections have ended is not on the list any more, so it goes on where it was interrupted. One whose object does not answer
 * holds up nobody else of the page. Throws what that one threw.
 */
export async function endConnectionsPage(context: RealmContext, job: EndConnectionsJob): Promise<"more" | "done"> {
  const { provider, since } = job;
  const { connectionHolders, objects, realm } = context;
  const types = told.filter((type) => realm.listensTo.has(type));
  const userIds = await connectionHolders.page({ provider, since }, limits.connectionsEndedAtOnce);
  const ended = await Promise.allSettled(
    userIds.map(async (userId) => {
      const clientIds = await objects.call(userId, (user) =>
        user.endConnectionsWith({ provider, since }, types, "provider-deleted"),
      );
      for (const clientId of clientIds) tallyConsents(context, { provider, clientId }, told);
      await connectionHolders.forget({ provider, since }, userId);
    }),
  );
  for (const outcome of ended) if (outcome.status === "rejected") throw outcome.reason;
  return userIds.length < limits.connectionsEndedAtOnce ? "done" : "more";
}
