import { handOverAlgorithms } from "../../crypto/hand-over-token.ts";
import type { Parameters } from "../../lib/parameters.ts";
import {
  type Algorithm,
  AlgorithmsPage,
  NewSourcePage,
  SourceListPage,
} from "../../pages/console/source-list-page.tsx";
import { SourcePage } from "../../pages/console/source-page.tsx";
import { apiKeysAnswerSchema, madeApiKeySchema } from "../admin/api-keys.ts";
import { sourceSchema, sourcesAnswerSchema } from "../admin/sources.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { readFields, retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { apiKeyFields, sourceFields } from "./source-fields.ts";
import { sourceSnippets } from "./source-snippets.ts";
import { deleteConfirmed, submit, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import {
  type ConsolePageEntry,
  inRealm,
  misfilled,
  type Outcome,
  type Refusal,
  refused,
  type Shown,
  type Visit,
} from "./visit.ts";

const daySeconds = 86_400;

const sourcesPath = (visit: Visit): string => `${realmPathOf(visit)}/sources`;
const nameOf = ({ c }: Visit): string => c.req.param("source") ?? "";
const pathOf = (visit: Visit): string => `${sourcesPath(visit)}/${segment(nameOf(visit))}`;
const sourcesApiPath = (visit: Visit): string => `${realmApiPath(visit)}/sources`;
const apiPath = (visit: Visit, name = nameOf(visit)): string => `${sourcesApiPath(visit)}/${segment(name)}`;

const algorithmAsked = (text: string | undefined): Algorithm | null =>
  handOverAlgorithms.find((algorithm) => algorithm === text) ?? null;

/** GET /console/realms/:realm/sources */
export const sourcesPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/sources",
  place: "sources",
  show: async (visit) => {
    const path = sourcesPath(visit);
    const { value } = await read(visit.c, sourcesApiPath(visit), sourcesAnswerSchema);
    const rows = value.sources.map(({ name, issuer, algorithm, disabled }) => ({
      name,
      href: `${path}/${segment(name)}`,
      issuer,
      algorithm,
      disabled,
    }));
    return { build: (shell) => <SourceListPage shell={shell} rows={rows} addHref={`${path}/new`} /> };
  },
};

/** GET, POST /console/realms/:realm/sources/new?algorithm=… */
export const newSourcePage: ConsolePageEntry = {
  needs: "PUT /realms/:realm/sources/:source",
  place: "sources",
  show: async (visit, refusal) => {
    const algorithm = algorithmAsked(refusal?.typed.get("algorithm") ?? visit.c.req.query("algorithm"));
    const path = `${sourcesPath(visit)}/new`;
    if (algorithm === null) {
      const algorithms = (["HS256", "ES256", "RS256"] as const).map((name) => ({
        name,
        href: `${path}?algorithm=${name}`,
      }));
      return { build: (shell) => <AlgorithmsPage shell={shell} algorithms={algorithms} /> };
    }
    return {
      build: (shell) => (
        <NewSourcePage
          shell={shell}
          action={path}
          algorithm={algorithm}
          fields={retyped(sourceFields(shell.texts, algorithm, null), "create", refusal)}
          cancelHref={sourcesPath(visit)}
        />
      ),
    };
  },
  actions: {
    create: {
      needs: "PUT /realms/:realm/sources/:source",
      run: async (visit, form) => {
        const algorithm = algorithmAsked(form.get("algorithm")) ?? "HS256";
        const texts = textsOf(visit.c);
        const { body, errors } = readFields(sourceFields(texts, algorithm, null), form, { texts, empty: "left-out" });
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        const { name, ...rest } = body;
        // Version 0 is that of what is not there yet: one that is is not overwritten.
        const sent = { body: { ...rest, algorithm }, version: '"0"' };
        const answer = await callAdmin(visit.c, "PUT", apiPath(visit, String(name ?? "")), sourceSchema, sent);
        if (!answer.ok) return refused(form, answer.problem);
        return { to: `${sourcesPath(visit)}/${segment(answer.value.name)}`, done: "created" };
      },
    },
  },
};

