import type { shellEn } from "./shell-en.ts";

export const shellFr: typeof shellEn = {
  skip: "Aller au contenu",
};
