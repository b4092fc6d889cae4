import type { RealmContext } from "../realm-context.ts";

/** What happened, in values that are safe to keep: ids and names of ours, never a token, an address or what somebody typed. */
export type AuditedEvent = TokenExchanged | AccountLinked | UsersImported | UsersExported;

type UsersImported = {
  readonly event: "users-imported";
  /** `deployment`, or the id of the administrator. */
  readonly operator: string;
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
};

type UsersExported = {
  readonly event: "users-exported";
  readonly operator: string;
  readonly count: number;
  readonly password_hashes: boolean;
};

type AccountLinked = {
  readonly event: "account-linked" | "account-unlinked";
  readonly source: string;
  readonly user_id: number;
  /** What the user, or the source's server, has shown. */
  readonly by: "password" | "code" | "session" | "api-key";
};

type TokenExchanged = {
  readonly event: "token-exchanged";
  readonly client_id: string;
  /** The client whose user's token it was. */
  readonly subject_client_id: string;
  readonly user_id: number;
  readonly actor: string | null;
  readonly impersonation: boolean;
  readonly audience: readonly string[];
  readonly scope: string;
  readonly token_id: string;
};

/** One line of JSON to the deployment's log (OWASP ASVS 16.2.1). */
export function recordEvent({ realm, clock }: RealmContext, event: AuditedEvent): void {
  console.warn(
    JSON.stringify({ level: "info", time: new Date(clock.now()).toISOString(), realm_id: realm.id, ...event }),
  );
}
