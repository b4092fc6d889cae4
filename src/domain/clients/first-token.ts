import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";

/** A client that registered itself has come to something, and is not forgotten any more (jobs/forget-unused.ts). */
export async function noteFirstToken(context: RealmContext, client: Client): Promise<void> {
  if (client.registrationTokenHash === null || client.usedAt !== null) return;
  // The token has been given. Should this fail, the next one notes it.
  await context.clients.store.noteUsed(client.integrationId, context.clock.now()).catch(() => undefined);
  context.clients.forget(client);
}
