import { limits } from "../../config/limits.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Field } from "../../pages/console/field.tsx";
import { MappingPage, NewMappingPage, type TriedMapping } from "../../pages/console/mapping-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { trialAnswerSchema } from "../admin/mappings.ts";
import { mappingAnswerSchema } from "../vault-calls/mappings.ts";
import { type AdminAnswer, callAdmin, read, segment } from "./admin-call.ts";
import { retyped } from "./form-fields.ts";
import { besideFields, faultsOf, firstMapping, mappingFields, newMappingFields, readTexts } from "./mapping-fields.ts";
import { realmApiPath } from "./places.ts";
import { deleteConfirmed, submit, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { vaultPath } from "./vault.tsx";
import { type ConsolePageEntry, misfilled, type Refusal, refused, type Shown, type Visit } from "./visit.ts";

interface Named {
  readonly client: string;
  readonly name: string;
}

const inPath = ({ c }: Visit): Named => ({ client: c.req.param("client") ?? "", name: c.req.param("mapping") ?? "" });
const listPath = (visit: Visit): string => `${vaultPath(visit)}/mappings`;
const pathOf = (visit: Visit, { client, name }: Named): string =>
  `${listPath(visit)}/${segment(client)}/${segment(name)}`;
const apiPath = (visit: Visit, { client, name }: Named): string =>
  `${realmApiPath(visit)}/clients/${segment(client)}/mappings/${segment(name)}`;

const put = "PUT /realms/:realm/clients/:client/mappings/:mapping";
const mostFormBytes = limits.vaultTrialFormBytes;

/** What was typed, whatever became of it, and what came of trying it out. */
interface Typed {
  readonly form: Parameters;
  readonly refusal: Refusal | null;
  readonly tried: TriedMapping | null;
}

function fieldsShown(fields: readonly Field[], does: string, typed: Typed | null): readonly Field[] {
  if (typed === null) return fields;
  const errors = typed.refusal === null ? {} : besideFields(typed.refusal);
  return retyped(fields, does, { does, typed: typed.form, errors, problem: null });
}

const typedIn = (refusal: Refusal | null, does: string): Typed | null =>
  refusal?.does === does ? { form: refusal.typed, refusal, tried: null } : null;

const faultsShown = (texts: ConsoleTexts, typed: Typed | null, name: string) =>
  typed?.refusal ? faultsOf(texts, typed.refusal, name) : [];

/** GET, POST /console/realms/:realm/calls/mappings/new?client=… */
export const newMappingPage: ConsolePageEntry = {
  needs: put,
  place: "calls",
  mostFormBytes,
  show: (visit, refusal) => Promise.resolve(newShown(visit, typedIn(refusal, "create"))),
  actions: {
    create: {
      needs: put,
      run: async (visit, form) => {
        const named = { client: form.get("client")?.trim() ?? "", name: form.get("name")?.trim() ?? "" };
        const texts = textsOf(visit.c);
        const missing = Object.entries(named).filter(([, value]) => value === "");
        const { definition, trial, errors } = readTexts(texts, form);
        const all = { ...errors, ...Object.fromEntries(missing.map(([name]) => [name, texts.vault.mapping.missing])) };
        if (Object.keys(all).length > 0) return misfilled(form, all);
        if (form.get("try") !== undefined) {
          const answer = await tryOut(visit, named, { mapping: definition, ...trial });
          if (!answer.ok) return refused(form, answer.problem);
          return { shown: newShown(visit, { form, refusal: null, tried: answer.value }) };
        }
        // Version 0 is that of what is not there yet: one that is is not overwritten.
        const sent = { body: definition, version: '"0"' };
        const answer = await callAdmin(visit.c, "PUT", apiPath(visit, named), mappingAnswerSchema, sent);
        if (answer.ok) return { to: pathOf(visit, named), done: "created" };
        const { problem } = answer;
        if (problem.code !== "version-outdated") return refused(form, problem);
        const taken = { name: texts.vault.mapping.taken };
        return refused(form, { ...problem, code: "validation-failed", errors: taken });
      },
    },
  },
};

function newShown(visit: Visit, typed: Typed | null): Shown {
  const client = visit.c.req.query("client") ?? "";
  return {
    build: (shell) => (
      <NewMappingPage
        shell={shell}
        action={`${listPath(visit)}/new`}
        fields={fieldsShown(newMappingFields(shell.texts, client), "create", typed)}
        trialFields={fieldsShown(mappingFields(shell.texts, firstMapping).trial, "create", typed)}
        faults={faultsShown(shell.texts, typed, typed?.form.get("name") ?? "")}
        tried={typed?.tried ?? null}
        cancelHref={listPath(visit)}
      />
    ),
  };
}

/** GET, POST /console/realms/:realm/calls/mappings/:client/:mapping */
export const mappingPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/clients/:client/mappings/:mapping",
  place: "calls",
  mostFormBytes,
  show: (visit, refusal) => mappingShown(visit, typedIn(refusal, "change"), refusal),
  actions: {
    change: {
      needs: put,
      run: async (visit, form) => {
        const named = inPath(visit);
        const { definition, trial, errors } = readTexts(textsOf(visit.c), form);
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        if (form.get("try") !== undefined) {
          const answer = await tryOut(visit, named, { mapping: definition, ...trial });
          if (!answer.ok) return refused(form, answer.problem);
          return { shown: await mappingShown(visit, { form, refusal: null, tried: answer.value }, null) };
        }
        const asked = ["PUT", apiPath(visit, named), definition] as const;
        return submit(visit, form, asked, { to: pathOf(visit, named), done: "saved" });
      },
    },
    delete: {
      needs: "DELETE /realms/:realm/clients/:client/mappings/:mapping",
      run: async (visit, form) => {
        const named = inPath(visit);
        return deleteConfirmed(visit, form, { word: named.name, path: apiPath(visit, named), to: listPath(visit) });
      },
    },
  },
};

