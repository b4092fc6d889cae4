import type { PageFrame } from "./frame.ts";
import { Brand, HtmlDocument } from "./layout.tsx";
import { EndpointView } from "./reference/endpoint-view.tsx";
import type { OpenApiDocument } from "./reference/open-api-document.ts";
import { anchor, type Chapter, chaptersOf } from "./reference/outline.ts";
import { Prose } from "./reference/prose.tsx";
import { SchemaView, TypeName, Values } from "./reference/schema-view.tsx";
import { referenceStyles } from "./reference/styles.ts";

export type { OpenApiDocument } from "./reference/open-api-document.ts";

export interface ReferencePageProps {
  frame: PageFrame;
  document: OpenApiDocument;
}

/** The API reference, all of it on one page, so that the browser's own search finds everything. */
export function ReferencePage({ frame, document }: ReferencePageProps) {
  const texts = frame.texts.reference;
  const chapters = chaptersOf(document, texts.untagged);
  const { title, version, description } = document.info;
  return (
    <HtmlDocument frame={frame} title={title} styles={referenceStyles}>
      <div class="book">
        <header class="book-head">
          <Brand frame={frame} />
        </header>
        <nav class="contents" aria-label={texts.contents}>
          <Contents chapters={chapters} document={document} frame={frame} />
        </nav>
        <main>
          <div class="head">
            <h1>{title}</h1>
            <p class="quiet">{texts.version(version)}</p>
            <Prose text={description} />
          </div>
          <Servers document={document} title={texts.servers} />
          {chapters.map((chapter) => {
            const { id } = anchor("tag", chapter.name);
            return (
              <section aria-labelledby={id}>
                <h2 id={id}>{chapter.name}</h2>
                <Prose text={chapter.description} />
                {chapter.endpoints.map((endpoint) => (
                  <EndpointView document={document} endpoint={endpoint} texts={texts} />
                ))}
              </section>
            );
          })}
          <Schemas frame={frame} document={document} />
        </main>
      </div>
    </HtmlDocument>
  );
}

function Contents({ chapters, document, frame }: { chapters: readonly Chapter[] } & ReferencePageProps) {
  const schemaNames = Object.keys(document.components?.schemas ?? {});
  const texts = frame.texts.reference;
  return (
    <>
      {chapters.map(({ name, endpoints }) => (
        <details>
          <summary>{name}</summary>
          <ul>
            {endpoints.map(({ method, path }) => (
              <li>
                <a href={anchor(method, path).href}>
                  <span class="method" data-method={method}>
                    {method.toUpperCase()}
                  </span>{" "}
                  {path}
                </a>
              </li>
            ))}
          </ul>
        </details>
      ))}
      {schemaNames.length > 0 ? (
        <details>
          <summary>{texts.schemas}</summary>
          <ul>
            {schemaNames.map((name) => (
              <li>
                <a href={anchor("schema", name).href}>{name}</a>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}

function Servers({ document, title }: { document: OpenApiDocument; title: string }) {
  if (!document.servers?.length) return null;
  return (
    <section class="stack tight">
      <h2 class="small quiet">{title}</h2>
      <ul>
        {document.servers.map(({ url, description }) => (
          <li>
            <code>{url}</code> {description ? <span class="quiet">{description}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Schemas({ frame, document }: ReferencePageProps) {
  const schemas = Object.entries(document.components?.schemas ?? {});
  const texts = frame.texts.reference;
  if (schemas.length === 0) return null;
  return (
    <section aria-labelledby="schemas">
      <h2 id="schemas">{texts.schemas}</h2>
      {schemas.map(([name, schema]) => {
        const { id, href } = anchor("schema", name);
        const object = typeof schema === "boolean" ? {} : schema;
        return (
          <article id={id} class="endpoint">
            <h3>
              <a href={href}>
                <code>{name}</code>
              </a>
            </h3>
            <p>
              <TypeName schema={schema} texts={texts} />
            </p>
            <Prose text={object.description} />
            <Values schema={object} texts={texts} />
            <SchemaView schema={schema} texts={texts} />
          </article>
        );
      })}
    </section>
  );
}
