import type * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { problemSchema } from "./problem-json.ts";

/** What the documents of this surface say of one endpoint each; the rest they have in common. */
export type Subject = Pick<EndpointDocument, "tag" | "summary" | "description" | "query" | "body" | "responses">;

export const problem = (description: string) => ({ description, schema: problemSchema });
export const refusals = {
  401: problem("No token, or one that is not valid here."),
  403: problem("This account may not do that."),
  404: problem("There is no such thing, or it belongs to another realm."),
  429: problem("Too many wrong tokens: `rate-limited`, with Retry-After."),
};
export const invalid = { 422: problem("A field is missing or not valid; `errors` names it.") };
export const badPage = { 400: problem("`limit` or `cursor` is not valid.") };
export const outdated = { 412: problem("`version-outdated`: it changed since, or If-Match names another version.") };
export const none = { 204: { description: "Done." } };
export const json = (schema: z.ZodType) => ({ schema, type: "json" }) as const;

export const ifMatch =
  "Answers carry the version as ETag; sent back as If-Match, it guards against a change in between.";
