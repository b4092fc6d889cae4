// Two accounts of one person become one: who would stay is looked up first, and shown before anything is confirmed.
import type { Parameters } from "../../lib/parameters.ts";
import type { MergeState } from "../../pages/console/merge-panel.tsx";
import { userSchema } from "../admin/user-json.ts";
import { mergeAnswerSchema } from "../admin/user-merge.ts";
import { callAdmin, segment } from "./admin-call.ts";
import { mistyped } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { labelOfUser, type UserView, usersApiPath, usersPath } from "./users.tsx";
import { type Outcome, type Refusal, refused, type Visit } from "./visit.ts";

type Found = { readonly user: UserView } | { readonly fault: string };

/** `typed` is an id in either form, as the API takes it. */
async function findSurvivor(visit: Visit, goneId: number, typed: string): Promise<Found> {
  const texts = textsOf(visit.c).users.one;
  if (!/^(?:qp_)?[1-9][0-9]{0,15}$/.test(typed)) return { fault: texts.mergeUnknown };
  const answer = await callAdmin(visit.c, "GET", `${usersApiPath(visit)}/${segment(typed)}`, userSchema);
  if (!answer.ok) return { fault: texts.mergeUnknown };
  if (answer.value.id === goneId) return { fault: texts.mergeSelf };
  return answer.value.disabled || answer.value.guest ? { fault: texts.mergeClosed } : { user: answer.value };
}

/** What the panel shows: empty at first, and after either of its forms who was found, or why nobody. */
export async function mergeState(visit: Visit, gone: UserView, typed: Refusal | null): Promise<MergeState> {
  if (typed === null || (typed.does !== "find-survivor" && typed.does !== "merge")) return { into: "", survivor: null };
  const into = (typed.typed.get("into") ?? "").trim();
  const found = await findSurvivor(visit, gone.id, into);
  if ("fault" in found) return { into, intoProblem: found.fault, survivor: null };
  const { id, email, roles } = found.user;
  const wordProblem = typed.errors.confirmation;
  return { into, survivor: { id, label: labelOfUser(found.user), email, roles }, wordProblem };
}

/** The form as it was sent, for a page that shows it once more without a fault of its own. */
export const asTyped = (does: string, typed: Parameters): Refusal => ({ does, typed, errors: {}, problem: null });

/** `word`: what names the account that goes. */
export async function mergeConfirmed(visit: Visit, form: Parameters, apiPath: string, word: string): Promise<Outcome> {
  const wrong = mistyped(visit, form, word);
  if (wrong !== null) return wrong;
  const [into, version] = [form.get("into") ?? "", form.get("version")];
  const answer = await callAdmin(visit.c, "POST", `${apiPath}/merge`, mergeAnswerSchema, { body: { into }, version });
  if (!answer.ok) return refused(form, answer.problem);
  return { to: `${usersPath(visit)}/${answer.value.user.id}`, done: "merged" };
}
