// The form of a mapping: its text, what it is tried out with, and where in the text something is wrong.
import type { Parameters } from "../../lib/parameters.ts";
import type { Field } from "../../pages/console/field.tsx";
import type { MappingFault } from "../../pages/console/mapping-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { type JsonFault, lineOf, placeJson } from "./json-places.ts";
import type { Refusal } from "./visit.ts";

/** What a new one begins with: everything that one may have, once. */
export const firstMapping = {
  interface: {
    drive: {
      url: "https://api.example.com/files",
      queryString: { limit: "{{limit}}" },
      select: "{files: items[].{id: id, name: title}}",
    },
  },
  input: { type: "object", properties: { limit: { type: "integer", default: 10 } } },
};

export function mappingFields(
  { vault: { mapping } }: ConsoleTexts,
  definition: Readonly<Record<string, unknown>>,
): { text: Field; trial: Field[] } {
  return {
    text: {
      name: "definition",
      kind: "json",
      label: mapping.definition,
      hint: mapping.definitionHint,
      value: JSON.stringify(definition, null, 2),
      required: true,
      rows: 32,
    },
    trial: [
      { name: "interface", kind: "text", label: mapping.interface, hint: mapping.interfaceHint, value: "" },
      { name: "provider", kind: "text", label: mapping.provider, hint: mapping.providerHint, value: "" },
      { name: "arguments", kind: "json", label: mapping.arguments, hint: mapping.argumentsHint, value: "" },
      { name: "answer", kind: "json", label: mapping.answer, hint: mapping.answerHint, value: "" },
    ],
  };
}

export function newMappingFields(texts: ConsoleTexts, client: string): Field[] {
  const { mapping } = texts.vault;
  return [
    { name: "client", kind: "text", label: mapping.client, hint: mapping.clientHint, value: client, required: true },
    { name: "name", kind: "text", label: mapping.name, hint: mapping.nameHint, value: "", required: true },
    mappingFields(texts, firstMapping).text,
  ];
}

/** What the form says, and what of it is no JSON, with the line. Whether it is right, the API says. */
export function readTexts(
  texts: ConsoleTexts,
  form: Parameters,
): { definition: unknown; trial: Record<string, unknown>; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const json = (name: string): { value?: unknown } => {
    const text = form.get(name) ?? "";
    if (text.trim() === "") return {};
    const placed = placeJson(text);
    if (placed.ok) return { value: placed.value };
    errors[name] = `${texts.vault.mapping.line(placed.line)}: ${faultText(texts, placed)}`;
    return {};
  };
  const words = ["interface", "provider"].flatMap((name) => {
    const word = form.get(name)?.trim() ?? "";
    return word === "" ? [] : [[name, word] as const];
  });
  const [definition, given, answer] = [json("definition"), json("arguments"), json("answer")];
  if (!("value" in definition)) errors.definition ??= texts.vault.mapping.missing;
  return {
    definition: definition.value,
    trial: {
      ...Object.fromEntries(words),
      ...("value" in given ? { arguments: given.value } : {}),
      ...("value" in answer ? { answer: answer.value } : {}),
    },
    errors,
  };
}

function faultText({ form, vault: { mapping } }: ConsoleTexts, { fault, name }: { fault: JsonFault; name?: string }) {
  if (fault === "repeated") return mapping.repeated(name ?? "");
  return fault === "deep" ? mapping.tooDeep : form.notJson;
}

/** What is wrong with a field itself, and stands beside it: what the API says of the text, or of the arguments, does not. */
export function besideFields({ errors, problem, typed }: Refusal): Refusal["errors"] {
  if (problem === null) return errors;
  const own = typed.get("try") === undefined ? ["name", "client"] : ["name", "interface", "provider"];
  return problem.status === 400 ? {} : Object.fromEntries(own.flatMap((name) => at(errors, name)));
}

const at = (errors: Refusal["errors"], name: string): [string, string][] => {
  const fault = errors[name];
  return fault === undefined ? [] : [[name, fault]];
};

/** What the API found wrong with the text, by line, or with the arguments. In a trial what is in the text is named `mapping.…`. */
export function faultsOf({ vault: { mapping } }: ConsoleTexts, refusal: Refusal, name: string): MappingFault[] {
  const { typed, errors, problem } = refusal;
  if (problem === null) return [];
  if (problem.status === 400)
    return Object.entries(errors).map(([key, text]) => ({ where: `${mapping.arguments}: ${key}`, text }));
  const placed = placeJson(typed.get("definition") ?? "");
  const lines = placed.ok ? placed.lines : new Map<string, number>();
  const beside = besideFields(refusal);
  return Object.entries(errors)
    .filter(([key]) => !(key in beside))
    .map(([key, text]) => {
      const own = key.replace(/^mapping\./, "");
      const { line, depth } = spellings(own, name)
        .map((path) => lineOf(lines, path))
        .reduce((one, other) => (other.depth > one.depth ? other : one));
      return { line, where: depth === 0 ? own : `${mapping.line(line)}, ${own}`, text };
    })
    .toSorted((one, other) => one.line - other.line)
    .map(({ where, text }) => ({ where, text }));
}

/** How the place may be written in the text: a mapping may leave names out that the API's own form has (docs/token-vault-calls.md). */
const spellings = (path: string, name: string): string[] => [
  path,
  path.replace(/^interface\./, `${name}.`),
  path.replace(/^interfaces\./, ""),
  path.replace(/^interfaces\.([^.]+)\.interface\./, "$1."),
];
