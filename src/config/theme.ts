import * as z from "zod";
import { contrastRatio, type HexColor, isHexColor, readableOn } from "../lib/color.ts";
import { lowestContrast, nearestBackground } from "../lib/contrast.ts";
import { schemes, textContrast } from "./color-schemes.ts";
import { described } from "./schemas.ts";

const color = z.string().regex(/^#[0-9a-fA-F]{6}$/);
const pageUrl = z.url({ protocol: /^https$/ }).max(2048);

/** An https address, or the picture itself: then pages load nothing from anywhere. */
const picture = z
  .string()
  .max(12_000)
  .regex(/^(?:https:\/\/[^\s"'<>\\]{1,2040}|data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2})$/);

/** One line of plain text; it never becomes markup. */
const line = (maxLength: number) =>
  z
    .string()
    .check(z.trim(), z.minLength(1), z.maxLength(maxLength), z.regex(/^[^\p{Cc}\u2028\u2029]+$/u))
    .optional();
const title = line(80);
const lead = line(200);

export const fontChoices = ["system", "humanist", "rounded", "serif"] as const;
export const radiusChoices = ["none", "small", "medium", "large"] as const;
export type FontChoice = (typeof fontChoices)[number];
export type RadiusChoice = (typeof radiusChoices)[number];

export const themeSchema = z
  .strictObject({
    site_name: described(line(80), "What pages and mails call the site; the realm's name when left out."),
    accent_color: described(color.optional(), "Colour of buttons, links and the arch, as #rrggbb."),
    accent_ink: described(color.optional(), "Colour of text on the accent; black or white when left out."),
    background_color: described(color.optional(), "Colour behind the card, where the reader likes it light."),
    background_color_dark: described(color.optional(), "The same where the reader likes it dark."),
    logo_url: described(
      picture.optional(),
      "Logo: an https address, or a data: address of a small picture, which no other host has to serve.",
    ),
    logo_dark_url: described(picture.optional(), "Logo on dark pages."),
    font: described(z.enum(fontChoices).optional(), "Fonts that readers have already; nothing is loaded."),
    radius: described(z.enum(radiusChoices).optional(), "How round corners are."),
    terms_url: described(pageUrl.optional(), "Terms of service, linked below every page."),
    privacy_url: described(pageUrl.optional(), "Privacy policy, linked below every page."),
    imprint_url: described(pageUrl.optional(), "Who runs the site, linked below every page."),
  })
  .default({});

export type ThemeSettings = z.output<typeof themeSchema>;

/** What a realm may word itself. */
export const pageWords = [
  "sign_in_title",
  "sign_in_lead",
  "sign_up_title",
  "sign_up_lead",
  "home_title",
  "home_lead",
] as const;

/** Texts that a realm may word itself, by language; whatever is left out stays as it is. */
export const pageTextsSchema = z
  .record(
    z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/),
    z.strictObject({
      sign_in_title: title,
      sign_in_lead: lead,
      sign_up_title: title,
      sign_up_lead: lead,
      home_title: title,
      home_lead: lead,
    }),
  )
  .refine((texts) => Object.keys(texts).length <= 20, { message: "at most 20 languages" })
  .default({});

export type PageTexts = z.output<typeof pageTextsSchema>;

/**
 * What cannot be read well enough, by setting: how much contrast there is, and the nearest colour that has enough
 * (WCAG 2.2 §1.4.3, level AA). Empty when all of it can. An accent alone is never at fault, for pages bend it to where it stands.
 */
export function contrastFaults(theme: ThemeSettings): Record<string, string> {
  const faults: Record<string, string> = {};
  const check = (name: keyof ThemeSettings, ratio: number, nearest: HexColor) => {
    if (ratio < textContrast)
      faults[name] = `contrast is ${floored(ratio)}:1, at least ${textContrast}:1 is needed; nearest: ${nearest}`;
  };
  const { accent_color: accent, accent_ink: ink } = theme;
  if (isHexColor(accent) && isHexColor(ink))
    check("accent_ink", contrastRatio(ink, accent), readableOn(ink, [accent], textContrast));
  const backgrounds = [
    ["background_color", schemes.light],
    ["background_color_dark", schemes.dark],
  ] as const;
  for (const [name, scheme] of backgrounds) {
    const background = theme[name];
    const texts = [scheme.ink, scheme.muted];
    if (isHexColor(background))
      check(name, lowestContrast(background, texts), nearestBackground(background, texts, textContrast));
  }
  return faults;
}

// Never rounded up to what is needed.
const floored = (ratio: number): string => (Math.floor(ratio * 100) / 100).toFixed(2);
