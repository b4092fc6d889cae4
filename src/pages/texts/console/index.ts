import type { WrittenLanguage } from "../languages.ts";
import { consoleBn } from "./bn.ts";
import { consoleEn } from "./en.ts";
import { consoleEs } from "./es.ts";
import { consoleFr } from "./fr.ts";
import { consoleHi } from "./hi.ts";

/** All wording of the console. `en.ts` is the master: the other languages are typed by it. */
export type ConsoleTexts = typeof consoleEn;

const written: Readonly<Record<string, ConsoleTexts>> = {
  en: consoleEn,
  fr: consoleFr,
  bn: consoleBn,
  hi: consoleHi,
  es: consoleEs,
} satisfies Record<WrittenLanguage, ConsoleTexts>;

/** The console's wording in the language of a frame. */
export const consoleTexts = (language: string): ConsoleTexts => written[language] ?? consoleEn;
