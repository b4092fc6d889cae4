import { Panel } from "../parts/shell.tsx";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { ButtonLink } from "./parts.tsx";

export interface NewRealmPageProps {
  shell: ConsoleShell;
  action: string;
  kind: "realm" | "publisher";
  fields: readonly Field[];
  cancelHref: string;
}

/** Makes a realm, or the two of a publisher. */
export function NewRealmPage({ shell, action, kind, fields, cancelHref }: NewRealmPageProps) {
  const { create } = shell.texts.realms;
  const isPublisher = kind === "publisher";
  const title = isPublisher ? create.publisherTitle : create.title;
  return (
    <ConsolePage shell={shell} title={title} lead={isPublisher ? create.publisherLead : create.lead}>
      <Panel id="new" title={title}>
        <ConsoleForm
          shell={shell}
          id="new-form"
          action={action}
          does={kind}
          fields={fields}
          submit={isPublisher ? create.submitPublisher : create.submit}
        />
        <ButtonLink id="cancel-link" href={cancelHref}>
          {shell.texts.form.cancel}
        </ButtonLink>
      </Panel>
    </ConsolePage>
  );
}
