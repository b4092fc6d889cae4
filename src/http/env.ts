import type { Context } from "hono";
import type { Bindings, Config } from "../config/env.ts";
import type { RealmContext } from "../domain/realm-context.ts";
import type { Plain } from "../lib/canonical-json.ts";

export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    config: Config;
    /** Set by middleware/realm.ts: everything below it knows whose request this is. */
    realm: RealmContext;
    /** The sealed request that waits behind a page, set where it was opened. */
    waiting?: string;
    /** What waits will speak to the window that opened this one, on another site: no page on the way there may part the two. */
    speaksToOpener?: boolean;
    /** The language that whoever is signed in has chosen, once their session was looked up. */
    locale?: string;
    /** What this browser will be known by, should it sign in. */
    newBrowserId?: string;
    /** The wire code of the refusal that the request was answered with (http/refusal-headers.ts). */
    refusal?: string;
    /** The call of the token vault that is answered: its name in the log. */
    callId?: string;
    /** What the audit event of an operator's change says besides what differs. Never a secret: only that it was set. */
    auditDetails?: { readonly [name: string]: Plain };
    /** The client_id of the client that an operator's path names, by whichever of its names. */
    auditClient?: string;
  };
}

export type AppContext = Context<AppEnv>;

/** What an endpoint for programs needs of a request and its answer. Hono's context has it, and so has the short way's (short-way.ts). */
export interface Exchange {
  readonly env: Bindings;
  readonly req: Pick<AppContext["req"], "raw" | "url" | "method"> & { header(name: string): string | undefined };
  get<Name extends "config" | "realm">(name: Name): AppEnv["Variables"][Name];
  header(name: string, value: string): void;
  json(value: object): Response;
}
