import { contrastRatio, type HexColor, mix, textOn } from "./color.ts";

/**
 * `background`, moved no further than needed away from `texts` until each of them has contrast `ratio` on it.
 * Texts must lie on one side (all dark or all light).
 */
export function nearestBackground(background: HexColor, texts: readonly HexColor[], ratio: number): HexColor {
  const pole = textOn(texts[0] ?? "#000000");
  for (let percent = 0; percent < 100; percent += 2) {
    const candidate = mix(pole, background, percent / 100);
    if (lowestContrast(candidate, texts) >= ratio) return candidate;
  }
  return pole;
}

/** The contrast of the text that is hardest to read on `background`. */
export const lowestContrast = (background: HexColor, texts: readonly HexColor[]): number =>
  Math.min(...texts.map((text) => contrastRatio(text, background)));
