/** /api/auth/v1/tfa: an authenticator app as second factor, and the recovery codes that come with it (contract §2). */
import * as z from "zod";
import { admit, userIdOf } from "../../domain/second-factor/asker.ts";
import { disableSecondFactor, renewRecoveryCodes } from "../../domain/second-factor/change-factors.ts";
import { proveTyped, type TypedFactor } from "../../domain/second-factor/prove.ts";
import { beginTotpSetUp, confirmTotpSetUp } from "../../domain/second-factor/set-up-totp.ts";
import { requireAsker } from "../../http/asker.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { currentDevice, requireSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { codeSchema, codeText } from "../session/code-fields.ts";
import { userAnswer } from "../session/user-json.ts";
import { recoveryCodesSchema, signedInAnswer } from "./answers.ts";
import { notifyOwner } from "./notify-owner.ts";

const tokenField = codeSchema.nullish().describe("Six digits of the authenticator app.");
const recoveryCode = z.string().max(60).nullish().describe("One of the recovery codes, in place of `token`.");

export const tokenSchema = z.object({ token: tokenField });
export const factorSchema = z.object({ token: tokenField, "recovery-code": recoveryCode });

type Factor = z.output<typeof factorSchema>;

const digits = (sent: Factor["token"]): string | null => (sent === undefined || sent === null ? null : codeText(sent));

const typedFactor = ({ token: sent, "recovery-code": code }: Factor): TypedFactor => ({
  token: digits(sent),
  recoveryCode: code,
});

export const qrCodeAnswerSchema = z.object({
  "qr-code": z.string().describe("A `data:` address of an SVG image."),
  secret: z.string().describe("Base32, for those who cannot scan. Shown while the set-up lasts, and never again."),
  "otpauth-url": z.string(),
});

export const recoveryCodesAnswerSchema = z.object({ "recovery-codes": recoveryCodesSchema });

/** GET /tfa/qr-code */
export async function qrCode(c: AppContext): Promise<Response> {
  refuseForeignOrigin(c);
  const asker = await requireAsker(c, "tfa-setup-is-required");
  const setUp = await beginTotpSetUp(c.get("realm"), asker);
  return c.json({ "qr-code": setUp.qrCode, secret: setUp.secret, "otpauth-url": setUp.url });
}

/** POST /tfa/enable */
export async function enable(c: AppContext): Promise<Response> {
  const body = validate(tokenSchema, await readJson(c));
  const asker = await requireAsker(c, "tfa-setup-is-required");
  const token = digits(body.token);
  const { signedIn, recoveryCodes } = await confirmTotpSetUp(c.get("realm"), asker, token, await currentDevice(c));
  await notifyOwner(c, userIdOf(asker), "tfa-enabled");
  return c.json({ ...signedInAnswer(c, signedIn), "recovery-codes": recoveryCodes });
}

/** POST /tfa/validate */
export async function validateFactor(c: AppContext): Promise<Response> {
  const body = validate(factorSchema, await readJson(c));
  const context = c.get("realm");
  await limitPerAddress(c, "second-factor", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const asker = await requireAsker(c);
  const proof = await proveTyped(context, userIdOf(asker), typedFactor(body));
  const signedIn = await admit(context, asker, proof, await currentDevice(c));
  if (proof.kind === "recovery-code") await notifyOwner(c, userIdOf(asker), "recovery-code-used");
  return c.json(signedInAnswer(c, signedIn));
}

/** POST /tfa/disable */
export async function disable(c: AppContext): Promise<Response> {
  const body = validate(factorSchema, await readJson(c));
  const { claimed } = await requireSession(c);
  const { profile, activeSessions } = await disableSecondFactor(c.get("realm"), claimed, typedFactor(body));
  await notifyOwner(c, claimed.userId, "tfa-disabled");
  return c.json(userAnswer(c, profile, activeSessions));
}

/** POST /tfa/recovery-codes */
export async function renewCodes(c: AppContext): Promise<Response> {
  const { claimed } = await requireSession(c);
  const codes = await renewRecoveryCodes(c.get("realm"), claimed);
  await notifyOwner(c, claimed.userId, "recovery-codes-renewed");
  return c.json({ "recovery-codes": codes });
}
