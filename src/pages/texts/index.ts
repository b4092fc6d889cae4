import { bn } from "./bn.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { hi } from "./hi.ts";
import { type WrittenLanguage, writtenLanguages } from "./languages.ts";
import { lookup, parseAcceptLanguage } from "./lookup.ts";

export type { Direction, Texts } from "./en.ts";

/** To add a language: write its file beside `en.ts` and name it here and in languages.ts. */
const written: Readonly<Record<string, Texts>> = { en, fr, bn, hi, es } satisfies Record<WrittenLanguage, Texts>;

/** The languages a realm's pages can be read in, by tag and own name. */
export function offeredLanguages(realmLanguages: readonly string[]): { tag: string; name: string }[] {
  const offered = realmLanguages.map((language) => lookup([language], writtenLanguages)).filter(isTag);
  const tags = offered.length > 0 ? [...new Set(offered)] : writtenLanguages;
  return tags.map((tag) => ({ tag, name: new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag }));
}

/**
 * The wording for one reader. `uiLocales` (space-separated, OpenID Connect Core §3.1.2.1) counts before the browser's
 * `Accept-Language`; both are matched by lookup (RFC 4647 §3.4).
 * @param realmLanguages the realm's languages, its own first; empty allows every language the pages are written in.
 * @returns the realm's first language when nothing fits, and English when the realm has none that is written.
 */
export function textsFor(
  uiLocales: string | undefined,
  acceptLanguage: string | undefined,
  realmLanguages: readonly string[],
): Texts {
  const offered = realmLanguages.map((language) => lookup([language], writtenLanguages)).filter(isTag);
  const available = realmLanguages.length > 0 ? offered : writtenLanguages;
  const asked = uiLocales?.split(/\s+/) ?? [];
  const accepted = acceptLanguage === undefined ? [] : parseAcceptLanguage(acceptLanguage);
  const tag = lookup(asked, available) ?? lookup(accepted, available) ?? offered[0];
  return (tag !== undefined && written[tag]) || en;
}

const isTag = (tag: string | undefined): tag is string => tag !== undefined;
