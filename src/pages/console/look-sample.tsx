import type { Theme } from "../frame.ts";
import type { SchemeName } from "../look/contrast.ts";
import { compactCss } from "../look/styles.ts";
import { sampleTokensCss } from "../look/tokens.ts";
import type { ConsoleTexts } from "../texts/console/index.ts";
import type { Texts } from "../texts/index.ts";
import { safeExternalHref, safeLogo } from "../untrusted/links.ts";
import { initialOf, plainText } from "../untrusted/plain-text.ts";

interface LookSampleProps {
  theme: Theme;
  siteName: string;
  /** With the realm's own words in them. */
  words: Texts;
  texts: ConsoleTexts;
}

/** A sign-in page in small, in both schemes beside each other. Nothing in it can be reached or pressed. */
export function LookSample(props: LookSampleProps) {
  const { light, dark } = props.texts.look;
  return (
    <div class="samples">
      <figure class="tight">
        <figcaption class="small quiet">{light}</figcaption>
        <Scene {...props} scheme="light" />
      </figure>
      <figure class="tight">
        <figcaption class="small quiet">{dark}</figcaption>
        <Scene {...props} scheme="dark" />
      </figure>
    </div>
  );
}

function Scene({ theme, siteName, words, scheme }: LookSampleProps & { scheme: SchemeName }) {
  const { signIn, consent, imprint } = words;
  const links = [
    [theme.termsUrl, consent.terms],
    [theme.privacyUrl, consent.policy],
    [theme.imprintUrl, imprint],
  ].filter(([href]) => safeExternalHref(href) !== undefined);
  return (
    <div class="scene" data-scheme={scheme} lang={words.language} dir={words.direction} inert>
      <div class="brand">
        <SampleBrand theme={theme} siteName={siteName} scheme={scheme} language={words.language} />
      </div>
      <div class="leaf">
        <p class="title">{plainText(signIn.title)}</p>
        <p class="quiet">{plainText(signIn.lead(plainText(siteName)), 200)}</p>
        <p class="label">{signIn.identifier}</p>
        <p class="box">anna@site.com</p>
        <p class="button primary">{signIn.submit}</p>
        <p class="button">{signIn.passkey}</p>
      </div>
      <p class="quiet">
        {signIn.noAccount} <span class="link">{signIn.signUp}</span>
      </p>
      {links.length === 0 ? null : (
        <p class="row small quiet">
          {links.map(([, label]) => (
            <u>{label}</u>
          ))}
        </p>
      )}
    </div>
  );
}

interface SampleBrandProps {
  theme: Theme;
  siteName: string;
  scheme: SchemeName;
  language: string;
}

function SampleBrand({ theme, siteName, scheme, language }: SampleBrandProps) {
  const name = plainText(siteName);
  const logo = safeLogo(theme.logoUrl);
  const shown = scheme === "dark" && logo !== undefined ? (safeLogo(theme.logoDarkUrl) ?? logo) : logo;
  if (shown !== undefined) return <img src={shown} alt={name} height={44} referrerpolicy="no-referrer" />;
  return (
    <>
      <span class="mark">{initialOf(siteName, language)}</span>
      <span>{name}</span>
    </>
  );
}

/** Of the sample: the tokens as `theme` has them, and what makes a page small. Logical properties only. */
export const lookSampleStyles = (theme: Theme): string => sampleTokensCss(theme, ".scene") + sceneStyles;

const sceneStyles = compactCss(`
.samples { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.samples figure.tight { display: grid; justify-items: stretch; text-align: start; }
.scene { display: grid; gap: 1rem; justify-items: center; padding: 1.25rem .75rem; border: 1px solid var(--line); border-radius: .875rem; background: linear-gradient(var(--accent-tint), transparent 16rem) var(--page); color: var(--ink); font: .875rem/1.5 var(--font); text-align: center; }
.scene .brand { flex-direction: column; gap: .5rem; }
.leaf { display: grid; gap: .625rem; inline-size: 100%; max-inline-size: 20rem; padding: 1.25rem 1rem; border: 1px solid var(--line); border-radius: var(--card-radius); background: var(--surface); box-shadow: var(--shadow); text-align: start; }
.leaf .title { font-size: 1.25rem; line-height: 1.3; font-weight: 680; text-align: center; }
.leaf .title + .quiet { text-align: center; }
.leaf .label { font-weight: 560; margin-block-end: -.375rem; }
.box { padding: .5rem .75rem; border: 1px solid var(--field-line); border-radius: var(--radius); background: var(--field); }
.leaf .button { min-block-size: 2.5rem; font-size: .875rem; cursor: default; }
.scene .link { color: var(--link); font-weight: 620; text-decoration: underline; text-underline-offset: .2em; }
@media (min-width: 36rem) { .samples { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
`);
