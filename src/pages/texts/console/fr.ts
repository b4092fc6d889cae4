import { consoleEn } from "./en.ts";

export const consoleFr: typeof consoleEn = consoleEn;
