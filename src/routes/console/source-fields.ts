import { scopesOfOwner } from "../../domain/api-keys/scopes.ts";
import type { Field } from "../../pages/console/field.tsx";
import type { Algorithm } from "../../pages/console/source-list-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { textOf } from "./form-fields.ts";

interface KnownSource {
  readonly issuer: string;
  readonly algorithm: string;
  readonly secret_set: boolean;
  readonly user_id_mode: string;
  readonly disabled: boolean;
  readonly label?: string | undefined;
  readonly jwks?: unknown;
  readonly jwks_uri?: string | undefined;
  readonly origins: readonly string[];
  readonly allow_get: boolean;
  readonly trusts_email: boolean;
}

/** What is asked of a main product that signs with this algorithm; `source` is null for a new one, which needs a name. */
export function sourceFields(
  { sources: { fields, create } }: ConsoleTexts,
  algorithm: Algorithm,
  source: KnownSource | null,
): Field[] {
  const named: Field = {
    name: "name",
    kind: "text",
    label: create.name,
    hint: create.nameHint,
    value: "",
    required: true,
  };
  const off: Field = {
    name: "disabled",
    kind: "switch",
    label: fields.disabled,
    hint: fields.disabledHint,
    value: String(source?.disabled ?? false),
  };
  return [
    ...(source === null ? [named] : []),
    { name: "label", kind: "text", label: fields.label, hint: fields.labelHint, value: source?.label ?? "" },
    {
      name: "issuer",
      kind: "text",
      label: fields.issuer,
      hint: fields.issuerHint,
      value: source?.issuer ?? "",
      required: true,
    },
    ...(algorithm === "HS256" ? secretFields(fields, source) : keyFields(fields, source)),
    {
      name: "user_id_mode",
      kind: "select",
      label: fields.mode,
      choices: [
        { value: "linked", label: fields.linked },
        { value: "unified", label: fields.unified },
      ],
      value: source?.user_id_mode ?? "linked",
    },
    {
      name: "origins",
      kind: "lines",
      label: fields.origins,
      hint: fields.originsHint,
      value: textOf("lines", source?.origins),
    },
    {
      name: "trusts_email",
      kind: "switch",
      label: fields.trusts_email,
      hint: fields.trustsEmailHint,
      value: String(source?.trusts_email ?? false),
    },
    {
      name: "allow_get",
      kind: "switch",
      label: fields.allow_get,
      hint: fields.allowGetHint,
      value: String(source?.allow_get ?? false),
    },
    ...(source === null ? [] : [off]),
  ];
}

type Wording = ConsoleTexts["sources"]["fields"];

const secretFields = (fields: Wording, source: KnownSource | null): Field[] => [
  {
    name: "secret",
    kind: "secret",
    label: fields.secret,
    hint: source?.secret_set ? fields.secretKept : fields.secretHint,
    value: "",
  },
];

const keyFields = (fields: Wording, source: KnownSource | null): Field[] => [
  { name: "jwks", kind: "json", label: fields.jwks, hint: fields.jwksHint, value: textOf("json", source?.jwks) },
  { name: "jwks_uri", kind: "text", label: fields.jwks_uri, value: source?.jwks_uri ?? "" },
];

/** What is asked before a key is made for a main product's servers. */
export const apiKeyFields = ({ sources: { keys } }: ConsoleTexts): Field[] => [
  { name: "note", kind: "text", label: keys.noteLabel, value: "" },
  {
    name: "scopes",
    kind: "checks",
    label: keys.scopesLabel,
    choices: scopesOfOwner.source.map((scope) => ({ value: scope, label: scope })),
    value: scopesOfOwner.source.filter((scope) => scope !== "webhooks:manage").join("\n"),
  },
  { name: "days", kind: "number", label: keys.daysLabel, hint: keys.daysHint, value: "", min: 1, max: 3650 },
];
