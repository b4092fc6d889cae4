import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { ExternalLink } from "./parts/external-link.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { plainText } from "./untrusted/plain-text.ts";

export interface ProviderKeyPageProps {
  frame: PageFrame;
  clientName: string;
  /** The provider's. */
  label: string;
  action: string;
  fields: Readonly<Record<string, string>>;
  /** Where people find their key. */
  keyPageHref?: string | undefined;
  problem?: "missing" | "refused" | "unavailable" | undefined;
}

/** Asks for the key that somebody has at a provider, for an application to use. */
export function ProviderKeyPage(props: ProviderKeyPageProps) {
  const { frame, clientName, label, action, fields, keyPageHref, problem } = props;
  const texts = frame.texts.connect.key;
  const title = texts.title(plainText(label));
  return (
    <Layout frame={frame} title={title} failed={problem !== undefined}>
      <div class="stack">
        <div class="head">
          <h1>{title}</h1>
          <p class="quiet">{texts.lead(plainText(clientName))}</p>
        </div>
        <PostForm id="key-form" action={action} fields={fields}>
          <TextField
            name="key"
            label={texts.label}
            type="password"
            autocomplete="off"
            problem={problem === undefined ? undefined : texts.problems[problem]}
            focused
          />
          <button id="connect-button" type="submit" class="button primary">
            {texts.submit}
          </button>
        </PostForm>
        <PostForm id="cancel-form" action={action} fields={{ ...fields, cancel: "yes" }}>
          <button id="cancel-button" type="submit" class="button">
            {texts.cancel}
          </button>
        </PostForm>
        <ExternalLink href={keyPageHref} texts={frame.texts}>
          {texts.where}
        </ExternalLink>
      </div>
    </Layout>
  );
}
