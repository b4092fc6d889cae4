/** /api/auth/v1/passkeys: making, using and keeping passkeys (Web Authentication Level 3). */
import * as z from "zod";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "../../crypto/webauthn.ts";
import {
  admitByPasskey,
  secondFactorOptions,
  signInOptions,
  signInWithPasskey,
} from "../../domain/passkeys/authenticate.ts";
import { registerPasskey, registrationOptions, requireMayAdd } from "../../domain/passkeys/register.ts";
import { removeOwnPasskey } from "../../domain/passkeys/remove.ts";
import { userIdOf } from "../../domain/second-factor/asker.ts";
import { changeFactors } from "../../domain/second-factor/change-factors.ts";
import { currentPlace, requireAsker } from "../../http/asker.ts";
import { ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson, readOptionalJson } from "../../http/read-body.ts";
import { currentDevice, requireSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import type { Passkey } from "../../storage/user-object/passkeys.ts";
import { nameSchema } from "../session/profile-fields.ts";
import { userAnswer } from "../session/user-json.ts";
import { userAnswerSchema } from "../session/user-schemas.ts";
import { recoveryCodesSchema, sendFullSession, signedInAnswer } from "./answers.ts";
import { notifyOwner } from "./notify-owner.ts";

const base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const credentialId = base64Url.max(1400);
const secondFactor = z.boolean().default(false);

const made = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64Url,
    attestationObject: base64Url,
    transports: z.array(z.string().max(20)).max(16).nullish(),
  }),
});

const used = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64Url,
    authenticatorData: base64Url,
    signature: base64Url,
    userHandle: base64Url.nullish(),
  }),
});

const asSecondFactor = secondFactor.describe("From then on a password alone does not sign the user in.");

export const registrationOptionsSchema = z.object({ "second-factor": asSecondFactor });

export const registrationSchema = z.object({
  credential: made.describe("The browser's `PublicKeyCredential`, as its `toJSON()` gives it."),
  name: nameSchema.max(100).nullish().describe("What the user calls it."),
  "second-factor": asSecondFactor,
});

export const authenticationOptionsSchema = z.object({
  "second-factor": secondFactor.describe("Completes a sign-in or strengthens a session; without it, signs in."),
});

export const authenticationSchema = authenticationOptionsSchema.extend({
  credential: used.describe("The browser's `PublicKeyCredential`, as its `toJSON()` gives it."),
});

export const renameSchema = z.object({ name: nameSchema.min(1).max(100) });

const epochMs = z.int().describe("Milliseconds since the epoch.");

const passkeySchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string().describe("It works on this host."),
  "second-factor": z.boolean(),
  "device-bound": z.boolean().describe("It cannot leave the device it was made on."),
  "created-at": epochMs,
  "last-used-at": epochMs,
});

export const passkeysAnswerSchema = z.object({ passkeys: z.array(passkeySchema) });

export const registeredAnswerSchema = userAnswerSchema.extend({
  "passkey-id": z.string(),
  "recovery-codes": recoveryCodesSchema.optional().describe("When this is the first second factor."),
});

/** POST /passkeys/registration/options */
export async function offerRegistration(c: AppContext): Promise<Response> {
  const body = validate(registrationOptionsSchema, await readOptionalJson(c));
  const asker = await requireAsker(c, "tfa-setup-is-required");
  await requireMayAdd(c.get("realm"), asker, body["second-factor"]);
  const place = currentPlace(c, ensureBrowserId(c));
  return c.json(await registrationOptions(c.get("realm"), asker, place, body["second-factor"]));
}

