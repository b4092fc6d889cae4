import type { HexColor } from "../lib/color.ts";

export interface Scheme {
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

/** Text below 24 pixels, and the borders of controls (WCAG 2.2 §1.4.3, §1.4.11). */
export const textContrast = 4.5;
export const controlContrast = 3;
