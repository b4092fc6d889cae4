import type { Texts } from "../texts/index.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";

/** A provider that people may sign in with instead. */
export interface ProviderLink {
  /** Lower-case letters, digits, dashes and underscores. */
  name: string;
  label: string;
  href: string;
}

/** "Continue with …" for each of them, below the form: links, so that they work without scripts. */
export function ProviderLinks({ texts, providers }: { texts: Texts; providers: readonly ProviderLink[] | undefined }) {
  if (providers === undefined || providers.length === 0) return null;
  return (
    <div class="stack">
      <p class="quiet divider">{texts.providers.or}</p>
      <div class="actions">
        {providers.map(({ name, label, href }) => (
          <a id={`provider-${name}`} class="button" href={safeHref(href)}>
            {texts.providers.continueWith(plainText(label))}
          </a>
        ))}
      </div>
    </div>
  );
}
