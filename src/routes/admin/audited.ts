// How a change by operators gets into the audit log: noted before it is made, chained when it is known how it ended.
import { actorOf, type Operator } from "../../domain/admin/operator.ts";
import { appendEvents } from "../../domain/audit/chain.ts";
import { type Differences, differences } from "../../domain/audit/differences.ts";
import { Failure } from "../../errors/errors.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";
import type { AppContext } from "../../http/env.ts";
import { logBug } from "../../http/log.ts";
import { requestFacts } from "../../http/request-facts.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import { systemClock } from "../../lib/time.ts";
import { type AuditEvent, deploymentChain } from "../../storage/audit-events.ts";
import { AuditQueue } from "../../storage/audit-queue.ts";
import { AuditStore } from "../../storage/d1/audit-store.ts";
import { newAuditEvent } from "../../storage/new-audit-event.ts";
import { type Audited, type Change, changes, type View } from "./audited-changes.ts";
import { shardOf } from "./deployment.ts";

type Handle = (c: AppContext, operator: Operator) => Promise<Response>;
type Json = Readonly<Record<string, unknown>>;

/**
 * Makes the change between two notes. The first is in D1 before anything changes, so that no change goes unrecorded whatever happens
 * to this request; the second, in the chain, says how it ended, what was and what is. Without the first, nothing is changed: 503.
 */
export async function writtenDown(
  c: AppContext,
  operator: Operator,
  address: Change,
  handle: Handle,
): Promise<Response> {
  const { type, view, target, ofDeployment } = changes[address];
  const chain = ofDeployment === true ? deploymentChain : c.get("realm").realm.id;
  const store = new AuditStore(ofDeployment === true ? c.env.DB : shardOf(c), chain);
  const conclude = concluding(c, store, chain);
  const before =
    view === undefined || address.startsWith("POST /realms/:realm/webhooks/") ? null : await lookAt(c, view);
  const begun = newAuditEvent(
    {
      type: typeof type === "string" ? type : "user.updated",
      outcome: "unknown",
      actor: actorOf(operator),
      ...subjectOf(c, view, target, null),
      ...requestFacts(c)(),
    },
    systemClock.now(),
  );
  await store.begin(begun, systemClock.now());
  try {
    const response = await handle(c, operator);
    const answer = parseJson(await response.clone().text());
    const after = view === undefined || c.req.method === "DELETE" ? null : shown(view, answer);
    const found = view === undefined ? null : differences(before, after, view.shows);
    await conclude({
      ...begun,
      outcome: "done",
      ...(found === null || typeof type === "string" ? {} : { type: type(found) }),
      ...subjectOf(c, view, target, isRecord(answer) ? answer : null),
      ...detailsOf(c, found),
    });
    return response;
  } catch (error) {
    const refused = error instanceof Failure && error.status < 500;
    const outcome = { outcome: refused ? "refused" : "failed", reason: reasonOf(error) } as const;
    await conclude({ ...begun, ...outcome });
    throw error;
  }
}

/** The change is made, or was refused: whoever asked hears that, even if the second note has to go by the queue. */
const concluding = (c: AppContext, store: AuditStore, chain: string) => async (event: AuditEvent) => {
  try {
    await appendEvents(store, chain, [event]);
  } catch (error) {
    if (error instanceof StorageUnavailable) new AuditQueue(c.env.AUDIT, store, chain).send(event);
    else logBug(c, error);
  }
};

const reasonOf = (error: unknown): string => (error instanceof Failure ? error.reason : "server-error");

/** As it is before the change; null when it is not there yet. */
async function lookAt(c: AppContext, view: View): Promise<Json | null> {
  if (c.req.param(view.param) === undefined) return null;
  try {
    return shown(view, parseJson(await (await view.read(c)).text()));
  } catch (error) {
    if (error instanceof Failure && error.status < 500) return null;
    throw error;
  } finally {
    // The version that was read is no news to the caller.
    c.header("etag", undefined);
  }
}

/** What the schema of its GET lets through. */
function shown(view: View, answer: unknown): Json | null {
  const parsed = view.schema.safeParse(answer);
  return parsed.success && isRecord(parsed.data) ? parsed.data : null;
}

function subjectOf(
  c: AppContext,
  view: View | undefined,
  target: Audited["target"],
  answer: Json | null,
): Pick<AuditEvent, "user" | "client" | "target"> {
  const named = target ?? (view === undefined ? undefined : { kind: view.kind, param: view.param, member: view.id });
  const inAnswer = named?.member === undefined ? undefined : memberOf(answer, named.member);
  const id = inAnswer ?? (named?.param === undefined ? undefined : namedInPath(c, named.param));
  const ofUser = named?.kind === "user" ? id : c.req.param("user");
  const ofClient = named?.kind === "client" ? id : namedInPath(c, "client");
  return {
    ...(ofUser === undefined ? {} : { user: safeId(ofUser.replace(/^qp_/, "")) }),
    ...(ofClient === undefined ? {} : { client: safeId(ofClient) }),
    ...(named === undefined || id === undefined ? {} : { target: { kind: named.kind, id: safeId(id) } }),
  };
}

/** A client has two names; whoever looks for what became of it knows one. */
const namedInPath = (c: AppContext, param: string): string | undefined =>
  (param === "client" ? c.get("auditClient") : undefined) ?? c.req.param(param);

function memberOf(answer: Json | null, path: string): string | undefined {
  const found = path.split(".").reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), answer);
  return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
}

/** What stands in a path was typed by somebody: anything but an id is left out. */
const safeId = (text: string): string => (/^[A-Za-z0-9_.:@/-]{1,200}$/.test(text) ? text : "?");

function detailsOf(c: AppContext, found: Differences | null): Pick<AuditEvent, "details"> {
  const said = c.get("auditDetails");
  return found === null && said === undefined ? {} : { details: { ...found, ...said } };
}
