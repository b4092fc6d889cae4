import { consoleEn } from "./en.ts";
import { consoleFr } from "./fr.ts";

/** All wording of the console. `en.ts` is the master: the other languages are typed by it. */
export type ConsoleTexts = typeof consoleEn;

const written: Readonly<Record<string, ConsoleTexts>> = { en: consoleEn, fr: consoleFr };

/** The console's wording in the language of a frame; English where it is not written in it. */
export const consoleTexts = (language: string): ConsoleTexts => written[language] ?? consoleEn;
