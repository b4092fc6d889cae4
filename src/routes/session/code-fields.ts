import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { type Address, findTypedAddress, parseAddress } from "../../domain/mail/address.ts";

export const emailSchema = z.string().max(320);
export const phoneSchema = z.string().max(40);

/** Where a code is to go, or went. */
export const addressFields = {
  email: emailSchema.nullish(),
  "phone-number": phoneSchema.nullish().describe("With its country code: `+4915112345678`."),
  "login-phone-number": phoneSchema.nullish().describe("The same as `phone-number`."),
};

/** Six digits. Forms with a number field send a number. */
export const codeSchema = z.union([z.string().max(32), z.int().min(0).max(999_999)]).describe("The six digits.");

export const messageAnswerSchema = z.object({ message: z.string() });

interface AddressFields {
  readonly email?: string | null | undefined;
  readonly "phone-number"?: string | null | undefined;
  readonly "login-phone-number"?: string | null | undefined;
}

const typed = (fields: AddressFields) => ({
  email: fields.email,
  phoneNumber: fields["phone-number"] || fields["login-phone-number"],
});

/** Throws Problem when none was sent. */
export const addressIn = (fields: AddressFields): Address => parseAddress(typed(fields));

/** Null when none was sent. */
export const findAddressIn = (fields: AddressFields): Address | null => findTypedAddress(typed(fields));

export const codeText = (code: z.output<typeof codeSchema>): string =>
  typeof code === "number" ? String(code).padStart(limits.oneTimeCodeDigits, "0") : code;
