import type { Child } from "hono/jsx";
import { Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";

/** A link that looks like a button, beside others. */
export function ButtonLink({
  id,
  href,
  primary,
  children,
}: {
  id: string;
  href: string;
  primary?: boolean;
  children?: Child;
}) {
  return (
    <a id={id} class={primary ? "button slim primary" : "button slim"} href={safeHref(href)}>
      {children}
    </a>
  );
}

/** Text to be pasted elsewhere. With JavaScript a button copies it. */
export function CodeBlock({
  id,
  label,
  code,
  texts,
}: {
  id: string;
  label: string;
  code: string;
  texts: ConsoleTexts;
}) {
  return (
    <div class="code">
      <h3 id={`${id}-label`}>{label}</h3>
      <pre>
        <code id={id}>{code}</code>
      </pre>
      <button type="button" class="button slim" data-copy={id} data-copied={texts.copied} hidden>
        {texts.copy}
        <span class="unseen"> {label}</span>
      </button>
    </div>
  );
}

/** A moment of the API's, in the reader's language and in UTC. */
export function Moment({ at, language }: { at: string | null; language: string }) {
  if (at === null) return <>–</>;
  const text = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  return <time datetime={at}>{`${text.format(new Date(at))} UTC`}</time>;
}

interface PagerProps {
  texts: ConsoleTexts;
  /** Absent on the first page. */
  firstHref?: string | undefined;
  /** Absent on the last page. */
  nextHref?: string | undefined;
}

/** From one page of a list to the next, and back to the beginning. */
export function Pager({ texts, firstHref, nextHref }: PagerProps) {
  if (!firstHref && !nextHref) return null;
  return (
    <p class="doing">
      {firstHref ? (
        <ButtonLink id="first-page-link" href={firstHref}>
          {texts.list.first}
        </ButtonLink>
      ) : null}
      {nextHref ? (
        <ButtonLink id="next-page-link" href={nextHref}>
          {texts.list.next}
        </ButtonLink>
      ) : null}
    </p>
  );
}

/** Narrows the table with this id down while one types. Hidden without JavaScript, where it would do nothing. */
export function FilterField({ table, texts }: { table: string; texts: ConsoleTexts }) {
  return (
    <div class="field" data-scripted hidden>
      <label for={`${table}-filter`}>{texts.list.filter}</label>
      <input id={`${table}-filter`} type="search" data-filter={table} autocomplete="off" />
    </div>
  );
}

interface ShownOnceProps {
  id: string;
  title: string;
  lead: string;
  secret: string;
  texts: ConsoleTexts;
}

/** A secret that nobody will see again. */
export function ShownOnce({ id, title, lead, secret, texts }: ShownOnceProps) {
  return (
    <Panel id={`${id}-once`} title={title} lead={lead}>
      <CodeBlock id={`${id}-secret`} label={title} code={secret} texts={texts} />
    </Panel>
  );
}

/** What somebody has given a name, as the way to it. */
export const NamedLink = ({ href, name, longest }: { href: string; name: string; longest?: number | undefined }) => (
  <a href={safeHref(href)}>
    <bdi>{plainText(name, longest)}</bdi>
  </a>
);
