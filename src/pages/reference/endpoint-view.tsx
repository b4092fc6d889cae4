import type { Texts } from "../texts/index.ts";
import type { Answer, MediaType, OpenApiDocument, SecurityRequirement } from "./open-api-document.ts";
import { anchor, type Endpoint, resolve } from "./outline.ts";
import { Inline, Prose } from "./prose.tsx";
import { SchemaRow, SchemaView, TypeName } from "./schema-view.tsx";

interface EndpointViewProps {
  document: OpenApiDocument;
  endpoint: Endpoint;
  texts: Texts["reference"];
}

/** One operation: what it is for, what it takes and what it answers. */
export function EndpointView({ document, endpoint, texts }: EndpointViewProps) {
  const { method, path, operation } = endpoint;
  const { id, href } = anchor(method, path);
  const titleId = `${id}-title`;
  return (
    <article id={id} class="endpoint" aria-labelledby={titleId}>
      <h2 id={titleId}>
        <a href={href}>
          <span class="method" data-method={method}>
            {method.toUpperCase()}
          </span>{" "}
          <code>{path}</code>
        </a>
        {operation.deprecated ? <span class="badge">{texts.deprecated}</span> : null}
      </h2>
      {operation.summary ? <p class="summary">{operation.summary}</p> : null}
      <Prose text={operation.description} />
      <Authentication requirements={operation.security ?? document.security} texts={texts} />
      <Parameters document={document} endpoint={endpoint} texts={texts} />
      <RequestBodyView document={document} endpoint={endpoint} texts={texts} />
      <Answers document={document} endpoint={endpoint} texts={texts} />
    </article>
  );
}

function Authentication({
  requirements,
  texts,
}: {
  requirements: readonly SecurityRequirement[] | undefined;
  texts: Texts["reference"];
}) {
  if (!requirements) return null;
  const ways = requirements.map((requirement) => {
    const schemes = Object.entries(requirement).map(([name, scopes]) => [name, ...(scopes ?? [])].join(" "));
    return schemes.join(" + ") || texts.noAuthentication;
  });
  return (
    <p class="small">
      <span class="quiet">{texts.authentication} </span>
      {ways.length > 0 ? ways.join(` ${texts.or} `) : texts.noAuthentication}
    </p>
  );
}

function Parameters({ document, endpoint, texts }: EndpointViewProps) {
  const parameters = endpoint.parameters.flatMap(
    (parameter) => resolve(document.components?.parameters, parameter) ?? [],
  );
  if (parameters.length === 0) return null;
  return (
    <section>
      <h3>{texts.parameters}</h3>
      <ul class="rows">
        {parameters.map((parameter) => (
          <SchemaRow
            name={parameter.name ?? ""}
            place={parameter.in}
            required={parameter.required ?? false}
            deprecated={parameter.deprecated}
            description={parameter.description}
            schema={parameter.schema ?? {}}
            texts={texts}
          />
        ))}
      </ul>
    </section>
  );
}

function RequestBodyView({ document, endpoint, texts }: EndpointViewProps) {
  const body = resolve(document.components?.requestBodies, endpoint.operation.requestBody);
  if (!body?.content) return null;
  return (
    <details open>
      <summary>
        <h3>{texts.requestBody}</h3> {body.required ? <span class="badge strong">{texts.required}</span> : null}
      </summary>
      <Prose text={body.description} />
      <Content document={document} content={body.content} texts={texts} expanded />
    </details>
  );
}

function Answers({ document, endpoint, texts }: EndpointViewProps) {
  const answers = Object.entries(endpoint.operation.responses ?? {});
  if (answers.length === 0) return null;
  return (
    <section>
      <h3>{texts.responses}</h3>
      {answers.map(([status, answer]) => (
        <AnswerView
          document={document}
          status={status}
          answer={resolve(document.components?.responses, answer)}
          texts={texts}
        />
      ))}
    </section>
  );
}

interface AnswerViewProps extends Omit<EndpointViewProps, "endpoint"> {
  status: string;
  answer: Answer | undefined;
}

function AnswerView({ document, status, answer = {}, texts }: AnswerViewProps) {
  const headers = Object.entries(answer.headers ?? {});
  const head = (
    <>
      <span class="status" data-class={status.slice(0, 1)}>
        {status}
      </span>{" "}
      <Inline text={answer.description ?? ""} />
    </>
  );
  if (headers.length === 0 && !answer.content) return <p class="answer">{head}</p>;
  return (
    <details class="answer">
      <summary>{head}</summary>
      {headers.length > 0 ? (
        <>
          <p class="quiet small">{texts.headers}</p>
          <ul class="rows">
            {headers.map(([name, header]) => {
              const {
                required = false,
                description,
                schema = {},
              } = resolve(document.components?.headers, header) ?? {};
              return (
                <SchemaRow name={name} required={required} description={description} schema={schema} texts={texts} />
              );
            })}
          </ul>
        </>
      ) : null}
      {answer.content ? <Content document={document} content={answer.content} texts={texts} /> : null}
    </details>
  );
}

interface ContentProps extends Omit<EndpointViewProps, "endpoint"> {
  content: Readonly<Record<string, MediaType>>;
  /** Shows a named schema's properties here too, besides linking it. */
  expanded?: boolean | undefined;
}

function Content({ document, content, texts, expanded = false }: ContentProps) {
  return (
    <>
      {Object.entries(content).map(([mediaType, { schema = {}, example }]) => (
        <div class="content">
          <p class="row-head">
            <code>{mediaType}</code>
            <TypeName schema={schema} texts={texts} />
          </p>
          <SchemaView schema={(expanded && resolve(document.components?.schemas, schema)) || schema} texts={texts} />
          {example === undefined ? null : (
            <pre>
              <code>{JSON.stringify(example, null, 2)}</code>
            </pre>
          )}
        </div>
      ))}
    </>
  );
}
