/** The log of calls: what was called and what came of it, never what was sent or answered (contract §6). */
import type { Failure } from "../../errors/errors.ts";
import type { CallEntry } from "../../storage/d1/call-log-store.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";

const told = ["CALL_FORMAT_ERROR", "API_ERROR", "INVALID_OAUTHID"] as const;

interface Who {
  readonly callId: string;
  readonly client: Pick<Client, "clientId">;
  readonly user: UserRow;
  readonly provider: { readonly name: string };
  readonly method?: { readonly name: string };
}

type Outcome = Pick<CallEntry, "method" | "code" | "statusCode" | "tries" | "durationMs" | "createdAt"> & {
  readonly url: URL | null;
};

/** Written after the answer. Of failures webhooks hear with the first of an hour, the tenth, the hundredth: a provider that is down is one event. */
export function logCall(context: RealmContext, who: Who, { url, ...outcome }: Outcome): void {
  const { callId, client, user, provider, method } = who;
  const { code, statusCode } = outcome;
  const entry: CallEntry = {
    ...outcome,
    id: callId,
    clientId: client.clientId,
    userId: user.id,
    provider: provider.name,
    mapping: method?.name ?? null,
    url: url === null ? "" : withoutValues(url),
    status: code === null ? "success" : "error",
  };
  context.callLog.note(entry, (count) => {
    const type = told.find((name) => name === code);
    if (type === undefined || !/^10*$/.test(String(count))) return;
    const about = { provider: provider.name, client_id: client.clientId, call_id: callId, count_in_hour: count };
    emit(context, type, user, { ...about, ...(statusCode === null ? {} : { status_code: statusCode }) });
  });
}

/** The same for one that did not come to be made. */
export function refuseCall(context: RealmContext, who: Who, { code }: Failure): void {
  const now = context.clock.now();
  logCall(context, who, { method: "", url: null, code, statusCode: null, tries: 0, durationMs: 0, createdAt: now });
}

/** What stands in a query may be anything. */
const withoutValues = ({ origin, pathname, searchParams }: URL): string => {
  const names = [...new Set(searchParams.keys())].map((name) => `${encodeURIComponent(name)}=`);
  return `${origin}${pathname}${names.length === 0 ? "" : `?${names.join("&")}`}`.slice(0, 1000);
};
