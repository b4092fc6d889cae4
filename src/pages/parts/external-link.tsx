import type { Child } from "hono/jsx";
import { AwayIcon } from "../look/icons.tsx";
import type { Texts } from "../texts/index.ts";
import { safeExternalHref } from "../untrusted/links.ts";

/** A link to another site that leaves this page open; nothing at all when its address is not http(s). */
export function ExternalLink({ href, texts, children }: { href: string | undefined; texts: Texts; children?: Child }) {
  const target = safeExternalHref(href);
  if (!target) return null;
  return (
    <a class="away" href={target} target="_blank" rel="noopener noreferrer nofollow">
      {children} <span class="unseen">{texts.opensInNewTab}</span>
      <AwayIcon />
    </a>
  );
}
