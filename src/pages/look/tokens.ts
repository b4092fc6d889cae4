import type { Theme } from "../frame.ts";
import { type HexColor, isHexColor, mix, readableOn, textOn } from "./color.ts";

/** The accent of realms that chose none, or none we can read. */
export const defaultAccent: HexColor = "#1d5c54";

interface Scheme {
  page: HexColor;
  surface: HexColor;
  field: HexColor;
  ink: HexColor;
  muted: HexColor;
  line: HexColor;
  fieldLine: HexColor;
  danger: HexColor;
  dangerTint: HexColor;
  dangerLine: HexColor;
}

/** Text pairs of a scheme reach 4.5:1 and control borders 3:1; `test/pages/color.test.ts` holds them to it. */
export const schemes = {
  light: {
    page: "#f4f3ef",
    surface: "#ffffff",
    field: "#ffffff",
    ink: "#1a1d1f",
    muted: "#595f63",
    line: "#e2e0d9",
    fieldLine: "#8b8f91",
    danger: "#9c2121",
    dangerTint: "#fdf2f0",
    dangerLine: "#efc9c3",
  },
  dark: {
    page: "#131516",
    surface: "#1c1f21",
    field: "#151718",
    ink: "#eceeee",
    muted: "#a8aeb2",
    line: "#31363a",
    fieldLine: "#757c81",
    danger: "#ffb4a9",
    dangerTint: "#2e1f1e",
    dangerLine: "#5c3430",
  },
} as const satisfies Record<string, Scheme>;

/** The accent to use for `theme`: its own when it is a colour, else ours. */
export function accentOf(theme: Theme | undefined): HexColor {
  return isHexColor(theme?.accentColor) ? theme.accentColor : defaultAccent;
}

/** Colours made from the accent for one scheme, each readable where it is used. */
export function accentColors(accent: HexColor, scheme: Scheme) {
  const accentInk = textOn(accent);
  // A navy accent would leave no trace on a dark page, nor a yellow one on paper.
  const visible = readableOn(accent, [scheme.surface, scheme.page], 3);
  const accentTint = mix(visible, scheme.surface, 0.1);
  const backgrounds = [scheme.surface, scheme.page, accentTint];
  return {
    accent,
    accentInk,
    // Away from its text, so that hovering never costs contrast.
    accentHover: mix(textOn(accentInk), accent, 0.14),
    accentEdge: readableOn(accent, backgrounds, 3),
    accentTint,
    accentLine: mix(visible, scheme.page, 0.3),
    link: readableOn(accent, backgrounds, 4.5),
  };
}

/** Every design token as CSS custom properties, for both colour schemes. Holds nothing of `theme` but a checked colour. */
export function tokensCss(theme: Theme | undefined): string {
  const accent = accentOf(theme);
  const declare = (scheme: Scheme) =>
    Object.entries({ ...scheme, ...accentColors(accent, scheme) })
      .map(([name, color]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${color};`)
      .join("");
  return (
    `:root{color-scheme:light dark;${declare(schemes.light)}--shadow:0 1px 2px #1a1d1f0d,0 18px 40px -18px #1a1d1f2e}` +
    `@media (prefers-color-scheme:dark){:root{${declare(schemes.dark)}--shadow:0 1px 2px #0006,0 18px 40px -18px #000c}}`
  );
}
