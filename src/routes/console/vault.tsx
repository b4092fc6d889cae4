import type { FilterField } from "../../pages/console/filter-panel.tsx";
import { CallsPage, MappingsPage } from "../../pages/console/vault-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { callsAnswerSchema } from "../vault-calls/calls.ts";
import { type MappingJson, mappingsAnswerSchema } from "../vault-calls/mappings.ts";
import { read, segment } from "./admin-call.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import type { ConsolePageEntry, Visit } from "./visit.ts";

const pageSize = 25;
const filterNames = ["user_id", "provider", "client_id", "status"] as const;
type Filter = Readonly<Record<(typeof filterNames)[number], string>>;

export const vaultPath = (visit: Visit): string => `${realmPathOf(visit)}/calls`;
const apiPath = (visit: Visit, what: "calls" | "mappings"): string => `${realmApiPath(visit)}/${what}`;

/** No longer than the API takes, and of the states those there are. */
function filterOf({ c }: Visit): Filter {
  const asked = (name: string, length: number) => (c.req.query(name) ?? "").trim().slice(0, length);
  const status = ["success", "error"].find((name) => name === asked("status", 20)) ?? "";
  return {
    user_id: asked("user_id", 255),
    provider: asked("provider", 100),
    client_id: asked("client_id", 64),
    status,
  };
}

const given = (filter: Filter): [string, string][] =>
  filterNames.map((name): [string, string] => [name, filter[name]]).filter(([, value]) => value !== "");

const fieldsOf = ({ vault: { calls } }: ConsoleTexts, filter: Filter): FilterField[] => [
  { name: "user_id", kind: "text", label: calls.user, value: filter.user_id },
  { name: "provider", kind: "text", label: calls.provider, value: filter.provider },
  { name: "client_id", kind: "text", label: calls.client, value: filter.client_id },
  {
    name: "status",
    kind: "select",
    label: calls.status,
    choices: [
      { value: "", label: calls.any },
      { value: "success", label: calls.success },
      { value: "error", label: calls.error },
    ],
    value: filter.status,
  },
];

/** GET /console/realms/:realm/calls?user_id=…&provider=…&client_id=…&status=…&cursor=… */
export const callsPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/calls",
  place: "calls",
  show: async (visit) => {
    const filter = filterOf(visit);
    const cursor = visit.c.req.query("cursor");
    const query = new URLSearchParams([
      ["limit", String(pageSize)],
      ...given(filter),
      ...(cursor === undefined ? [] : [["cursor", cursor] as [string, string]]),
    ]);
    const { value } = await read(visit.c, `${apiPath(visit, "calls")}?${query}`, callsAnswerSchema);
    const path = vaultPath(visit);
    const withFilter = (more: [string, string][]) => `${path}?${new URLSearchParams([...given(filter), ...more])}`;
    return {
      build: (shell) => (
        <CallsPage
          shell={shell}
          action={path}
          filters={fieldsOf(shell.texts, filter)}
          isFiltered={given(filter).length > 0}
          calls={value.calls}
          mappingsHref={`${path}/mappings`}
          firstHref={cursor === undefined ? undefined : withFilter([])}
          nextHref={value.next_cursor && withFilter([["cursor", value.next_cursor]])}
        />
      ),
    };
  },
};

/** GET /console/realms/:realm/calls/mappings */
export const mappingsPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/mappings",
  place: "calls",
  show: async (visit) => {
    const { value } = await read(visit.c, apiPath(visit, "mappings"), mappingsAnswerSchema);
    const path = `${vaultPath(visit)}/mappings`;
    const mappings = value.mappings.map(({ name, client_id, updated_at, ...definition }) => ({
      name,
      href: `${path}/${segment(client_id)}/${segment(name)}`,
      client_id,
      providers: providersOf(definition),
      updated_at,
    }));
    return {
      build: (shell) => (
        <MappingsPage shell={shell} mappings={mappings} addHref={`${path}/new`} callsHref={vaultPath(visit)} />
      ),
    };
  },
};

/** Of all its interfaces, each once. */
function providersOf({ interface: one = {}, interfaces = {} }: MappingJson): string[] {
  const each = [one, ...Object.values(interfaces).map((definition) => definition.interface)];
  return [...new Set(each.flatMap((providers) => Object.keys(providers)))];
}
