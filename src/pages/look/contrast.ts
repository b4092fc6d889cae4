import { controlContrast, type Scheme, schemes, textContrast } from "../../config/color-schemes.ts";
import { contrastRatio, type HexColor, isHexColor, readableOn, textOn } from "../../lib/color.ts";
import { lowestContrast, nearestBackground } from "../../lib/contrast.ts";
import type { Theme } from "../frame.ts";
import { accentColors, accentOf, schemesOf } from "./tokens.ts";

export type SchemeName = "light" | "dark";
export type PairName = "background" | "button" | "link" | "edge";
/** The settings that a realm can get wrong. An accent alone is not among them: pages bend it to where it stands. */
export type RefusedColor = "accent_ink" | "background_color" | "background_color_dark";

/** Two colours that meet on the pages of a realm, and how well they are told apart. */
export interface ContrastPair {
  readonly name: PairName;
  readonly scheme: SchemeName;
  readonly text: HexColor;
  readonly ground: HexColor;
  /** 1 to 21 (WCAG 2.2, "contrast ratio"); of several grounds the one where it is lowest. */
  readonly ratio: number;
  readonly neededRatio: number;
  /** What would be refused if it were saved, and the nearest colour that would not. */
  readonly fault: { readonly setting: RefusedColor; readonly nearest: HexColor } | null;
  /** `text` is the accent, moved as far as it has to be to be seen here. */
  readonly isBent: boolean;
}

/** Every pair that a realm has a say in, in both schemes. */
export const contrastPairs = (theme: Theme): ContrastPair[] => [...pairsOf(theme, "light"), ...pairsOf(theme, "dark")];

function pairsOf(theme: Theme, name: SchemeName): ContrastPair[] {
  const scheme = schemesOf(theme)[name];
  const accent = accentOf(theme);
  const { link, accentEdge, accentTint } = accentColors(accent, scheme);
  const grounds = [scheme.surface, scheme.page, accentTint];
  return [
    backgroundPair(theme, name),
    buttonPair(theme, name, accent),
    accentPair({ name: "link", scheme: name, text: link, neededRatio: textContrast }, grounds, accent),
    accentPair({ name: "edge", scheme: name, text: accentEdge, neededRatio: controlContrast }, grounds, accent),
  ];
}

function backgroundPair(theme: Theme, scheme: SchemeName): ContrastPair {
  const setting = scheme === "light" ? "background_color" : "background_color_dark";
  const wished = scheme === "light" ? theme.backgroundColor : theme.backgroundColorDark;
  const { ink, muted, page }: Scheme = schemes[scheme];
  const ground = isHexColor(wished) ? wished : page;
  const text = [muted, ink].toSorted((one, other) => contrastRatio(one, ground) - contrastRatio(other, ground))[0];
  const ratio = lowestContrast(ground, [ink, muted]);
  const nearest = nearestBackground(ground, [ink, muted], textContrast);
  const fault = ratio < textContrast ? ({ setting, nearest } as const) : null;
  return {
    name: "background",
    scheme,
    text: text ?? ink,
    ground,
    ratio,
    neededRatio: textContrast,
    fault,
    isBent: false,
  };
}

function buttonPair({ accentInk }: Theme, scheme: SchemeName, ground: HexColor): ContrastPair {
  const text = isHexColor(accentInk) ? accentInk : textOn(ground);
  const ratio = contrastRatio(text, ground);
  const nearest = readableOn(text, [ground], textContrast);
  const fault = ratio < textContrast ? ({ setting: "accent_ink", nearest } as const) : null;
  return { name: "button", scheme, text, ground, ratio, neededRatio: textContrast, fault, isBent: false };
}

function accentPair(
  pair: Pick<ContrastPair, "name" | "scheme" | "text" | "neededRatio">,
  grounds: readonly HexColor[],
  accent: HexColor,
): ContrastPair {
  const { text } = pair;
  const [ground = text] = grounds.toSorted((one, other) => contrastRatio(text, one) - contrastRatio(text, other));
  const isBent = text.toLowerCase() !== accent.toLowerCase();
  return { ...pair, ground, ratio: contrastRatio(text, ground), fault: null, isBent };
}
