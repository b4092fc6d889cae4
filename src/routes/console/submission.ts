// What most forms of the console do: they ask the API for one thing, of the version that was shown, and lead on to a page.
import * as z from "zod";
import type { Parameters } from "../../lib/parameters.ts";
import { callAdmin } from "./admin-call.ts";
import { textsOf } from "./texts-of.ts";
import { type DoneName, misfilled, type Outcome, type Refusal, refused, type Visit } from "./visit.ts";

/** Method, path below `/admin/v1`, and the body's JSON. */
type Asked = readonly ["POST" | "PUT" | "PATCH" | "DELETE", string, unknown?];

/** Asks for what a form wants; nothing of the API's answer does. */
export async function submit(
  visit: Visit,
  form: Parameters,
  [method, path, body]: Asked,
  onwards: { readonly to: string; readonly done: DoneName },
): Promise<Outcome> {
  const answer = await callAdmin(visit.c, method, path, z.unknown(), { body, version: form.get("version") });
  return answer.ok ? onwards : refused(form, answer.problem);
}

/** Deletes what the API has at `path` for good, once its word is typed. */
export async function deleteConfirmed(
  visit: Visit,
  form: Parameters,
  { word, path, to }: { readonly word: string; readonly path: string; readonly to: string },
): Promise<Outcome> {
  return mistyped(visit, form, word) ?? submit(visit, form, ["DELETE", path], { to, done: "removed" });
}

/** The way back when the word that confirms is another; null when it is right. */
export const mistyped = ({ c }: Visit, form: Parameters, word: string): Outcome | null =>
  form.get("confirmation") === word ? null : misfilled(form, { confirmation: textsOf(c).form.typedWrong });

/** What a page says beside the word that was to be typed before it is deleted. */
export const wordProblem = (refusal: Refusal | null): string | undefined =>
  refusal?.does === "delete" ? refusal.errors.confirmation : undefined;
