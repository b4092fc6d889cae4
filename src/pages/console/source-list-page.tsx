import { plainText } from "../untrusted/plain-text.ts";
import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { Doors, NewPanel, TablePanel } from "./panels.tsx";
import { ButtonLink, NamedLink } from "./parts.tsx";

export interface SourceListPageProps {
  shell: ConsoleShell;
  rows: readonly { name: string; href: string; issuer: string; algorithm: string; disabled: boolean }[];
  addHref: string;
}

/** The realm's main products. */
export function SourceListPage({ shell, rows, addHref }: SourceListPageProps) {
  const { list } = shell.texts.sources;
  return (
    <ConsolePage shell={shell} title={list.title} lead={list.lead} wide>
      <p>
        <ButtonLink id="new-source-link" href={addHref} primary>
          {list.add}
        </ButtonLink>
      </p>
      <TablePanel
        id="sources"
        caption={list.caption}
        columns={[list.name, list.issuer, list.algorithm, list.state]}
        rows={rows.map((row, index) => ({
          id: `source-${index}`,
          cells: [
            <NamedLink href={row.href} name={row.name} />,
            <bdi>{plainText(row.issuer, 200)}</bdi>,
            row.algorithm,
            row.disabled ? list.off : list.on,
          ],
        }))}
        empty={list.empty}
      />
    </ConsolePage>
  );
}

export type Algorithm = "HS256" | "RS256" | "ES256";

export interface AlgorithmsPageProps {
  shell: ConsoleShell;
  algorithms: readonly { name: Algorithm; href: string }[];
}

/** Asks how tokens are signed, for what is asked next depends on it. */
export function AlgorithmsPage({ shell, algorithms }: AlgorithmsPageProps) {
  const { kinds } = shell.texts.sources;
  return (
    <ConsolePage shell={shell} title={kinds.title} lead={kinds.lead}>
      <Doors
        kind="algorithm"
        doors={algorithms.map(({ name, href }) => ({ name, label: kinds[name], hint: kinds[`${name}Hint`], href }))}
      />
    </ConsolePage>
  );
}

export interface NewSourcePageProps {
  shell: ConsoleShell;
  action: string;
  algorithm: Algorithm;
  fields: readonly Field[];
  cancelHref: string;
}

/** Registers a main product. */
export function NewSourcePage({ shell, action, algorithm, fields, cancelHref }: NewSourcePageProps) {
  const { create, kinds } = shell.texts.sources;
  return (
    <ConsolePage shell={shell} title={create.title(algorithm)} lead={kinds[`${algorithm}Hint`]}>
      <NewPanel
        title={kinds[algorithm]}
        shell={shell}
        action={action}
        does="create"
        hidden={{ algorithm }}
        fields={fields}
        submit={create.submit}
        cancelHref={cancelHref}
      />
    </ConsolePage>
  );
}
