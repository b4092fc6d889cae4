import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";

/** A client that registered itself has come to something, and is not forgotten any more (jobs/forget-unused.ts). */
export function noteFirstToken(context: RealmContext, client: Client): Promise<void> | null {
  return client.registrationTokenHash === null || client.usedAt !== null ? null : noteUsed(context, client);
}

async function noteUsed(context: RealmContext, client: Client): Promise<void> {
  // The token has been given. Should this fail, the next one notes it.
  await context.clients.store.noteUsed(client.integrationId, context.clock.now()).catch(() => undefined);
  context.clients.forget(client);
}
