import type { shellEn } from "./shell-en.ts";

export const shellEs: typeof shellEn = {
  skip: "Saltar al contenido",
};
