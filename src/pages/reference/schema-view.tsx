import type { Texts } from "../texts/index.ts";
import type { Schema, SchemaObject } from "./open-api-document.ts";
import { anchor, chapterHref, limitsOf, referenceName, schemasSlug } from "./outline.ts";
import { Inline } from "./prose.tsx";

// References are shown as links, so only a schema written out within itself this often could go deeper.
const maxDepth = 8;

interface SchemaViewProps {
  schema: Schema;
  texts: Texts["reference"];
  depth?: number | undefined;
}

/** What a schema says besides its type: its properties, its alternatives, its items. */
export function SchemaView({ schema, texts, depth = 0 }: SchemaViewProps) {
  if (typeof schema === "boolean" || schema.$ref !== undefined || depth > maxDepth) return null;
  const rest = schema.additionalProperties;
  return (
    <>
      {schema.properties || (rest !== undefined && typeof rest !== "boolean") ? (
        <ul class="rows">
          {Object.entries(schema.properties ?? {}).map(([name, property]) => (
            <SchemaRow
              name={name}
              schema={property}
              required={schema.required?.includes(name) ?? false}
              texts={texts}
              depth={depth}
            />
          ))}
          {rest !== undefined && typeof rest !== "boolean" ? (
            <SchemaRow name={`‹${texts.anyOther}›`} schema={rest} required={false} texts={texts} depth={depth} />
          ) : null}
        </ul>
      ) : null}
      <Shapes title={texts.oneOf} schemas={schema.oneOf ?? schema.anyOf} texts={texts} depth={depth} />
      <Shapes title={texts.allOf} schemas={schema.allOf} texts={texts} depth={depth} />
      {schema.items === undefined ? null : <SchemaView schema={schema.items} texts={texts} depth={depth + 1} />}
    </>
  );
}

interface SchemaRowProps extends SchemaViewProps {
  name: string;
  required: boolean;
  /** Where a parameter stands: `query`, `header` … */
  place?: string | undefined;
  description?: string | undefined;
  deprecated?: boolean | undefined;
}

/** One property, parameter or header. */
export function SchemaRow({
  name,
  schema,
  required,
  place,
  description,
  deprecated,
  texts,
  depth = 0,
}: SchemaRowProps) {
  const object: SchemaObject = typeof schema === "boolean" ? {} : schema;
  const text = description ?? object.description;
  return (
    <li>
      <p class="row-head">
        <code class="row-name">{name}</code>
        <TypeName schema={schema} texts={texts} />
        {place ? <span class="badge">{place}</span> : null}
        {required ? <span class="badge strong">{texts.required}</span> : null}
        {deprecated || object.deprecated ? <span class="badge">{texts.deprecated}</span> : null}
        {object.readOnly ? <span class="badge">{texts.readOnly}</span> : null}
        {object.writeOnly ? <span class="badge">{texts.writeOnly}</span> : null}
      </p>
      {text ? (
        <p>
          <Inline text={text} />
        </p>
      ) : null}
      <Values schema={object} texts={texts} />
      <SchemaView schema={schema} texts={texts} depth={depth + 1} />
    </li>
  );
}

/** Limits, allowed values, default and example of a schema. */
export function Values({ schema, texts }: { schema: SchemaObject; texts: Texts["reference"] }) {
  const allowed = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  return (
    <>
      {allowed.length > 0 ? <CodeLine title={texts.allowedValues} values={allowed.map(asJson)} /> : null}
      {schema.default === undefined ? null : <CodeLine title={texts.defaultValue} values={[asJson(schema.default)]} />}
      {schema.example === undefined ? null : <CodeLine title={texts.example} values={[asJson(schema.example)]} />}
      <CodeLine values={limitsOf(schema)} />
    </>
  );
}

/** A schema's type in a few words; where it names another schema, a link to that. */
export function TypeName({ schema, texts }: SchemaViewProps) {
  const itemSchema = typeof schema === "boolean" ? undefined : schema.items;
  const name = referenceName(itemSchema ?? schema);
  if (name === undefined) return <span class="type">{typeText(schema, texts)}</span>;
  return (
    <span class="type">
      <a href={chapterHref(schemasSlug, anchor("schema", name).href)}>
        {itemSchema === undefined ? name : texts.arrayOf(name)}
      </a>
    </span>
  );
}

function typeText(schema: Schema, texts: Texts["reference"]): string {
  if (typeof schema === "boolean") return texts.anything;
  if (schema.items !== undefined) return texts.arrayOf(typeText(schema.items, texts));
  const type = [schema.type ?? impliedType(schema) ?? texts.anything].flat().join(" | ");
  return schema.format ? `${type} (${schema.format})` : type;
}

/** The type that a schema without `type` can only have; empty where its alternatives say it. */
function impliedType(schema: SchemaObject): string | undefined {
  if (schema.properties) return "object";
  if (schema.const !== undefined) return typeof schema.const;
  return schema.oneOf || schema.anyOf || schema.allOf ? "" : undefined;
}

function Shapes({
  title,
  schemas,
  texts,
  depth = 0,
}: { title: string; schemas: readonly Schema[] | undefined } & Omit<SchemaViewProps, "schema">) {
  if (!schemas?.length) return null;
  return (
    <div class="shapes">
      <p class="quiet small">{title}</p>
      <ul class="rows">
        {schemas.map((schema) => (
          <li>
            <p>
              <TypeName schema={schema} texts={texts} />
            </p>
            <Values schema={typeof schema === "boolean" ? {} : schema} texts={texts} />
            <SchemaView schema={schema} texts={texts} depth={depth + 1} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function CodeLine({ title, values }: { title?: string | undefined; values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <p class="small values">
      {title ? <span class="quiet">{title} </span> : null}
      {values.map((value) => (
        <>
          <code>{value}</code>{" "}
        </>
      ))}
    </p>
  );
}

const asJson = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "…"));
