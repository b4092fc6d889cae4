import type { shellEn } from "./shell-en.ts";

export const shellHi: typeof shellEn = {
  skip: "सीधे सामग्री पर जाएँ",
};
