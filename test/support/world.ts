import { env } from "cloudflare:workers";
import { parseEnv } from "../../src/config/env.ts";
import type { Jurisdiction } from "../../src/config/jurisdictions.ts";
import { sha256 } from "../../src/crypto/hash.ts";
import { keyRing } from "../../src/crypto/key-ring.ts";
import { hashPassword } from "../../src/crypto/password-hash.ts";
import { randomHandle } from "../../src/crypto/random.ts";
import type { Client } from "../../src/domain/clients/client.ts";
import { clientOf } from "../../src/domain/clients/client.ts";
import { clientMetadataSchema } from "../../src/domain/clients/metadata.ts";
import { type RealmContext, realmContext } from "../../src/domain/realm-context.ts";
import { RealmDirectory } from "../../src/domain/realms/realm-directory.ts";
import { createUser, draftNamedUser, insertUser, type NewUser } from "../../src/domain/users/new-user.ts";
import { systemClock } from "../../src/lib/time.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { migrateDatabase } from "./database.ts";
import { firstKeys } from "./first-keys.ts";
import { send } from "./send.ts";

export const config = parseEnv(env);
export const ring = keyRing(config);
export const goodPassword = "violet-harbour-quill-81";

let count = 0;

/** A realm of its own for each test: `auth.<name>.test` and two sites. */
export async function makeRealm(
  settings: Record<string, unknown> = {},
  extra: { authenticationUrl?: string; shard?: string; jurisdiction?: Jurisdiction } = {},
): Promise<RealmContext> {
  await migrateDatabase();
  const id = `realm${++count}-${randomHandle(6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}`;
  const now = Date.now();
  const hosts = [`auth.${id}.test`, `news.${id}.test`, `sport.${id}.test`];
  const row = {
    id,
    name: `Realm ${id}`,
    shard: extra.shard ?? config.newRealmsShard,
    jurisdiction: extra.jurisdiction ?? null,
    kind: "frontend" as const,
    authDomain: `auth.${id}.test`,
    authenticationUrl: extra.authenticationUrl ?? null,
    allowedRedirectDomains: [],
    settings,
    passwordFloorKib: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  const inserted = await new RealmStore(databasesOf(env)).insert(row, hosts, await firstKeys(id, ring, now));
  if (!inserted) throw new Error("realm not inserted");
  const realm = await new RealmDirectory(databasesOf(env), config, ring, systemClock).findByHost(`auth.${id}.test`);
  if (realm === null) throw new Error("realm not found");
  return realmContext(realm, env, config, ring);
}

let hashOfGoodPassword: Promise<string> | undefined;

/** An account that signs in with `goodPassword`, whose hash is made once for all of them; or with what the test says, if anything. */
export async function makeUser(context: RealmContext, input: NewUser = {}): Promise<UserRow> {
  const given = { email: `user-${randomHandle(6)}@example.test`, name: "Una User", ...input };
  if (given.password !== undefined) return createUser(context, given);
  hashOfGoodPassword ??= hashPassword(goodPassword);
  return insertUser(context, { ...(await draftNamedUser(context, given)), passwordHash: await hashOfGoodPassword });
}

export interface TestClient extends Client {
  readonly secret: string;
}

export async function makeClient(
  context: RealmContext,
  metadata: Record<string, unknown> = {},
  about: { type?: "confidential" | "public"; firstParty?: boolean; name?: string; disabled?: boolean } = {},
): Promise<TestClient> {
  const secret = `gs_${randomHandle(32)}`;
  const type = about.type ?? "confidential";
  const now = Date.now();
  const row = await context.clients.store.insert(
    {
      clientId: randomHandle(12)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, "0"),
      name: about.name ?? "Partner",
      type,
      firstParty: about.firstParty ?? true,
      secretHash: type === "confidential" ? await sha256(secret) : null,
      sealedSecret: null,
      metadata: clientMetadataSchema.parse({ redirect_uris: ["https://partner.test/callback"], ...metadata }),
      disabledAt: about.disabled ? now : null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    },
    ["https://partner.test"],
  );
  return { ...clientOf(row), secret };
}

/** One request to the Worker, redirects not followed. */
export function request(url: string, init: RequestInit = {}): Promise<Response> {
  return send(new Request(url, { redirect: "manual", ...init }));
}

export const formBody = (fields: Record<string, string | undefined>): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString(),
});

export const jsonBody = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

/** Signs in by the session API and answers the cookie. */
export async function signIn(
  context: RealmContext,
  user: { email: string | null },
  password = goodPassword,
): Promise<string> {
  const response = await request(
    `${context.realm.issuer}/api/auth/v1/login`,
    jsonBody({ email: user.email, password }),
  );
  if (response.status !== 200) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  return cookiesOf(response)["qt-auth"] ?? "";
}

export function cookiesOf(response: Response): Record<string, string> {
  return Object.fromEntries(
    response.headers.getSetCookie().map((line) => {
      const pair = line.split(";", 1)[0] ?? "";
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

export const basicAuth = (client: { clientId: string; secret: string }): string =>
  `Basic ${btoa(`${client.clientId}:${client.secret}`)}`;

export async function pkce(): Promise<{ verifier: string; challenge: string }> {
  const verifier = randomHandle(32);
  return { verifier, challenge: await sha256(verifier) };
}

export interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  id_token: string;
  scope: string;
  token_type: string;
  expires_in: number;
  error: string;
}

/** Goes through /authorize with a session and answers the code. */
export async function obtainCode(
  context: RealmContext,
  client: TestClient,
  cookie: string,
  parameters: Record<string, string | undefined> = {},
): Promise<{ code: string; verifier: string; location: URL }> {
  const { verifier, challenge } = await pkce();
  const query = new URLSearchParams();
  const all: Record<string, string | undefined> = {
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.metadata.redirect_uris[0],
    scope: "openid profile email offline_access",
    state: "a state",
    nonce: "a nonce",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value);
  const response = await request(`${context.realm.issuer}/authorize?${query}`, {
    headers: { cookie: `qt-auth=${cookie}` },
  });
  const location = new URL(response.headers.get("location") ?? "about:blank");
  const code = location.searchParams.get("code");
  if (response.status !== 302 || code === null)
    throw new Error(`no code: ${response.status} ${location} ${await response.text()}`);
  return { code, verifier, location };
}

export function tokenRequest(
  context: RealmContext,
  client: TestClient,
  fields: Record<string, string | undefined>,
): Promise<Response> {
  const init = formBody(fields);
  return request(`${context.realm.issuer}/token`, {
    ...init,
    headers: { ...init.headers, authorization: basicAuth(client) },
  });
}

export async function redeem(
  context: RealmContext,
  client: TestClient,
  code: string,
  verifier: string,
): Promise<TokenAnswer> {
  const response = await tokenRequest(context, client, {
    grant_type: "authorization_code",
    code,
    redirect_uri: client.metadata.redirect_uris[0],
    code_verifier: verifier,
  });
  if (response.status !== 200) throw new Error(`token endpoint answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Realm, client, signed-in user and a full set of tokens. */
export async function tokensFor(
  context: RealmContext,
  client: TestClient,
  parameters: Record<string, string | undefined> = {},
) {
  const user = await makeUser(context);
  const cookie = await signIn(context, user);
  const { code, verifier } = await obtainCode(context, client, cookie, parameters);
  return { user, cookie, code, verifier, tokens: await redeem(context, client, code, verifier) };
}
