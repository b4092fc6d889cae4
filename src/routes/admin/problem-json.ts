import * as z from "zod";

/** Every refusal of this surface, as application/problem+json (RFC 9457). */
export const problemSchema = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  code: z.string().describe("To match on; also in the header `x-error-code`."),
  request_id: z.string().describe("To quote; also in the header `x-request-id`."),
  errors: z.record(z.string(), z.string()).optional().describe("What is wrong, by field."),
});
