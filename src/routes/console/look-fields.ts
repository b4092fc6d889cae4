// The fields of a realm's look and of its own words, with the names that the operators' API gives them.
import { schemes } from "../../config/color-schemes.ts";
import { fontChoices, type PageTexts, pageWords, radiusChoices, type ThemeSettings } from "../../config/theme.ts";
import type { Field } from "../../pages/console/field.tsx";
import type { LookPageProps } from "../../pages/console/look-page.tsx";
import { defaultAccent } from "../../pages/look/tokens.ts";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { offeredLanguages, type Texts, textsFor } from "../../pages/texts/index.ts";

interface ThemeOptions {
  readonly theme: ThemeSettings;
  readonly realmName: string;
  readonly texts: ConsoleTexts;
  /** What the links below every page are called there. */
  readonly pages: Texts;
}

/** A field for each member of `settings.theme`, and what holds where it is left empty. */
export function themeFields({ theme, realmName, texts, pages }: ThemeOptions): LookPageProps["groups"] {
  const { look, form } = texts;
  const field = (kind: Field["kind"], name: keyof ThemeSettings, label: string, more: Partial<Field>): Field => ({
    name: `theme.${name}`,
    kind,
    label,
    value: theme[name] ?? "",
    ...more,
  });
  const color = (name: keyof typeof look.fields, standard: string, hint?: string): Field =>
    field("color", name, look.fields[name], { standard, hint });
  const link = (name: keyof ThemeSettings, label: string): Field =>
    field("text", name, label, { standard: look.noLink });
  return [
    {
      group: "brand",
      fields: [
        field("text", "site_name", look.fields.site_name, { standard: look.asRealm(realmName) }),
        field("picture", "logo_url", look.fields.logo_url, { standard: look.noLogo, hint: look.logoHint }),
        field("picture", "logo_dark_url", look.fields.logo_dark_url, { standard: look.sameLogo }),
      ],
    },
    {
      group: "colors",
      fields: [
        color("accent_color", defaultAccent, look.accentHint),
        color("accent_ink", look.blackOrWhite),
        color("background_color", schemes.light.page),
        color("background_color_dark", schemes.dark.page),
      ],
    },
    {
      group: "shape",
      fields: [
        field("select", "font", look.fields.font, {
          choices: choicesOf(fontChoices, look.fonts, form.standard(look.fonts.system)),
        }),
        field("select", "radius", look.fields.radius, {
          choices: choicesOf(radiusChoices, look.radii, form.standard(look.radii.medium)),
        }),
      ],
    },
    {
      group: "links",
      fields: [
        link("terms_url", pages.consent.terms),
        link("privacy_url", pages.consent.policy),
        link("imprint_url", pages.imprint),
      ],
    },
  ];
}

const choicesOf = <Name extends string>(
  names: readonly Name[],
  labels: Readonly<Record<Name, string>>,
  empty: string,
) => [{ value: "", label: empty }, ...names.map((value) => ({ value, label: labels[value] }))];

interface WordOptions {
  readonly pageTexts: PageTexts;
  readonly siteName: string;
  /** Of the realm; empty offers all that are written. */
  readonly languages: readonly string[];
  readonly texts: ConsoleTexts;
}

/** A field for each text of `settings.page_texts`, in each language that the realm's pages are offered in. */
export const wordFields = ({ pageTexts, siteName, languages, texts }: WordOptions): LookPageProps["words"] =>
  offeredLanguages(languages).map(({ tag, name }) => {
    const ours = ownTexts(textsFor(tag, undefined, []), siteName);
    const fields = pageWords.map(
      (word): Field => ({
        name: `page_texts.${tag}.${word}`,
        kind: "text",
        label: texts.look.words[word],
        value: pageTexts[tag]?.[word] ?? "",
        standard: ours[word],
      }),
    );
    return { tag, name, fields };
  });

const ownTexts = ({ signIn, signUp, home }: Texts, siteName: string): Record<(typeof pageWords)[number], string> => ({
  sign_in_title: signIn.title,
  sign_in_lead: signIn.lead(siteName),
  sign_up_title: signUp.title,
  sign_up_lead: signUp.lead(siteName),
  home_title: home.signedOutTitle(siteName),
  home_lead: home.signedOutLead,
});
