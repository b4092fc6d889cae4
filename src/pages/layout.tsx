import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { PageFrame } from "./frame.ts";
import { faviconOf } from "./look/icons.tsx";
import { belowStyles, pageStyles } from "./look/styles.ts";
import { accentOf, schemesOf, tokensCss } from "./look/tokens.ts";
import { LanguageSwitch } from "./parts/language-switch.tsx";
import { safeExternalHref, safeHref, safeLogo } from "./untrusted/links.ts";
import { initialOf, plainText } from "./untrusted/plain-text.ts";

interface DocumentProps {
  frame: PageFrame;
  title: string;
  /** Says "Error:" first in the title, which is what a screen reader reads out when the page opens. */
  failed?: boolean | undefined;
  /** Added to the page styles. Ours, never data. */
  styles?: string | undefined;
  children?: Child;
}

/** A full HTML document: head, tokens and styles in the one element that the policy's nonce admits. */
export function HtmlDocument({ frame, title, failed = false, styles = "", children }: DocumentProps) {
  const { texts } = frame;
  const { light, dark } = schemesOf(frame.theme);
  const documentTitle = texts.documentTitle(title, plainText(frame.realmName));
  return (
    <html lang={frame.language} dir={frame.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="format-detection" content="telephone=no" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content={light.page} media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content={dark.page} media="(prefers-color-scheme: dark)" />
        <link rel="icon" href={faviconOf(accentOf(frame.theme))} />
        <title>{failed ? texts.errorTitle(documentTitle) : documentTitle}</title>
        <style nonce={frame.nonce}>{raw(tokensCss(frame.theme) + pageStyles + styles)}</style>
      </head>
      <body>{children}</body>
    </html>
  );
}

interface LayoutProps extends DocumentProps {
  /** A line below the card, such as the way to another page. */
  aside?: Child;
}

/** The frame of the pages people meet on their way through: the realm's name above one card. */
export function Layout({ frame, title, failed, styles, aside, children }: LayoutProps) {
  return (
    <HtmlDocument frame={frame} title={title} failed={failed} styles={belowStyles + (styles ?? "")}>
      <div class="gate">
        <div class="arch" />
        <header>
          <Brand frame={frame} />
        </header>
        <main class="card">{children}</main>
        {aside ? <footer class="aside">{aside}</footer> : null}
        <div class="below">
          <SiteLinks frame={frame} />
          <LanguageSwitch frame={frame} />
        </div>
      </div>
    </HtmlDocument>
  );
}

/** Where the people who run the site say who they are and what holds. */
function SiteLinks({ frame: { theme, texts } }: { frame: PageFrame }) {
  const links = [
    { id: "site-terms", href: safeExternalHref(theme?.termsUrl), label: texts.consent.terms },
    { id: "site-privacy", href: safeExternalHref(theme?.privacyUrl), label: texts.consent.policy },
    { id: "site-imprint", href: safeExternalHref(theme?.imprintUrl), label: texts.imprint },
  ].filter(({ href }) => href !== undefined);
  if (links.length === 0) return null;
  return (
    <p class="row small">
      {links.map(({ id, href, label }) => (
        <a id={id} href={href}>
          {label}
        </a>
      ))}
    </p>
  );
}

/** The realm's logo, or an arch with its initial and its name; a link where it leads somewhere. */
export function Brand({ frame, href }: { frame: PageFrame; href?: string | undefined }) {
  const target = safeHref(href);
  return (
    <div class="brand">
      {target ? (
        <a id="brand-link" href={target}>
          <BrandMark frame={frame} />
        </a>
      ) : (
        <BrandMark frame={frame} />
      )}
    </div>
  );
}

function BrandMark({ frame }: { frame: PageFrame }) {
  const name = plainText(frame.realmName);
  const logo = safeLogo(frame.theme?.logoUrl);
  const dark = safeLogo(frame.theme?.logoDarkUrl);
  if (logo)
    return (
      <picture>
        {dark ? <source srcset={dark} media="(prefers-color-scheme: dark)" /> : null}
        <img src={logo} alt={name} height={44} referrerpolicy="no-referrer" />
      </picture>
    );
  return (
    <>
      <span class="mark" aria-hidden="true">
        {initialOf(frame.realmName, frame.language)}
      </span>
      <span>{name}</span>
    </>
  );
}
