import { controlContrast, type Scheme, schemes, textContrast } from "../../config/color-schemes.ts";
import type { FontChoice, RadiusChoice } from "../../config/theme.ts";
import { contrastRatio, type HexColor, isHexColor, mix, readableOn, textOn } from "../../lib/color.ts";
import { nearestBackground } from "../../lib/contrast.ts";
import type { Theme } from "../frame.ts";

export { schemes } from "../../config/color-schemes.ts";

/** The accent of realms that chose none, or none we can read. */
export const defaultAccent: HexColor = "#1d5c54";

/** The accent to use for `theme`: its own when it is a colour, else ours. */
export function accentOf(theme: Theme | undefined): HexColor {
  return isHexColor(theme?.accentColor) ? theme.accentColor : defaultAccent;
}

/** Text on the accent: the realm's own where it can be read there, else black or white. */
function accentInkOf(theme: Theme | undefined, accent: HexColor): HexColor {
  const own = theme?.accentInk;
  return isHexColor(own) && contrastRatio(own, accent) >= textContrast ? own : textOn(accent);
}

/** Colours made from the accent for one scheme, each readable where it is used. */
export function accentColors(accent: HexColor, scheme: Scheme, accentInk: HexColor = textOn(accent)) {
  // A navy accent would leave no trace on a dark page, nor a yellow one on paper.
  const visible = readableOn(accent, [scheme.surface, scheme.page], controlContrast);
  const accentTint = mix(visible, scheme.surface, 0.1);
  const backgrounds = [scheme.surface, scheme.page, accentTint];
  return {
    accent,
    accentInk,
    // Away from its text, so that hovering never costs contrast.
    accentHover: mix(textOn(accentInk), accent, 0.14),
    accentEdge: readableOn(accent, backgrounds, controlContrast),
    accentTint,
    accentLine: mix(visible, scheme.page, 0.3),
    link: readableOn(accent, backgrounds, textContrast),
  };
}

/** A scheme on the realm's own background, moved as far as its text needs it. */
function schemeOf(scheme: Scheme, background: string | undefined): Scheme {
  if (!isHexColor(background)) return scheme;
  return { ...scheme, page: nearestBackground(background, [scheme.ink, scheme.muted], textContrast) };
}

/** Both schemes as a realm has them. */
export const schemesOf = (theme: Theme | undefined): { light: Scheme; dark: Scheme } => ({
  light: schemeOf(schemes.light, theme?.backgroundColor),
  dark: schemeOf(schemes.dark, theme?.backgroundColorDark),
});

// After the first, fonts that have Bengali and Devanagari on systems whose own face has not.
const indic = '"Nirmala UI", "Kohinoor Bangla", "Kohinoor Devanagari", "Noto Sans Bengali", "Noto Sans Devanagari"';

const fonts: Readonly<Record<FontChoice, string>> = {
  system: `system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, ${indic}, sans-serif`,
  humanist: `Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, ${indic}, sans-serif`,
  rounded: `ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, "Arial Rounded MT Bold", ${indic}, sans-serif`,
  serif: `Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", Georgia, "Noto Serif Bengali", "Noto Serif Devanagari", ${indic}, serif`,
};

const radii: Readonly<Record<RadiusChoice, { control: string; card: string }>> = {
  none: { control: "0", card: "0" },
  small: { control: ".25rem", card: ".5rem" },
  medium: { control: ".625rem", card: "1.125rem" },
  large: { control: "1.25rem", card: "2rem" },
};

/** Every design token as CSS custom properties, for both colour schemes. Holds nothing of `theme` but checked colours and our own names. */
export function tokensCss(theme: Theme | undefined): string {
  const { shape, light, dark } = declarations(theme);
  return `:root{color-scheme:light dark;${shape}${light}}@media (prefers-color-scheme:dark){:root{${dark}}}`;
}

/** The same for a part of a page that shows a realm's look, whatever the reader's own scheme: `data-scheme` says which. */
export function sampleTokensCss(theme: Theme, selector: string): string {
  const { shape, light, dark } = declarations(theme);
  return (
    `${selector}{${shape}}${selector}[data-scheme=light]{color-scheme:light;${light}}` +
    `${selector}[data-scheme=dark]{color-scheme:dark;${dark}}`
  );
}

function declarations(theme: Theme | undefined): { shape: string; light: string; dark: string } {
  const accent = accentOf(theme);
  const ink = accentInkOf(theme, accent);
  const { light, dark } = schemesOf(theme);
  const declare = (scheme: Scheme) =>
    Object.entries({ ...scheme, ...accentColors(accent, scheme, ink) })
      .map(([name, color]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${color};`)
      .join("");
  const { control, card } = radii[theme?.radius ?? "medium"];
  return {
    shape: `--font:${fonts[theme?.font ?? "system"].replaceAll(", ", ",")};--radius:${control};--card-radius:${card};`,
    light: `${declare(light)}--shadow:0 1px 2px #1a1d1f0d,0 18px 40px -18px #1a1d1f2e`,
    dark: `${declare(dark)}--shadow:0 1px 2px #0006,0 18px 40px -18px #000c`,
  };
}
