import { randomHandle } from "../../src/crypto/random.ts";
import type { Provider } from "../../src/domain/federation/provider.ts";
import type { GivenSettings, ProviderType } from "../../src/domain/federation/provider-settings.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { Secrets } from "../../src/domain/vault/secrets.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { makeConnection, makeVaultProvider } from "../support/vault.ts";
import { jsonBody, makeClient, makeRealm, makeUser, request, signIn, type TestClient } from "../support/world.ts";

export interface CallRowJson {
  pincStatus: string;
  callId: string;
  statusCode: number;
  contentType?: string;
  encoding?: string;
  headers?: Record<string, string>;
  code?: string;
  message?: string;
  reason?: string;
  errors?: Record<string, string>;
  data: unknown;
}

/** A realm with an application, a user, and a provider that the user has connected. */
export interface Vault {
  readonly context: RealmContext;
  readonly client: TestClient;
  readonly user: UserRow;
  readonly provider: Provider;
  readonly host: string;
  readonly session: string;
}

export const accessToken = "upstream-access-token-0123456789";

export const bearer = (token = accessToken, refreshToken: string | null = null): Secrets => ({
  type: "bearer",
  accessToken: token,
  refreshToken,
  previousRefreshToken: null,
  idToken: "upstream.id.token",
  tokenEndpoint: "https://accounts.example.com/token",
});

export const anyHost = (): string =>
  `api-${randomHandle(8)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}.example.com`;

export async function makeVault(
  about: {
    settings?: GivenSettings;
    type?: ProviderType;
    secrets?: Secrets;
    metadata?: Record<string, unknown>;
    realmSettings?: Record<string, unknown>;
  } = {},
): Promise<Vault> {
  const context = await makeRealm(about.realmSettings ?? {});
  const host = anyHost();
  const client = await makeClient(context, about.metadata ?? {});
  const user = await makeUser(context, { externalId: `ext-${host}` });
  const session = await signIn(context, user);
  const vault = { context, client, user, host, session };
  return { ...vault, provider: await connect(vault, "example", host, about) };
}

/** Another provider, which the user connects. */
export async function connect(
  { context, client, session }: Pick<Vault, "context" | "client" | "session">,
  name: string,
  host: string,
  about: { settings?: GivenSettings; type?: ProviderType; secrets?: Secrets } = {},
): Promise<Provider> {
  const settings: GivenSettings = {
    authorize_url: "https://accounts.example.com/authorize",
    token_url: "https://accounts.example.com/token",
    api_hosts: [host],
    ...about.settings,
  };
  const provider = await makeVaultProvider(context, settings, { name, type: about.type ?? "oauth2" });
  await makeConnection(
    context,
    { provider, clientId: client.clientId, session },
    { secrets: about.secrets ?? bearer(), expiresAt: null },
  );
  return provider;
}

export function keysOf({ client, user }: Pick<Vault, "client" | "user">, more: Record<string, string> = {}): string {
  return String(
    new URLSearchParams({
      public_key: client.clientId,
      private_key: client.secret,
      user_id: String(user.id),
      ...more,
    }),
  );
}

export const call = (vault: Vault, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  request(
    `${vault.context.realm.issuer}/oauth/method/${vault.provider.name}/call?${keysOf(vault)}`,
    jsonBody(body, headers),
  );

export const rowOf = async (response: Response): Promise<CallRowJson> => {
  const { rows } = await response.json<{ rows: CallRowJson[] }>();
  if (rows.length !== 1 || rows[0] === undefined) throw new Error(`not one row: ${JSON.stringify(rows)}`);
  return rows[0];
};

export const theCall = async (vault: Vault, body: unknown): Promise<CallRowJson> => rowOf(await call(vault, body));
