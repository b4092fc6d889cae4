/** /admin/v1/realms/:realm/users/:user/tfa/reset: the way back in for a user who has lost every second factor. */
import * as z from "zod";
import { type Operator, requireRankOver } from "../../domain/admin/operator.ts";
import { resetSecondFactors } from "../../domain/second-factor/change-factors.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { userOfPath } from "./user-of-path.ts";

export const factorResetSchema = z.object({ ended: z.int().describe("Sessions that have ended by this.") });

/** Not one's own: who holds a session of an administrator must not get rid of the factor that guards the account. */
export async function postFactorReset(c: AppContext, operator: Operator): Promise<Response> {
  const user = await userOfPath(c);
  requireRankOver(operator, user);
  if (operator.kind !== "deployment" && operator.userId === user.id) throw new Problem("own-factors-spared");
  const ended = await resetSecondFactors(c.get("realm"), user.id);
  await notifyOwner(c, user.id, "tfa-reset");
  return c.json({ ended });
}
