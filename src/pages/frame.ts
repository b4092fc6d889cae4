import type { Direction, Texts } from "./texts/index.ts";

/** A realm's look. Anything that is no `#rrggbb`, or no https address, is ignored. */
export interface Theme {
  accentColor?: string | undefined;
  logoUrl?: string | undefined;
}

/** What every hosted page is given besides its own props. `nonce` is the one in the response's content security policy. */
export interface PageFrame {
  realmName: string;
  /** BCP 47 tag of `texts`. */
  language: string;
  direction: Direction;
  texts: Texts;
  nonce: string;
  theme?: Theme | undefined;
}
