import { nameSchema } from "../session/profile-fields.ts";

/** A name that is there: of a realm or a client. */
export const labelSchema = nameSchema.refine((name) => name.trim() !== "", "must not be empty");
