import type * as z from "zod";
import { ClientListPage, KindsPage, NewClientPage } from "../../pages/console/client-list-page.tsx";
import { ClientPage, EditClientPage } from "../../pages/console/client-page.tsx";
import type { Field } from "../../pages/console/field.tsx";
import { SecretPage } from "../../pages/console/secret-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { clientBodySchema, clientSchema, newClientSchema } from "../admin/client-json.ts";
import { clientsAnswerSchema, newSecretSchema } from "../admin/clients.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { mayCall } from "./arrive.tsx";
import { type ClientKind, clientKindNames, clientKinds, isClientKind, kindOf } from "./client-kinds.ts";
import { snippetsFor } from "./client-snippets.ts";
import { readFields, retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { fieldsOfSchema } from "./schema-fields.ts";
import { deleteConfirmed, submit, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, inRealm, misfilled, type Refusal, refused, type Shown, type Visit } from "./visit.ts";

const pageSize = 25;

const clientsPath = (visit: Visit): string => `${realmPathOf(visit)}/clients`;
const apiPath = (visit: Visit): string => `${realmApiPath(visit)}/clients`;
export const clientPathOf = (visit: Visit): string =>
  `${clientsPath(visit)}/${segment(visit.c.req.param("client") ?? "")}`;
export const clientApiPath = (visit: Visit): string =>
  `${apiPath(visit)}/${segment(visit.c.req.param("client") ?? "")}`;

/** What an `admin` only looks at (domain/admin/operator.ts). */
export const isReserved = ({ visitor }: Visit, client: z.output<typeof clientSchema>): boolean =>
  visitor.operator.kind === "admin" && (client.first_party || client.token_exchange !== undefined);

/** GET /console/realms/:realm/clients */
export const clientsPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/clients",
  place: "clients",
  show: async (visit) => {
    const cursor = visit.c.req.query("cursor");
    const query = new URLSearchParams({ limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) });
    const { value } = await read(visit.c, `${apiPath(visit)}?${query}`, clientsAnswerSchema);
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
        const answer = await callAdmin(visit.c, "POST", apiPath(visit), newClientSchema, { body });
        if (!answer.ok) return refused(form, answer.problem);
        const { client_id, client_secret } = answer.value;
        const to = `${clientsPath(visit)}/${segment(client_id)}`;
        return client_secret === undefined ? { to, done: "created" } : { shown: secretPage(to, client_secret) };
      },
    },
  },
};

const secretPage = (onwardHref: string, secret: string): Shown => ({
  build: (shell) => (
    <SecretPage shell={shell} id="client" texts={shell.texts.clients.secret} secret={secret} onwardHref={onwardHref} />
  ),
});

async function clientShown(visit: Visit, refusal: Refusal | null): Promise<Shown> {
  const { value: client, version } = await read(visit.c, clientApiPath(visit), clientSchema);
  const path = clientPathOf(visit);
  const mayShape = !isReserved(visit, client);
  const kind = kindOf(client);
  return {
    build: (shell) => (
      <ClientPage
        shell={shell}
        action={path}
        client={client}
        issuer={inRealm(visit).value.issuer}
        version={refusal?.typed.get("version") ?? version}
        tryHref={`${path}/try`}
        editHref={mayShape ? `${path}/edit` : undefined}
        hasSecret={client.type === "confidential" && client.token_endpoint_auth_method !== "private_key_jwt"}
        mayShape={mayShape}
        snippets={snippetsFor(kind, client, inRealm(visit).value, shell.texts)}
        wordProblem={wordProblem(refusal)}
      />
    ),
  };
}

/** GET, POST /console/realms/:realm/clients/:client */
export const clientPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/clients/:client",
  place: "clients",
  show: clientShown,
  actions: {
    "rotate-secret": {
      needs: "POST /realms/:realm/clients/:client/rotate-secret",
      run: async (visit, form) => {
        const answer = await callAdmin(visit.c, "POST", `${clientApiPath(visit)}/rotate-secret`, newSecretSchema);
        if (!answer.ok) return refused(form, answer.problem);
        return { shown: secretPage(clientPathOf(visit), answer.value.client_secret) };
      },
    },
    delete: {
      needs: "DELETE /realms/:realm/clients/:client",
      run: async (visit, form) => {
        const { value: client } = await read(visit.c, clientApiPath(visit), clientSchema);
        return deleteConfirmed(visit, form, { word: client.name, path: clientApiPath(visit), to: clientsPath(visit) });
      },
    },
  },
};

type EditGroup = keyof ConsoleTexts["clients"]["edit"]["groups"];

/** Where each member of a client stands on its form; what is named nowhere comes last. */
const editGroups: Readonly<Record<EditGroup, readonly string[]>> = {
  basics: ["name", "redirect_uris", "error_uris", "origins", "disabled", "first_party"],
  grants: ["grant_types", "scopes", "resources", "token_exchange"],
  tokens: [
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "jwks",
    "jwks_uri",
    "require_pkce",
    "require_par",
    "dpop_bound_access_tokens",
    "profile",
    "access_token_format",
    "id_token_signed_response_alg",
  ],
  logout: ["post_logout_redirect_uris", "backchannel_logout_uri", "backchannel_logout_session_required"],
  about: [],
};

/** Its type never changes, so it is no field. */
function editFields(visit: Visit, values: Readonly<Record<string, unknown>>): Record<EditGroup, Field[]> {
  const texts = textsOf(visit.c);
  const all = fieldsOfSchema(clientBodySchema.omit({ type: true }), { texts, values }).map((field) => ({
    ...field,
    resettable: false,
    required: field.name === "name",
  }));
  const named = (group: EditGroup) => editGroups[group].flatMap((name) => all.filter((field) => field.name === name));
  const placed = new Set(Object.values(editGroups).flat());
  return {
    basics: named("basics"),
    grants: named("grants"),
    tokens: named("tokens"),
    logout: named("logout"),
    about: all.filter(({ name }) => !placed.has(name)),
  };
}

/** GET, POST /console/realms/:realm/clients/:client/edit */
export const editClientPage: ConsolePageEntry = {
  needs: "PATCH /realms/:realm/clients/:client",
  place: "clients",
  show: async (visit, refusal) => {
    const { value: client, version } = await read(visit.c, clientApiPath(visit), clientSchema);
    const fields = editFields(visit, client);
    const groups = (Object.keys(fields) as EditGroup[]).map((group) => ({
      group,
      fields: retyped(fields[group], "change", refusal),
    }));
    return {
      build: (shell) => (
        <EditClientPage
          shell={shell}
          name={client.name}
          action={`${clientPathOf(visit)}/edit`}
          cancelHref={clientPathOf(visit)}
          version={refusal?.typed.get("version") ?? version}
          groups={groups}
        />
      ),
    };
  },
  actions: {
    change: {
      needs: "PATCH /realms/:realm/clients/:client",
      run: async (visit, form) => {
        const texts = textsOf(visit.c);
        const fields = Object.values(editFields(visit, {})).flat();
        const { body, errors } = readFields(fields, form, { texts, empty: "null" });
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        return submit(visit, form, ["PATCH", clientApiPath(visit), body], { to: clientPathOf(visit), done: "saved" });
      },
    },
  },
};
