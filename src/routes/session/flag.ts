import * as z from "zod";

/** Yes or no. A form can only say it in letters. */
export const flagSchema = z.union([z.boolean(), z.enum(["true", "false"])]);

export const isYes = (flag: z.output<typeof flagSchema> | null | undefined): boolean =>
  flag === true || flag === "true";
