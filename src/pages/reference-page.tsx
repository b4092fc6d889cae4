import type { Child } from "hono/jsx";
import type { PageFrame } from "./frame.ts";
import { Brand, HtmlDocument } from "./layout.tsx";
import { EndpointView } from "./reference/endpoint-view.tsx";
import type { OpenApiDocument } from "./reference/open-api-document.ts";
import {
  anchor,
  type Chapter,
  chapterHref,
  chaptersOf,
  type Method,
  referencePath,
  schemasSlug,
} from "./reference/outline.ts";
import { Prose } from "./reference/prose.tsx";
import { SchemaView, TypeName, Values } from "./reference/schema-view.tsx";
import { referenceStyles } from "./reference/styles.ts";

export type { OpenApiDocument } from "./reference/open-api-document.ts";

export interface ReferencePageProps {
  frame: PageFrame;
  document: OpenApiDocument;
}

/** The API reference: what its chapters are and what stands in each. Its entries have the ids of what they lead to. */
export function ReferencePage({ frame, document }: ReferencePageProps) {
  const texts = frame.texts.reference;
  const { title, version, description } = document.info;
  const names = Object.keys(document.components?.schemas ?? {});
  return (
    <Book frame={frame} document={document} title={title}>
      <div class="head">
        <h1>{title}</h1>
        <p class="quiet">{texts.version(version)}</p>
        <Prose text={description} />
      </div>
      <Servers document={document} title={texts.servers} />
      {chaptersOf(document, texts.untagged).map((chapter) => (
        <ChapterOutline chapter={chapter} />
      ))}
      {names.length > 0 ? (
        <section aria-labelledby="schemas">
          <h2 id="schemas">
            <a href={chapterHref(schemasSlug)}>{texts.schemas}</a>
          </h2>
          <ul class="outline">
            {names.map((name) => {
              const { id, href } = anchor("schema", name);
              return (
                <li id={id}>
                  <a href={chapterHref(schemasSlug, href)}>
                    <code>{name}</code>
                  </a>
                </li>
              );
            })}
          </ul>
        </section>
      ) : null}
    </Book>
  );
}

/** One chapter of the reference; what several endpoints speak of, where no chapter bears this slug. */
export function ReferenceChapterPage({ frame, document, slug }: ReferencePageProps & { slug: string }) {
  const texts = frame.texts.reference;
  const chapter = chaptersOf(document, texts.untagged).find((each) => each.slug === slug);
  const name = chapter?.name ?? texts.schemas;
  return (
    <Book frame={frame} document={document} title={`${name} · ${document.info.title}`} slug={slug}>
      <div class="head">
        <h1>{name}</h1>
        <Prose text={chapter?.description} />
      </div>
      {chapter?.endpoints.map((endpoint) => <EndpointView document={document} endpoint={endpoint} texts={texts} />) ?? (
        <Schemas frame={frame} document={document} />
      )}
    </Book>
  );
}

interface BookProps extends ReferencePageProps {
  title: string;
  /** Of the chapter that is open. */
  slug?: string;
  children: Child;
}

/** A page of the reference, beside the list of its chapters. */
function Book({ frame, document, title, slug, children }: BookProps) {
  const texts = frame.texts.reference;
  const hasSchemas = Object.keys(document.components?.schemas ?? {}).length > 0;
  const schemas = { slug: schemasSlug, name: texts.schemas, endpoints: [] };
  const chapters = [...chaptersOf(document, texts.untagged), ...(hasSchemas ? [schemas] : [])];
  return (
    <HtmlDocument frame={frame} title={title} styles={referenceStyles}>
      <div class="book">
        <header class="book-head">
          <Brand frame={frame} />
        </header>
        <nav class="contents" aria-label={texts.contents}>
          <ul>
            <li>
              <a href={referencePath} aria-current={slug === undefined ? "page" : undefined}>
                {texts.contents}
              </a>
            </li>
            {chapters.map((chapter) => (
              <li>
                <a href={chapterHref(chapter.slug)} aria-current={slug === chapter.slug ? "page" : undefined}>
                  {chapter.name}
                </a>
                {slug === chapter.slug && chapter.endpoints.length > 0 ? <EndpointLinks chapter={chapter} /> : null}
              </li>
            ))}
          </ul>
        </nav>
        <main>{children}</main>
      </div>
    </HtmlDocument>
  );
}

const EndpointLinks = ({ chapter }: { chapter: Chapter }) => (
  <ul>
    {chapter.endpoints.map(({ method, path }) => (
      <li>
        <a href={anchor(method, path).href}>
          <Signature method={method} path={path} />
        </a>
      </li>
    ))}
  </ul>
);

function ChapterOutline({ chapter }: { chapter: Chapter }) {
  const { id } = anchor("tag", chapter.name);
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        <a href={chapterHref(chapter.slug)}>{chapter.name}</a>
      </h2>
      <Prose text={chapter.description} />
      <ul class="outline">
        {chapter.endpoints.map(({ method, path, operation }) => {
          const place = anchor(method, path);
          return (
            <li id={place.id}>
              <a href={chapterHref(chapter.slug, place.href)}>
                <Signature method={method} path={path} />
              </a>
              {operation.summary ? <span class="quiet">{operation.summary}</span> : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const Signature = ({ method, path }: { method: Method; path: string }) => (
  <>
    <span class="method" data-method={method}>
      {method.toUpperCase()}
    </span>{" "}
    <code>{path}</code>
  </>
);

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
  const texts = frame.texts.reference;
  return (
    <>
      {Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => {
        const { id, href } = anchor("schema", name);
        const object = typeof schema === "boolean" ? {} : schema;
        return (
          <article id={id} class="endpoint">
            <h2>
              <a href={href}>
                <code>{name}</code>
              </a>
            </h2>
            <p>
              <TypeName schema={schema} texts={texts} />
            </p>
            <Prose text={object.description} />
            <Values schema={object} texts={texts} />
            <SchemaView schema={schema} texts={texts} />
          </article>
        );
      })}
    </>
  );
}
