import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { shareText, type Totals } from "./glance-list.tsx";
import { TablePanel } from "./panels.tsx";
import { NamedLink, Pager } from "./parts.tsx";

export interface AllFiguresPageProps {
  shell: ConsoleShell;
  rows: readonly { id: string; href: string; name: string; totals: Totals }[];
  firstHref?: string | undefined;
  nextHref?: string | undefined;
}

/** Realms beside each other, by their numbers. */
export function AllFiguresPage({ shell, rows, firstHref, nextHref }: AllFiguresPageProps) {
  const { figures, realms } = shell.texts.audit;
  const number = new Intl.NumberFormat(shell.frame.language);
  return (
    <ConsolePage shell={shell} title={realms.title} lead={realms.lead} wide>
      <TablePanel
        id="figures"
        caption={realms.caption}
        columns={[realms.realm, figures.signIns, figures.failures, figures.active, figures.share, figures.signUps]}
        rows={rows.map(({ id, href, name, totals }) => ({
          id: `figures-${id}`,
          cells: [
            <NamedLink href={href} name={name} />,
            number.format(totals.signIns),
            number.format(totals.failures),
            number.format(totals.active),
            shareText(totals.share, shell),
            number.format(totals.signUps),
          ],
        }))}
        empty={realms.empty}
      >
        <Pager texts={shell.texts} firstHref={firstHref} nextHref={nextHref} />
      </TablePanel>
    </ConsolePage>
  );
}