async function mappingShown(visit: Visit, typed: Typed | null, refusal: Refusal | null): Promise<Shown> {
  const named = inPath(visit);
  const { value, version } = await read(visit.c, apiPath(visit, named), mappingAnswerSchema);
  const { name, client_id, created_at: _, updated_at, ...definition } = value;
  return {
    build: (shell) => {
      const { text, trial } = mappingFields(shell.texts, definition);
      return (
        <MappingPage
          shell={shell}
          action={pathOf(visit, named)}
          listHref={listPath(visit)}
          name={name}
          clientId={client_id}
          updatedAt={updated_at}
          version={typed?.form.get("version") ?? version}
          fields={fieldsShown([text], "change", typed)}
          trialFields={fieldsShown(trial, "change", typed)}
          faults={faultsShown(shell.texts, typed, name)}
          tried={typed?.tried ?? null}
          wordProblem={wordProblem(refusal)}
        />
      );
    },
  };
}

/** What comes of the text as it was typed. Nothing is kept, and what was typed stays where it is. */
async function tryOut(visit: Visit, named: Named, body: Record<string, unknown>): Promise<AdminAnswer<TriedMapping>> {
  const answer = await callAdmin(visit.c, "POST", `${apiPath(visit, named)}/try`, trialAnswerSchema, { body });
  if (!answer.ok) return answer;
  const { request, fault, ...rest } = answer.value;
  const tried: TriedMapping = {
    provider: rest.provider,
    request: [
      `${request.method} ${request.url}`,
      ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
      ...(request.payload === null ? [] : ["", request.payload]),
    ].join("\n"),
    answer: "answer" in body ? JSON.stringify(body.answer, null, 2) : null,
    result: "result" in rest ? JSON.stringify(rest.result, null, 2) : null,
    fault: fault === null ? null : [fault.message, ...Object.entries(fault.errors).map(([at, why]) => `${at}: ${why}`)],
  };
  return { ...answer, value: tried };
}
