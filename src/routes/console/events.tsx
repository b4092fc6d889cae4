import type * as z from "zod";
import { isRecord } from "../../lib/json.ts";
import { EventsPage, type ShownEvent } from "../../pages/console/events-page.tsx";
import type { FilterField } from "../../pages/console/filter-panel.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { auditTypeNames } from "../../storage/audit-events.ts";
import { chainAnswerSchema, eventsAnswerSchema } from "../admin/events.ts";
import { read, segment } from "./admin-call.ts";
import { realmPath } from "./places.ts";
import { type ConsolePageEntry, inRealm, type Visit } from "./visit.ts";

type EventView = z.output<typeof eventsAnswerSchema>["events"][number];

const pageSize = 25;
const filterNames = ["type", "user", "actor", "client", "from", "to"] as const;
type Filter = Readonly<Record<(typeof filterNames)[number], string>>;

/** What the API would refuse is as if it had not been asked for: the address may have been typed by hand. */
function filterOf({ c }: Visit): Filter {
  const asked = (name: string) => (c.req.query(name) ?? "").trim().slice(0, 200);
  const day = (name: string) => (/^\d{4}-\d{2}-\d{2}$/.test(asked(name)) && isDay(asked(name)) ? asked(name) : "");
  const type = auditTypeNames.find((name) => name === asked("type")) ?? "";
  const user = asked("user").slice(0, 20);
  return { type, user, actor: asked("actor"), client: asked("client"), from: day("from"), to: day("to") };
}

const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};

const given = (filter: Filter): [string, string][] =>
  filterNames.map((name): [string, string] => [name, filter[name]]).filter(([, value]) => value !== "");

function fieldsOf({ audit: { log } }: ConsoleTexts, filter: Filter): FilterField[] {
  return [
    {
      name: "type",
      kind: "select",
      label: log.type,
      choices: [{ value: "", label: log.anyType }, ...auditTypeNames.map((name) => ({ value: name, label: name }))],
      value: filter.type,
    },
    { name: "user", kind: "text", label: log.user, value: filter.user },
    { name: "actor", kind: "text", label: log.actor, value: filter.actor },
    { name: "client", kind: "text", label: log.client, value: filter.client },
    { name: "from", kind: "date", label: log.from, value: filter.from },
    { name: "to", kind: "date", label: log.to, value: filter.to },
  ];
}

/** GET /console/realms/:realm/events?type=…&user=…&actor=…&client=…&from=…&to=…&cursor=… */
export const eventsPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/events",
  place: "events",
  show: async (visit) => {
    const { c } = visit;
    const { id } = inRealm(visit).value;
    const filter = filterOf(visit);
    const cursor = c.req.query("cursor");
    const api = `/realms/${segment(id)}/events`;
    const query = new URLSearchParams([
      ["limit", String(pageSize)],
      ...given(filter),
      ...(cursor === undefined ? [] : [["cursor", cursor] as [string, string]]),
    ]);
    const [{ value }, { value: chain }] = await Promise.all([
      read(c, `${api}?${query}`, eventsAnswerSchema),
      read(c, `${api}/chain`, chainAnswerSchema),
    ]);
    const path = `${realmPath(id)}/events`;
    const withFilter = (more: [string, string][]) => `?${new URLSearchParams([...given(filter), ...more])}`;
    const exportHref = (format: string) => `/admin/v1${api}/export${withFilter([["format", format]])}`;
    return {
      build: (shell) => (
        <EventsPage
          shell={shell}
          action={path}
          filters={fieldsOf(shell.texts, filter)}
          isFiltered={given(filter).length > 0}
          events={value.events.map((event) => shown(event, id))}
          exportHrefs={{ ndjson: exportHref("ndjson"), csv: exportHref("csv") }}
          chain={chain}
          firstHref={cursor === undefined ? undefined : `${path}${withFilter([])}`}
          nextHref={value.next_cursor && `${path}${withFilter([["cursor", value.next_cursor]])}`}
        />
      ),
    };
  },
};

function shown({ details = {}, actor, user, client, ...event }: EventView, realmId: string): ShownEvent {
  const { changed, before, after, ...rest } = details;
  const userHref = (id: string) => `${realmPath(realmId)}/users/${segment(id)}`;
  const isUser = actor.kind === "user" || actor.kind === "admin" || actor.kind === "sysadmin";
  return {
    ...event,
    actor: { ...actor, ...(isUser && actor.id !== undefined ? { href: userHref(actor.id) } : {}) },
    ...(user === undefined ? {} : { user: { id: user, href: userHref(user) } }),
    ...(client === undefined
      ? {}
      : { client: { id: client, href: `${realmPath(realmId)}/clients/${segment(client)}` } }),
    changes: Array.isArray(changed)
      ? changed
          .map(String)
          .map((field) => ({ field, before: valueIn(before, after, field), after: valueIn(after, before, field) }))
      : [],
    ...(Object.keys(rest).length === 0 ? {} : { rest: JSON.stringify(rest, null, 2) }),
  };
}

/** As it is written down; undefined where only its name is. A side without anything is of what was not there yet, or is no more. */
function valueIn(side: unknown, other: unknown, field: string): string | undefined {
  if (!isRecord(side) || !isRecord(other)) return undefined;
  if (Object.keys(side).length === 0 && Object.keys(other).length > 0) return "–";
  if (!Object.hasOwn(side, field)) return undefined;
  const value = side[field];
  return typeof value === "string" ? value : JSON.stringify(value);
}
