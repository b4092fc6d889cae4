/** A colour in the only spelling themes may use: `#rrggbb`. */
export type HexColor = `#${string}`;

type Channels = readonly [red: number, green: number, blue: number];

export const black: HexColor = "#000000";
export const white: HexColor = "#ffffff";

export function isHexColor(value: string | undefined): value is HexColor {
  return value !== undefined && /^#[0-9a-f]{6}$/i.test(value);
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastRatio(one: HexColor, other: HexColor): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** Black or white, whichever reads better on `background`. The better of the two always reaches 4.5:1. */
export function textOn(background: HexColor): HexColor {
  return contrastRatio(white, background) >= contrastRatio(black, background) ? white : black;
}

/** `share` (0 to 1) of `color`, the rest `base`. */
export function mix(color: HexColor, base: HexColor, share: number): HexColor {
  const from = channels(base);
  const to = channels(color);
  const blend = from.map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * share));
  return `#${blend.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * `color`, moved no further than needed towards black or white until it has contrast `ratio` on every one of
 * `backgrounds`. Backgrounds must lie on one side (all light or all dark), else black or white is all there is.
 */
export function readableOn(color: HexColor, backgrounds: readonly HexColor[], ratio: number): HexColor {
  const pole = textOn(backgrounds[0] ?? white);
  for (let percent = 0; percent < 100; percent += 4) {
    const candidate = mix(pole, color, percent / 100);
    if (backgrounds.every((background) => contrastRatio(candidate, background) >= ratio)) return candidate;
  }
  return pole;
}

function channels(color: HexColor): Channels {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}

function luminance(color: HexColor): number {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
