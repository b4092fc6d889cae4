import { ClientListPage, KindsPage, NewClientPage } from "../../pages/console/client-list-page.tsx";
import type { Field } from "../../pages/console/field.tsx";
import { SecretPage } from "../../pages/console/secret-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { clientBodySchema, newClientSchema } from "../admin/client-json.ts";
import { clientsAnswerSchema } from "../admin/clients.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { mayCall } from "./arrive.tsx";
import { type ClientKind, clientKindNames, clientKinds, isClientKind } from "./client-kinds.ts";
import { readFields, retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { fieldsOfSchema } from "./schema-fields.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, refused, type Shown, type Visit } from "./visit.ts";

const pageSize = 25;

export const clientsPath = (visit: Visit): string => `${realmPathOf(visit)}/clients`;
export const clientsApiPath = (visit: Visit): string => `${realmApiPath(visit)}/clients`;

/** GET /console/realms/:realm/clients */
export const clientsPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/clients",
  place: "clients",
  show: async (visit) => {
    const cursor = visit.c.req.query("cursor");
    const query = new URLSearchParams({ limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) });
    const { value } = await read(visit.c, `${clientsApiPath(visit)}?${query}`, clientsAnswerSchema);
    const path = clientsPath(visit);
    const rows = value.clients.map((client) => ({
      id: client.client_id,
      href: `${path}/${segment(client.client_id)}`,
      name: client.name,
      type: client.type,
      marks: {
        firstParty: client.first_party,
        disabled: client.disabled,
        selfRegistered: client.self_registered,
      },
    }));
    const nextHref = value.next_cursor && `${path}?cursor=${segment(value.next_cursor)}`;
    return {
      build: (shell) => (
        <ClientListPage
          shell={shell}
          rows={rows}
          addHref={`${path}/new`}
          firstHref={cursor === undefined ? undefined : path}
          nextHref={nextHref}
        />
      ),
    };
  },
};

function newFields(visit: Visit, kind: ClientKind, { clients: { create } }: ConsoleTexts): Field[] {
  const schema = clientBodySchema.pick({ redirect_uris: true, post_logout_redirect_uris: true });
  const texts = textsOf(visit.c);
  return [
    { name: "name", kind: "text", label: create.name, hint: create.nameHint, value: "", required: true },
    ...(clientKinds[kind].redirects ? fieldsOfSchema(schema, { texts, values: {} }) : []),
    ...(mayCall(visit.visitor, "PATCH /realms/:realm")
      ? [
          {
            name: "first_party",
            kind: "switch",
            label: create.firstParty,
            hint: create.firstPartyHint,
            value: "",
          } as const,
        ]
      : []),
  ];
}

const kindAsked = (text: string | undefined): ClientKind | null => (isClientKind(text) ? text : null);

/** GET, POST /console/realms/:realm/clients/new?kind=… */
export const newClientPage: ConsolePageEntry = {
  needs: "POST /realms/:realm/clients",
  place: "clients",
  show: async (visit, refusal) => {
    const kind = kindAsked(refusal?.typed.get("kind") ?? visit.c.req.query("kind"));
    const path = `${clientsPath(visit)}/new`;
    if (kind === null)
      return {
        build: (shell) => (
          <KindsPage shell={shell} kinds={clientKindNames.map((name) => ({ name, href: `${path}?kind=${name}` }))} />
        ),
      };
    return {
      build: (shell) => (
        <NewClientPage
          shell={shell}
          kind={kind}
          action={path}
          fields={retyped(newFields(visit, kind, shell.texts), "create", refusal)}
          cancelHref={clientsPath(visit)}
        />
      ),
    };
  },
  actions: {
    create: {
      needs: "POST /realms/:realm/clients",
      run: async (visit, form) => {
        const kind = kindAsked(form.get("kind")) ?? "web";
        const texts = textsOf(visit.c);
        const typed = readFields(newFields(visit, kind, texts), form, { texts, empty: "left-out" });
        const body = { type: clientKinds[kind].type, ...clientKinds[kind].body, ...typed.body };
        const answer = await callAdmin(visit.c, "POST", clientsApiPath(visit), newClientSchema, { body });
        if (!answer.ok) return refused(form, answer.problem);
        const { client_id, client_secret } = answer.value;
        const to = `${clientsPath(visit)}/${segment(client_id)}`;
        return client_secret === undefined ? { to, done: "created" } : { shown: secretPage(to, client_secret) };
      },
    },
  },
};

export const secretPage = (onwardHref: string, secret: string): Shown => ({
  build: (shell) => (
    <SecretPage shell={shell} id="client" texts={shell.texts.clients.secret} secret={secret} onwardHref={onwardHref} />
  ),
});