async function sourceShown(visit: Visit, refusal: Refusal | null, madeKey?: string): Promise<Shown> {
  const { value: source, version } = await read(visit.c, apiPath(visit), sourceSchema);
  const { value: keys } = await read(visit.c, `${apiPath(visit)}/api-keys`, apiKeysAnswerSchema);
  const asked = algorithmAsked(refusal?.typed.get("algorithm") ?? visit.c.req.query("algorithm"));
  const algorithm = asked ?? source.algorithm;
  return {
    build: (shell) => (
      <SourcePage
        shell={shell}
        action={pathOf(visit)}
        source={source}
        version={refusal?.typed.get("version") ?? version}
        algorithm={algorithm}
        otherAlgorithms={handOverAlgorithms
          .filter((name) => name !== algorithm)
          .map((name) => ({ name, href: `${pathOf(visit)}?algorithm=${name}#edit` }))}
        fields={retyped(sourceFields(shell.texts, algorithm, source), "change", refusal)}
        snippets={sourceSnippets(source, inRealm(visit).value.issuer, shell.texts)}
        keys={keys.api_keys}
        keyFields={retyped(apiKeyFields(shell.texts), "make-key", refusal)}
        madeKey={madeKey}
        wordProblem={wordProblem(refusal)}
      />
    ),
  };
}

async function makeKey(visit: Visit, form: Parameters): Promise<Outcome> {
  const texts = textsOf(visit.c);
  const { body, errors } = readFields(apiKeyFields(texts), form, { texts, empty: "left-out" });
  if (Object.keys(errors).length > 0) return misfilled(form, errors);
  const { days, ...rest } = body;
  const sent = { ...rest, ...(typeof days === "number" ? { expires_in_seconds: days * daySeconds } : {}) };
  const answer = await callAdmin(visit.c, "POST", `${apiPath(visit)}/api-keys`, madeApiKeySchema, { body: sent });
  if (answer.ok) return { shown: await sourceShown(visit, null, answer.value.api_key) };
  const { expires_in_seconds: fault, ...others } = answer.problem.errors;
  return refused(form, {
    ...answer.problem,
    errors: fault === undefined ? others : { ...others, days: fault },
  });
}

/** GET, POST /console/realms/:realm/sources/:source?algorithm=… */
export const sourcePage: ConsolePageEntry = {
  needs: "GET /realms/:realm/sources/:source",
  place: "sources",
  show: (visit, refusal) => sourceShown(visit, refusal),
  actions: {
    change: {
      needs: "PUT /realms/:realm/sources/:source",
      run: async (visit, form) => {
        const { value: source } = await read(visit.c, apiPath(visit), sourceSchema);
        const algorithm = algorithmAsked(form.get("algorithm")) ?? source.algorithm;
        const texts = textsOf(visit.c);
        const fields = sourceFields(texts, algorithm, source);
        const { body, errors } = readFields(fields, form, { texts, empty: "left-out" });
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        const asked = ["PUT", apiPath(visit), { ...body, algorithm }] as const;
        return submit(visit, form, asked, { to: pathOf(visit), done: "saved" });
      },
    },
    "make-key": { needs: "POST /realms/:realm/sources/:source/api-keys", run: makeKey },
    "rotate-key": {
      needs: "POST /realms/:realm/sources/:source/api-keys/:key/rotate",
      run: async (visit, form) => {
        const path = `${apiPath(visit)}/api-keys/${segment(form.get("key") ?? "")}/rotate`;
        const answer = await callAdmin(visit.c, "POST", path, madeApiKeySchema);
        if (!answer.ok) return refused(form, answer.problem);
        return { shown: await sourceShown(visit, null, answer.value.api_key) };
      },
    },
    "revoke-key": {
      needs: "DELETE /realms/:realm/sources/:source/api-keys/:key",
      run: async (visit, form) => {
        const path = `${apiPath(visit)}/api-keys/${segment(form.get("key") ?? "")}`;
        return submit(visit, form, ["DELETE", path], { to: pathOf(visit), done: "removed" });
      },
    },
    delete: {
      needs: "DELETE /realms/:realm/sources/:source",
      run: async (visit, form) => {
        return deleteConfirmed(visit, form, { word: nameOf(visit), path: apiPath(visit), to: sourcesPath(visit) });
      },
    },
  },
};
