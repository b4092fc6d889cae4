/** What macros stand for: a closed list (contract §6). Tokens that open the provider's API are not on it. */
import { randomHandle } from "../../crypto/random.ts";
import { toSeconds } from "../../lib/time.ts";
import { firstCallIdOf } from "../../storage/d1/call-log-store.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { Client } from "../clients/client.ts";
import { type MacroValues, malformed } from "./macros.ts";

/** Sorts by time. */
export const newCallId = (now: number): string => `${firstCallIdOf(now)}_${randomHandle(12)}`;

/** The call that the macros are filled in for. */
export interface Macros {
  readonly callId: string;
  readonly client: Client;
  readonly user: UserRow;
  readonly provider: string;
  readonly idToken: string | null;
  readonly now: number;
}

/** What an application has to be registered for to name it: by an API that shows what it was sent, it could read it. */
const scopeOf: Readonly<Record<string, string>> = {
  email: "email",
  name: "profile",
  first_name: "profile",
  last_name: "profile",
  username: "profile",
};

const values = {
  id_token: ({ idToken }) => idToken,
  user_id: ({ user }) => String(user.id),
  external_id: ({ user }) => user.externalId,
  email: ({ user }) => user.email,
  name: ({ user }) => user.name,
  first_name: ({ user }) => user.firstName,
  last_name: ({ user }) => user.lastName,
  username: ({ user }) => user.username,
  client_id: ({ client }) => client.clientId,
  provider: ({ provider }) => provider,
  call_id: ({ callId }) => callId,
  now: ({ now }) => new Date(now).toISOString(),
  now_seconds: ({ now }) => toSeconds(now),
} satisfies Record<string, (macros: Macros) => string | number | null>;

export const macroNames: ReadonlySet<string> = new Set(Object.keys(values));

const aboutNobody: ReadonlySet<string> = new Set(["client_id", "provider", "call_id", "now", "now_seconds"]);

/** Whether any of them says something of the user, which is for applications that the user has connected alone. */
export const isAboutUser = (names: ReadonlySet<string>): boolean =>
  [...names].some((name) => macroNames.has(name) && !aboutNobody.has(name));

/** Throws Problem, CALL_FORMAT_ERROR, for a name that is not on the list, or not for this application. */
export function checkMacros(names: ReadonlySet<string>, { metadata }: Client): void {
  for (const name of names) {
    if (!macroNames.has(name)) throw malformed(name, "is no macro");
    const scope = scopeOf[name];
    if (scope !== undefined && !metadata.scopes.includes(scope))
      throw malformed(name, `is for applications that are registered for the scope ${scope}`);
  }
}

/** Those of them that have one. */
export function macroValues(names: ReadonlySet<string>, macros: Macros): MacroValues {
  const found = [...names].map(
    (name) => [name, name in values ? values[name as keyof typeof values](macros) : null] as const,
  );
  return new Map(found.filter(([, value]) => value !== null));
}
