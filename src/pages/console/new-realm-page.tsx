import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { NewPanel } from "./panels.tsx";

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
      <NewPanel
        title={title}
        shell={shell}
        action={action}
        does={kind}
        fields={fields}
        submit={isPublisher ? create.submitPublisher : create.submit}
        cancelHref={cancelHref}
      />
    </ConsolePage>
  );
}
