import type { shellEn } from "./shell-en.ts";

export const shellBn: typeof shellEn = {
  skip: "সরাসরি মূল অংশে যান",
};
