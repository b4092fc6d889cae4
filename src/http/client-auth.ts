import { recordEvent } from "../domain/audit/record-event.ts";
import { authenticateClient } from "../domain/clients/authenticate-client.ts";
import type { Client } from "../domain/clients/client.ts";
import { OAuthError } from "../errors/errors.ts";
import type { Reason } from "../errors/reasons.ts";
import type { Parameters } from "../lib/parameters.ts";
import type { Exchange } from "./env.ts";
import { limitPerAddress } from "./rate-limit.ts";

const guesses: ReadonlySet<Reason> = new Set([
  "client-secret-wrong",
  "client-unknown",
  "client-auth-malformed",
  "client-assertion-malformed",
  "client-assertion-claims-wrong",
  "client-assertion-signature-wrong",
  "client-assertion-replayed",
]);

/** The client behind a request to an OAuth endpoint. Wrong secrets and assertions are counted per address. */
export async function requireClient(c: Exchange, parameters: Parameters): Promise<Client> {
  if (parameters.repeated.size > 0) throw new OAuthError("parameter-repeated");
  try {
    return await authenticateClient(c.get("realm"), c.req.header("authorization"), parameters);
  } catch (error) {
    if (error instanceof OAuthError && guesses.has(error.reason)) {
      const { rate_limits } = c.get("realm").realm.settings;
      await limitPerAddress(c, "wrong-secret", rate_limits.wrong_secrets_per_address_per_minute);
      // The name of a client that nobody has registered is only what somebody typed.
      const isKnown = error.reason !== "client-unknown" && error.reason !== "client-auth-malformed";
      const named = isKnown ? parameters.get("client_id") : undefined;
      recordEvent(c.get("realm"), {
        type: "client.authentication_failed",
        outcome: "refused",
        reason: error.reason,
        ...(named !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(named) ? { client: named } : {}),
      });
    }
    throw error;
  }
}
