import { type Jurisdiction, jurisdictions } from "../../config/jurisdictions.ts";
import type { Field } from "../../pages/console/field.tsx";
import { NewRealmPage } from "../../pages/console/new-realm-page.tsx";
import { RealmListPage } from "../../pages/console/realm-list-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { publisherAnswerSchema } from "../admin/publishers.ts";
import { realmSchema } from "../admin/realm-json.ts";
import { realmsAnswerSchema } from "../admin/realms.ts";
import { callAdmin, read } from "./admin-call.ts";
import { mayCall } from "./arrive.tsx";
import { readFields, retyped } from "./form-fields.ts";
import { realmPath, realmsPath } from "./places.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, refused } from "./visit.ts";

const pageSize = 25;

/** GET /console/realms?q=…&cursor=… */
export const realmListPage: ConsolePageEntry = {
  needs: "GET /realms",
  place: "realms",
  show: async ({ c, visitor }) => {
    const [q, cursor] = [c.req.query("q") ?? "", c.req.query("cursor")];
    const query = new URLSearchParams({ limit: String(pageSize), q, ...(cursor === undefined ? {} : { cursor }) });
    const { value } = await read(c, `/realms?${query}`, realmsAnswerSchema);
    const rows = value.realms.map(({ id, name, kind, auth_domain, domains, created_at }) => ({
      id,
      href: realmPath(id),
      name,
      kind,
      domain: auth_domain,
      otherDomains: domains.length - 1,
      createdAt: created_at,
    }));
    const { next_cursor } = value;
    const nextHref = next_cursor && `${realmsPath}?${new URLSearchParams({ q, cursor: next_cursor })}`;
    const addHref = mayCall(visitor, "POST /realms") ? `${realmsPath}/new` : undefined;
    return {
      build: (shell) => (
        <RealmListPage
          shell={shell}
          action={realmsPath}
          q={q}
          rows={rows}
          nextHref={nextHref}
          addHref={addHref}
          isFirst={cursor === undefined}
        />
      ),
    };
  },
};

type Kind = "realm" | "publisher";

/** `usual`: the region that is chosen when nobody chooses. */
function fieldsOf(
  kind: Kind,
  { realms: { create, kinds, regions } }: ConsoleTexts,
  usual: Jurisdiction | null = null,
): Field[] {
  const name: Field = { name: "name", kind: "text", label: create.name, value: "", required: true };
  const hosts = (field: string, label: string): Field => ({
    name: field,
    kind: "lines",
    label,
    hint: create.domainsHint,
    value: "",
    required: true,
  });
  const region: Field = {
    name: "jurisdiction",
    kind: "select",
    label: create.region,
    hint: create.regionHint,
    choices: [{ value: "", label: regions.none }, ...jurisdictions.map((value) => ({ value, label: regions[value] }))],
    value: usual ?? "",
  };
  if (kind === "publisher")
    return [
      name,
      hosts("editor_domains", create.editorDomains),
      hosts("frontend_domains", create.frontendDomains),
      region,
    ];
  const choices = (["frontend", "editor"] as const).map((value) => ({ value, label: kinds[value] }));
  return [
    name,
    { name: "kind", kind: "select", label: create.kind, choices, value: "frontend" },
    hosts("domains", create.domains),
    region,
  ];
}

/** "Anywhere" was chosen, and is not left to the deployment. */
const withRegion = (body: Readonly<Record<string, unknown>>) => ({ jurisdiction: null, ...body });

/** GET, POST /console/realms/new?kind=realm|publisher */
export const newRealmPage: ConsolePageEntry = {
  needs: "POST /realms",
  place: "realms",
  show: async ({ c }, refusal) => {
    const kind: Kind = refusal?.does === "publisher" || c.req.query("kind") === "publisher" ? "publisher" : "realm";
    return {
      build: (shell) => (
        <NewRealmPage
          shell={shell}
          action={`${realmsPath}/new`}
          kind={kind}
          fields={retyped(fieldsOf(kind, shell.texts, c.get("config").newRealmsJurisdiction), kind, refusal)}
          cancelHref={realmsPath}
        />
      ),
    };
  },
  actions: {
    realm: {
      needs: "POST /realms",
      run: async ({ c }, form) => {
        const texts = textsOf(c);
        const { body } = readFields(fieldsOf("realm", texts), form, { texts, empty: "left-out" });
        const answer = await callAdmin(c, "POST", "/realms", realmSchema, { body: withRegion(body) });
        if (!answer.ok) return refused(form, answer.problem);
        return { to: `${realmPath(answer.value.id)}/domains`, done: "realm-created" };
      },
    },
    publisher: {
      needs: "POST /publishers",
      run: async ({ c }, form) => {
        const texts = textsOf(c);
        const { body } = readFields(fieldsOf("publisher", texts), form, { texts, empty: "left-out" });
        const answer = await callAdmin(c, "POST", "/publishers", publisherAnswerSchema, { body: withRegion(body) });
        if (!answer.ok) return refused(form, answer.problem);
        return { to: `${realmPath(answer.value.editor.id)}/domains`, done: "publisher-created" };
      },
    },
  },
};
