import { keyRing } from "../../crypto/key-ring.ts";
import type { RealmDeployment } from "../../domain/realms/realm-deployment.ts";
import type { AppContext } from "../../http/env.ts";
import { realmDirectory } from "../../http/middleware/realm.ts";
import { systemClock } from "../../lib/time.ts";
import { RealmStore } from "../../storage/d1/realm-store.ts";

/** What changes of realms are made with. */
export const deploymentOf = (c: AppContext): RealmDeployment => ({
  realms: new RealmStore(c.env.DB),
  directory: realmDirectory(c),
  config: c.get("config"),
  ring: keyRing(c.get("config")),
  clock: systemClock,
});
