import type { Context } from "hono";
import type { Bindings, Config } from "../config/env.ts";
import type { RealmContext } from "../domain/realm-context.ts";

export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    config: Config;
    /** Set by middleware/realm.ts: everything below it knows whose request this is. */
    realm: RealmContext;
  };
}

export type AppContext = Context<AppEnv>;
