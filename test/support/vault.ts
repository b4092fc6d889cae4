import { decodeJwt } from "jose";
import { putProvider } from "../../src/domain/federation/change-provider.ts";
import type { Provider } from "../../src/domain/federation/provider.ts";
import type { GivenSettings, ProviderType } from "../../src/domain/federation/provider-settings.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { ConnectionOf } from "../../src/domain/vault/secrets.ts";
import { type Granted, storeConnection } from "../../src/domain/vault/store.ts";

/** A provider of the vault, by hand; `example` unless told. */
export function makeVaultProvider(
  context: RealmContext,
  settings: GivenSettings,
  about: { name?: string; type?: ProviderType; secret?: string | null; clientId?: string } = {},
): Promise<Provider> {
  return putProvider(context, about.name ?? "example", null, {
    preset: null,
    type: about.type ?? "oauth2",
    purposes: ["vault"],
    clientId: about.clientId ?? "our-client-id",
    clientSecret: about.secret === undefined ? "upstream-secret-0123456789" : about.secret,
    disabled: false,
    settings,
  });
}

/** Connects without a walk through the provider. `session`: a token of the user's. */
export async function makeConnection(
  context: RealmContext,
  about: { provider: Provider; clientId: string; session: string },
  granted: Partial<Granted> & Pick<Granted, "secrets">,
) {
  const { sub, sid } = decodeJwt<{ sid: string }>(about.session);
  const userId = Number(sub);
  const who = { provider: about.provider, userId, clientId: about.clientId };
  return { who, connection: await storeConnection(context, who, sid, { scopes: [], expiresAt: null, ...granted }) };
}

/** What the user's object keeps of a connection; null when there is none. */
export const storedConnection = (context: RealmContext, { provider, userId, clientId }: ConnectionOf) =>
  context.objects.call(userId, (user) => user.connection({ provider: provider.name, clientId }));
