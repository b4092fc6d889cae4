import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { ButtonLink, ShownOnce } from "./parts.tsx";

interface SecretPageProps {
  shell: ConsoleShell;
  /** In front of the ids. */
  id: string;
  texts: { title: string; lead: string; label: string; onwards: string };
  secret: string;
  onwardHref: string;
}

/** Shows a secret, this once. */
export function SecretPage({ shell, id, texts, secret, onwardHref }: SecretPageProps) {
  return (
    <ConsolePage shell={shell} title={texts.title}>
      <ShownOnce id={id} title={texts.label} lead={texts.lead} secret={secret} texts={shell.texts} />
      <p>
        <ButtonLink id="onward-link" href={onwardHref} primary>
          {texts.onwards}
        </ButtonLink>
      </p>
    </ConsolePage>
  );
}
