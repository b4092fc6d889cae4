import type { FontChoice, RadiusChoice } from "../config/theme.ts";
import type { Direction, Texts } from "./texts/index.ts";

/** A realm's look. Anything that is no `#rrggbb`, or no address of a picture, is ignored. */
export interface Theme {
  accentColor?: string | undefined;
  /** Of text on the accent. */
  accentInk?: string | undefined;
  backgroundColor?: string | undefined;
  backgroundColorDark?: string | undefined;
  logoUrl?: string | undefined;
  logoDarkUrl?: string | undefined;
  font?: FontChoice | undefined;
  radius?: RadiusChoice | undefined;
  termsUrl?: string | undefined;
  privacyUrl?: string | undefined;
  imprintUrl?: string | undefined;
}

/** Where a choice of language is sent. */
export const languagePath = "/language";

/** Languages to choose from, and the page to come back to. */
export interface LanguageChoice {
  offered: readonly { tag: string; name: string }[];
  /** Where the choice is sent. */
  action: string;
  /** A path of this host. */
  returnTo: string;
}

/** What every hosted page is given besides its own props. `nonce` is the one in the response's content security policy. */
export interface PageFrame {
  realmName: string;
  /** BCP 47 tag of `texts`. */
  language: string;
  direction: Direction;
  texts: Texts;
  nonce: string;
  /** The choice below the page; left out where a page cannot be read again. */
  languages?: LanguageChoice | undefined;
  theme?: Theme | undefined;
}
