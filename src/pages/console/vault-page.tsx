import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { type FilterField, FilterPanel } from "./filter-panel.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink, Moment, Pager } from "./parts.tsx";

export interface CallsPageProps {
  shell: ConsoleShell;
  action: string;
  filters: readonly FilterField[];
  isFiltered: boolean;
  calls: readonly {
    at: string;
    client_id: string;
    user_id: string;
    provider: string;
    method_name: string | null;
    method: string;
    url: string;
    status: "success" | "error";
    code: string | null;
    status_code: number | null;
    tries: number;
    duration_ms: number;
  }[];
  mappingsHref: string;
  firstHref?: string | undefined;
  nextHref?: string | undefined;
}

/** What went through the token vault. */
export function CallsPage(props: CallsPageProps) {
  const { shell } = props;
  const texts = shell.texts.vault.calls;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      <p>
        <ButtonLink id="mappings-link" href={props.mappingsHref}>
          {texts.mappings}
        </ButtonLink>
      </p>
      <FilterPanel {...props} />
      <TablePanel
        id="calls"
        caption={texts.caption}
        columns={[texts.call, texts.at, texts.who, texts.outcome]}
        rows={props.calls.map((call, index) => ({
          id: `call-${index}`,
          cells: [
            <>
              <code>
                {plainText(call.provider)} {plainText(call.method)}
              </code>{" "}
              <bdi>{plainText(call.url, 200)}</bdi>
              {call.method_name === null ? null : <p class="quiet small">{plainText(call.method_name)}</p>}
            </>,
            <Moment at={call.at} language={shell.frame.language} />,
            <bdi>
              {plainText(call.client_id)}, {plainText(call.user_id)}
            </bdi>,
            <>
              <span class="tag" data-tone={call.status === "error" ? "danger" : undefined}>
                {call.status_code ?? texts[call.status]}
              </span>{" "}
              {call.code === null ? null : <code>{plainText(call.code)}</code>}{" "}
              <span class="quiet small">
                {texts.tries(call.tries)}, {call.duration_ms} ms
              </span>
            </>,
          ],
        }))}
        empty={texts.empty}
      >
        <Pager texts={shell.texts} firstHref={props.firstHref} nextHref={props.nextHref} />
      </TablePanel>
    </ConsolePage>
  );
}

export interface MappingsPageProps {
  shell: ConsoleShell;
  mappings: readonly {
    name: string;
    href: string;
    client_id: string;
    providers: readonly string[];
    updated_at: string;
  }[];
  addHref: string;
  callsHref: string;
}

/** Methods that applications have, whoever wrote them. */
export function MappingsPage({ shell, mappings, addHref, callsHref }: MappingsPageProps) {
  const texts = shell.texts.vault.mappings;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      <p class="doing">
        <ButtonLink id="add-link" href={addHref} primary>
          {texts.add}
        </ButtonLink>
        <ButtonLink id="calls-link" href={callsHref}>
          {texts.calls}
        </ButtonLink>
      </p>
      <TablePanel
        id="mappings"
        caption={texts.caption}
        columns={[texts.name, texts.client, texts.providers, texts.changed]}
        rows={mappings.map((mapping, index) => ({
          id: `mapping-${index}`,
          cells: [
            <a href={safeHref(mapping.href)}>
              <code>{plainText(mapping.name)}</code>
            </a>,
            <bdi>{plainText(mapping.client_id)}</bdi>,
            plainText(mapping.providers.join(", "), 200),
            <Moment at={mapping.updated_at} language={shell.frame.language} />,
          ],
        }))}
        empty={texts.empty}
      />
    </ConsolePage>
  );
}
