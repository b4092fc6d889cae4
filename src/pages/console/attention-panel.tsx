import { Panel } from "../parts/shell.tsx";
import type { consoleEn } from "../texts/console/en.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import type { ConsoleShell } from "./console-page.tsx";

export interface AttentionRow {
  kind: keyof (typeof consoleEn)["realms"]["attention"]["kinds"];
  subject: string;
  detail: string | null;
  count: number | null;
  /** ISO 8601. */
  at: string | null;
  /** Where something can be done about it. */
  href: string;
}

/** What is amiss in a realm, each with the way to where it is mended. */
export function AttentionPanel({ shell, rows }: { shell: ConsoleShell; rows: readonly AttentionRow[] }) {
  const texts = shell.texts.realms.attention;
  return (
    <Panel id="attention" title={texts.title}>
      {rows.length === 0 ? <p class="quiet">{texts.none}</p> : null}
      <ul>
        {rows.map((row) => (
          <li>
            <a href={safeHref(row.href)}>{sentence(row, shell)}</a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function sentence({ kind, subject, detail, count, at }: AttentionRow, { texts, frame }: ConsoleShell): string {
  const isWebhook = kind === "webhook-failing" || kind === "deliveries-dead";
  const day =
    at === null
      ? ""
      : new Intl.DateTimeFormat(frame.language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(at));
  const name = plainText((isWebhook ? detail : null) ?? subject, 255);
  return texts.realms.attention.kinds[kind](name, new Intl.NumberFormat(frame.language).format(count ?? 0), day);
}
