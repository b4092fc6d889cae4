/** POST /register, and GET|PUT|DELETE /register/:client: RFC 7591 §3, RFC 7592 §2. A realm that is closed to it has neither. */
import type { Client } from "../../domain/clients/client.ts";
import { selfRegistrationJson } from "../../domain/clients/registration-metadata.ts";
import {
  deleteOwnRegistration,
  findOwnRegistration,
  registerSelf,
  replaceOwnRegistration,
} from "../../domain/clients/self-registration.ts";
import { BearerError, OAuthError, Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import { headerToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { paths } from "./paths.ts";

export async function register(c: AppContext): Promise<Response> {
  refuseWhenClosed(c);
  await limitRegistrations(c);
  const token = shownToken(c);
  const made = await countingGuesses(c, async () => registerSelf(c.get("realm"), token, await readMetadata(c)));
  return c.json(
    {
      ...configurationJson(c, made.client),
      registration_access_token: made.registrationToken,
      ...(made.secret === null ? {} : { client_secret: made.secret, client_secret_expires_at: 0 }),
    },
    201,
  );
}

/** What is registered. The secret and the token are not shown again. */
export async function readRegistration(c: AppContext): Promise<Response> {
  return c.json(configurationJson(c, await ownClient(c)));
}

/** What is left out of the body is no longer registered (RFC 7592 §2.2). */
export async function replaceOwn(c: AppContext): Promise<Response> {
  const client = await ownClient(c);
  // Anybody may have one, and each change is written, and noted for the operators.
  await limitRegistrations(c);
  return c.json(configurationJson(c, await replaceOwnRegistration(c.get("realm"), client, await readMetadata(c))));
}

export async function deleteOwn(c: AppContext): Promise<Response> {
  await deleteOwnRegistration(c.get("realm"), await ownClient(c));
  return c.body(null, 204);
}

function limitRegistrations(c: AppContext): Promise<void> {
  const { client_registrations_per_address_per_minute: perMinute } = c.get("realm").realm.settings.rate_limits;
  return limitPerAddress(c, "client-registration", perMinute);
}

function ownClient(c: AppContext): Promise<Client> {
  refuseWhenClosed(c);
  const clientId = c.req.param("client") ?? "";
  return countingGuesses(c, () => findOwnRegistration(c.get("realm"), clientId, shownToken(c)));
}

function refuseWhenClosed(c: AppContext): void {
  if (c.get("realm").realm.settings.registration === "closed") throw new OAuthError("registration-closed");
}

function shownToken(c: AppContext): string | null {
  const token = headerToken(c);
  return token?.scheme === "Bearer" ? token.text : null;
}

async function countingGuesses<Value>(c: AppContext, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BearerError && error.reason === "registration-token-wrong") {
      const { rate_limits } = c.get("realm").realm.settings;
      await limitPerAddress(c, "wrong-secret", rate_limits.wrong_secrets_per_address_per_minute);
    }
    throw error;
  }
}

const unreadable: ReadonlySet<Reason> = new Set(["body-not-json", "body-invalid", "media-type-unsupported"]);

async function readMetadata(c: AppContext): Promise<Record<string, unknown>> {
  try {
    return await readJson(c);
  } catch (error) {
    if (!(error instanceof Problem) || !unreadable.has(error.reason)) throw error;
    throw new OAuthError("registration-metadata-invalid", { detail: error.publicMessage, cause: error });
  }
}

const configurationJson = (c: AppContext, client: Client): Record<string, unknown> => ({
  ...selfRegistrationJson(client),
  registration_client_uri: `${c.get("realm").realm.issuer}${paths.register}/${client.clientId}`,
});
