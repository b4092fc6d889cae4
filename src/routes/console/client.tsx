import type * as z from "zod";
import { ClientPage, EditClientPage } from "../../pages/console/client-page.tsx";
import type { Field } from "../../pages/console/field.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { clientBodySchema, clientSchema } from "../admin/client-json.ts";
import { newSecretSchema } from "../admin/clients.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { kindOf } from "./client-kinds.ts";
import { snippetsFor } from "./client-snippets.ts";
import { clientsApiPath, clientsPath, secretPage } from "./clients.tsx";
import { readFields, retyped } from "./form-fields.ts";
import { fieldsOfSchema } from "./schema-fields.ts";
import { deleteConfirmed, submit, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, inRealm, misfilled, type Refusal, refused, type Shown, type Visit } from "./visit.ts";

export const clientPathOf = (visit: Visit): string =>
  `${clientsPath(visit)}/${segment(visit.c.req.param("client") ?? "")}`;
export const clientApiPath = (visit: Visit): string =>
  `${clientsApiPath(visit)}/${segment(visit.c.req.param("client") ?? "")}`;

/** What an `admin` only looks at (domain/admin/operator.ts). */
export const isReserved = ({ visitor }: Visit, client: z.output<typeof clientSchema>): boolean =>
  visitor.operator.kind === "admin" && (client.first_party || client.token_exchange !== undefined);

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
