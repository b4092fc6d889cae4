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

export interface Attention {
  rows: readonly AttentionRow[];
  /** How many domains nobody has asked lately. */
  uncheckedDomains: number;
  /** The page once they have been asked. */
  checkHref: string;
}

/** What is amiss in a realm, each with the way to where it is mended. Domains that have to be asked first are looked up behind the page. */
export function AttentionPanel({ shell, rows, uncheckedDomains, checkHref }: Attention & { shell: ConsoleShell }) {
  const texts = shell.texts.realms.attention;
  const isChecked = uncheckedDomains === 0;
  return (
    <Panel id="attention" title={texts.title}>
      <div id="attention-found" class="stack" data-later={isChecked ? undefined : safeHref(checkHref)}>
        {rows.length === 0 && isChecked ? <p class="quiet">{texts.none}</p> : null}
        {isChecked ? null : (
          <p class="quiet">
            {texts.unchecked(new Intl.NumberFormat(shell.frame.language).format(uncheckedDomains))}{" "}
            <a id="check-domains" href={safeHref(`${checkHref}#attention`)}>
              {texts.check}
            </a>
          </p>
        )}
        <ul>
          {rows.map((row) => (
            <li>
              <a href={safeHref(row.href)}>{sentence(row, shell)}</a>
            </li>
          ))}
        </ul>
      </div>
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
