/** Tags of the languages the pages are written in; their words are in index.ts. */
export const writtenLanguages = ["en", "fr", "bn", "hi", "es"] as const;

export type WrittenLanguage = (typeof writtenLanguages)[number];
