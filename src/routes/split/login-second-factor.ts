/** POST /api/auth/login/second-factor: the other half of a sign-in that stopped halfway, which the cookie `tfa-auth` names (contract §0, §4). */
import * as z from "zod";
import { admit } from "../../domain/second-factor/asker.ts";
import { proveTyped } from "../../domain/second-factor/prove.ts";
import { openDirectGrant } from "../../domain/tokens/direct-grant.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { findHalfSignIn, forgetHalfSignIn } from "../../http/half-sign-in.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { sendTokens } from "./answer.ts";
import { clientFields, readAsked } from "./client.ts";
import { deviceOf } from "./device.ts";

export const loginSecondFactorSchema = z.object({
  token: z.string().max(20).nullish().describe("Six digits of the authenticator app."),
  recoveryCode: z.string().max(60).nullish().describe("One of the recovery codes, in place of `token`."),
  ...clientFields,
});

export async function loginSecondFactor(c: AppContext): Promise<Response> {
  const body = validate(loginSecondFactorSchema, await readJson(c));
  const context = c.get("realm");
  await limitPerAddress(c, "second-factor", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const { client, scopes } = await readAsked(c, body);
  const half = await findHalfSignIn(c);
  if (half === null) throw new Problem("session-missing", { detail: "Sign in first: there is nothing to finish." });
  const proof = await proveTyped(context, half.userId, body);
  const signedIn = await admit(context, { kind: "half", half }, proof, deviceOf(c, client));
  if (proof.kind === "recovery-code") await notifyOwner(c, half.userId, "recovery-code-used");
  forgetHalfSignIn(c);
  return sendTokens(c, await openDirectGrant(context, client, signedIn, scopes));
}
