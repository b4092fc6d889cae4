import { Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { TablePanel } from "./panels.tsx";
import { Moment, ShownOnce } from "./parts.tsx";

export interface RegistrationTokensPageProps {
  shell: ConsoleShell;
  action: string;
  tokens: readonly { id: string; note: string | null; uses_left: number; expires_at: string }[];
  fields: readonly Field[];
  /** Made just now. */
  token?: string | undefined;
}

/** Who may register applications by themselves, and for how long. */
export function RegistrationTokensPage({ shell, action, tokens, fields, token }: RegistrationTokensPageProps) {
  const texts = shell.texts.clients.tokens;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      {token === undefined ? null : (
        <ShownOnce id="token" title={texts.shown} lead={texts.shownLead} secret={token} texts={shell.texts} />
      )}
      <TablePanel
        id="tokens"
        caption={texts.caption}
        columns={[texts.note, texts.uses, texts.expires, { label: shell.texts.list.actions, plain: true }]}
        rows={tokens.map((one, index) => ({
          id: `token-${one.id}`,
          cells: [
            <bdi>{plainText(one.note ?? one.id)}</bdi>,
            String(one.uses_left),
            <Moment at={one.expires_at} language={shell.frame.language} />,
            <ConsoleForm
              shell={shell}
              id={`withdraw-form-${index}`}
              action={action}
              does="withdraw"
              hidden={{ token: one.id }}
              submit={texts.withdraw}
              about={plainText(one.note ?? one.id)}
              tone="slim"
              confirm={texts.withdrawConfirm}
            />,
          ],
        }))}
        empty={texts.empty}
      />
      <Panel id="create" title={texts.create}>
        <ConsoleForm
          shell={shell}
          id="create-form"
          action={action}
          does="create"
          fields={fields}
          submit={texts.createSubmit}
        />
      </Panel>
    </ConsolePage>
  );
}
