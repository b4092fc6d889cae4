import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { ButtonLink, ShownOnce } from "./parts.tsx";

interface SecretPageProps {
  shell: ConsoleShell;
  of: "client" | "webhook";
  secret: string;
  onwardHref: string;
}

/** Shows a secret, this once. */
export function SecretPage({ shell, of, secret, onwardHref }: SecretPageProps) {
  const texts = shell.texts[`${of}s`].secret;
  return (
    <ConsolePage shell={shell} title={texts.title}>
      <ShownOnce id={of} title={texts.label} lead={texts.lead} secret={secret} texts={shell.texts} />
      <p>
        <ButtonLink id="onward-link" href={onwardHref} primary>
          {texts.onwards}
        </ButtonLink>
      </p>
    </ConsolePage>
  );
}
