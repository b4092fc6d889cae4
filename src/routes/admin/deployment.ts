import { keyRing } from "../../crypto/key-ring.ts";
import type { RealmDeployment } from "../../domain/realms/realm-deployment.ts";
import type { AppContext } from "../../http/env.ts";
import { realmDirectory } from "../../http/middleware/realm.ts";
import { systemClock } from "../../lib/time.ts";
import { RealmStore } from "../../storage/d1/realm-store.ts";
import { databasesOf, shardNamed } from "../../storage/d1/shards.ts";
import { offersJurisdiction } from "../../storage/user-object/jurisdiction.ts";

/** What changes of realms are made with. */
export const deploymentOf = (c: AppContext): RealmDeployment => ({
  realms: new RealmStore(databasesOf(c.env)),
  directory: realmDirectory(c),
  config: c.get("config"),
  ring: keyRing(c.get("config")),
  clock: systemClock,
  offersJurisdiction: (jurisdiction) => offersJurisdiction(c.env.USERS, jurisdiction),
});

/** Where the rows of the realm of the path lie. */
export const shardOf = (c: AppContext): D1Database => shardNamed(databasesOf(c.env), c.get("realm").realm.shard);
