import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink, Moment, NamedLink, Pager } from "./parts.tsx";

export interface RealmRow {
  id: string;
  href: string;
  name: string;
  kind: "frontend" | "editor";
  domain: string;
  otherDomains: number;
  createdAt: string;
}

export interface RealmListPageProps {
  shell: ConsoleShell;
  action: string;
  q: string;
  rows: readonly RealmRow[];
  isFirst: boolean;
  nextHref?: string | undefined;
  /** Absent for those who may not make one. */
  addHref?: string | undefined;
}

/** Realms, a page at a time, with a search that works without JavaScript. */
export function RealmListPage({ shell, action, q, rows, nextHref, addHref, isFirst }: RealmListPageProps) {
  const { texts, frame } = shell;
  const { list, kinds } = texts.realms;
  return (
    <ConsolePage shell={shell} title={list.title} lead={list.lead} wide>
      {addHref ? (
        <div class="doing">
          <ButtonLink id="new-realm-link" href={addHref} primary>
            {list.add}
          </ButtonLink>
          <ButtonLink id="new-publisher-link" href={`${addHref}?kind=publisher`}>
            {list.addPublisher}
          </ButtonLink>
        </div>
      ) : null}
      <TablePanel
        id="realms"
        caption={list.caption}
        filter={
          <form id="search-form" method="get" action={safeHref(action)} class="line">
            <div class="field">
              <label for="q">{texts.list.searchLabel}</label>
              <input id="q" name="q" type="search" value={plainText(q, 200)} data-filter="realms" autocomplete="off" />
            </div>
            <button type="submit" class="button slim">
              {texts.list.search}
            </button>
          </form>
        }
        columns={[list.name, list.kind, list.domains, list.created]}
        rows={rows.map((row) => ({
          id: `realm-${row.id}`,
          cells: [
            <NamedLink href={row.href} name={row.name} />,
            kinds[row.kind],
            <>
              <bdi>{plainText(row.domain, 255)}</bdi>
              {row.otherDomains > 0 ? <span class="quiet"> +{row.otherDomains}</span> : null}
            </>,
            <Moment at={row.createdAt} language={frame.language} />,
          ],
        }))}
        empty={list.empty}
      >
        <Pager texts={texts} firstHref={isFirst ? undefined : action} nextHref={nextHref} />
      </TablePanel>
    </ConsolePage>
  );
}