/** POST /passkeys/registration/verify */
export async function finishRegistration(c: AppContext): Promise<Response> {
  const body = validate(registrationSchema, await readJson(c));
  const asker = await requireAsker(c, "tfa-setup-is-required");
  const registered = await registerPasskey(
    c.get("realm"),
    asker,
    currentPlace(c),
    {
      credential: registrationOf(body.credential),
      name: body.name?.trim() || "Passkey",
      secondFactor: body["second-factor"],
    },
    await currentDevice(c),
  );
  await notifyOwner(c, userIdOf(asker), "passkey-added");
  if (registered.signedIn !== null) sendFullSession(c, registered.signedIn);
  const { live, passkey, recoveryCodes } = registered;
  return c.json({
    ...userAnswer(c, live.profile, live.activeSessions),
    "passkey-id": passkey.id,
    ...(recoveryCodes.length === 0 ? {} : { "recovery-codes": recoveryCodes }),
  });
}

/** POST /passkeys/authentication/options */
export async function offerAuthentication(c: AppContext): Promise<Response> {
  const body = validate(authenticationOptionsSchema, await readOptionalJson(c));
  await limitPerAddress(c, "passkey", c.get("realm").realm.settings.rate_limits.sign_in_per_address_per_minute);
  const asker = body["second-factor"] ? await requireAsker(c) : null;
  const place = currentPlace(c, ensureBrowserId(c));
  const context = c.get("realm");
  return c.json(
    asker === null ? await signInOptions(context, place) : await secondFactorOptions(context, asker, place),
  );
}

/** POST /passkeys/authentication/verify */
export async function finishAuthentication(c: AppContext): Promise<Response> {
  const body = validate(authenticationSchema, await readJson(c));
  const context = c.get("realm");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const asker = body["second-factor"] ? await requireAsker(c) : null;
  const credential = assertionOf(body.credential);
  const device = await currentDevice(c);
  const signedIn =
    asker === null
      ? await signInWithPasskey(context, currentPlace(c), credential, device)
      : await admitByPasskey(context, asker, currentPlace(c), credential, device);
  return c.json(signedInAnswer(c, signedIn));
}

/** GET /passkeys */
export async function getPasskeys(c: AppContext): Promise<Response> {
  const { claimed } = await requireSession(c);
  const { passkeys } = await c.get("realm").objects.call(claimed.userId, (user) => user.factors(null));
  return c.json({ passkeys: passkeys.map(passkeyJson) });
}

/** PATCH /passkeys/:id */
export async function renamePasskey(c: AppContext): Promise<Response> {
  const { name } = validate(renameSchema, await readJson(c));
  const { claimed } = await requireSession(c);
  await changeFactors(c.get("realm"), claimed, { kind: "rename-passkey", id: c.req.param("id") ?? "", name });
  return getPasskeys(c);
}

/** DELETE /passkeys/:id */
export async function removePasskey(c: AppContext): Promise<Response> {
  const { claimed } = await requireSession(c);
  const context = c.get("realm");
  await removeOwnPasskey(context, claimed, c.req.param("id") ?? "");
  await notifyOwner(c, claimed.userId, "passkey-removed");
  return c.body(null, 204);
}

const passkeyJson = (passkey: Passkey): z.output<typeof passkeySchema> => ({
  id: passkey.id,
  name: passkey.name,
  host: passkey.rpId,
  "second-factor": passkey.secondFactor,
  "device-bound": passkey.deviceBound,
  "created-at": passkey.createdAt,
  "last-used-at": passkey.lastUsedAt,
});

const registrationOf = ({ response, ...rest }: z.output<typeof made>): RegistrationResponseJSON => ({
  ...rest,
  response: {
    clientDataJSON: response.clientDataJSON,
    attestationObject: response.attestationObject,
    transports: response.transports ?? [],
  },
  clientExtensionResults: {},
});

const assertionOf = ({ response, ...rest }: z.output<typeof used>): AuthenticationResponseJSON => ({
  ...rest,
  response: {
    clientDataJSON: response.clientDataJSON,
    authenticatorData: response.authenticatorData,
    signature: response.signature,
    ...(response.userHandle ? { userHandle: response.userHandle } : {}),
  },
  clientExtensionResults: {},
});
