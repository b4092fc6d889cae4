/** /admin/v1/realms/:realm/users/:user/merge: one account of two, for a person who has both. */
import * as z from "zod";
import { mergeUsersAs } from "../../domain/admin/change-user.ts";
import type { Operator } from "../../domain/admin/operator.ts";
import { parseUserId } from "../../domain/users/user-id.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { requireMatch, sendVersion } from "./entity-tag.ts";
import { userJson, userSchema } from "./user-json.ts";
import { userOfPath } from "./user-of-path.ts";

export const mergeBodySchema = z.strictObject({
  into: z
    .union([z.int().positive(), z.string().max(20)])
    .describe("Who stays: the id of another user of the realm, as a number or as `qp_<id>`."),
});

export const mergeAnswerSchema = z.object({
  user: userSchema.describe("Who is left."),
  moved: z.object({
    linked_accounts: z.int().describe("Accounts elsewhere that lead to this user from now on."),
    fields: z.array(z.string()).describe("What the user has taken over from the other one."),
  }),
});

export async function postMerge(c: AppContext, operator: Operator): Promise<Response> {
  const gone = await userOfPath(c);
  const { into } = validate(mergeBodySchema, await readJson(c));
  requireMatch(c, gone);
  const { user, links, fields } = await mergeUsersAs(operator, c.get("realm"), gone, parseUserId(String(into)));
  c.set("auditDetails", { into: String(user.id), linked_accounts: links, fields: [...fields] });
  if (links > 0) await notifyOwner(c, user.id, "account-linked");
  sendVersion(c, user);
  return c.json({ user: userJson(user), moved: { linked_accounts: links, fields } });
}
