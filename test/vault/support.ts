import { randomHandle } from "../../src/crypto/random.ts";
import type { Provider } from "../../src/domain/federation/provider.ts";
import type { GivenSettings } from "../../src/domain/federation/provider-settings.ts";
import { Browser, type Page } from "../support/browser.ts";
import { standUp } from "../support/upstream.ts";
import { makeVaultProvider } from "../support/vault.ts";
import { makeClient, makeRealm, makeUser, signIn } from "../support/world.ts";

type Answer = (form: URLSearchParams, request: Request) => Response | null | Promise<Response | null>;

/** A cloud drive with OAuth 2.0: gives a token for any code, and rotates refresh tokens as strictly as it is told. */
export interface Drive {
  readonly host: string;
  readonly origin: string;
  /** Token requests it has had. */
  readonly asked: URLSearchParams[];
  readonly revoked: URLSearchParams[];
  /** Refresh tokens that are good. */
  readonly live: Set<string>;
  /** Answers in its place; null for the truth. */
  answer: Answer | null;
  /** How many seconds access tokens are good for; null says nothing. */
  expiresIn: number | null;
  rotates: boolean;
}

export function makeDrive(): Drive {
  const host = `drive-${randomHandle(8)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}.example.com`;
  const drive: Drive = {
    host,
    origin: `https://${host}`,
    asked: [],
    revoked: [],
    live: new Set(),
    answer: null,
    expiresIn: 3600,
    rotates: false,
  };
  standUp(host, async (request) => {
    const form = new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer()));
    const { pathname } = new URL(request.url);
    if (pathname === "/revoke") {
      drive.revoked.push(form);
      return new Response(null, { status: 200 });
    }
    if (pathname !== "/token") return new Response(null, { status: 404 });
    drive.asked.push(form);
    const told = await drive.answer?.(form, request);
    return told ?? truth(drive, form);
  });
  return drive;
}

export function truth(drive: Drive, form: URLSearchParams): Response {
  const sent = form.get("refresh_token");
  const isRefresh = form.get("grant_type") === "refresh_token";
  if (isRefresh && !drive.live.has(sent ?? "")) return Response.json({ error: "invalid_grant" }, { status: 400 });
  const isNew = !isRefresh || drive.rotates;
  const refreshToken = isNew ? `refresh-${randomHandle(24)}` : null;
  if (isRefresh && drive.rotates) drive.live.delete(sent ?? "");
  if (refreshToken !== null) drive.live.add(refreshToken);
  return Response.json({
    access_token: `access-${randomHandle(24)}`,
    token_type: "Bearer",
    ...(drive.expiresIn === null ? {} : { expires_in: drive.expiresIn }),
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
  });
}

export const driveSettings = ({ origin, host }: Drive): GivenSettings => ({
  authorize_url: `${origin}/authorize`,
  token_url: `${origin}/token`,
  revoke_url: `${origin}/revoke`,
  scopes: ["files.read"],
  api_hosts: [host],
  auth_style: "post",
});

/** A realm with a drive, an application, a user and their session. */
export async function makeVault(settings: GivenSettings = {}, metadata: Record<string, unknown> = {}) {
  const context = await makeRealm();
  const drive = makeDrive();
  const provider = await makeVaultProvider(context, { ...driveSettings(drive), ...settings }, { name: "drive" });
  const client = await makeClient(context, metadata);
  const user = await makeUser(context);
  const session = await signIn(context, user);
  return { context, drive, provider, client, user, session };
}

export type Vault = Awaited<ReturnType<typeof makeVault>>;

export const bearer = (provider: Provider, drive: Drive, about: { refreshToken?: string | null } = {}) => {
  const refreshToken = about.refreshToken === undefined ? `refresh-${randomHandle(24)}` : about.refreshToken;
  if (refreshToken !== null) drive.live.add(refreshToken);
  return {
    type: "bearer" as const,
    accessToken: `access-${randomHandle(24)}`,
    refreshToken,
    previousRefreshToken: null,
    idToken: null,
    tokenEndpoint: provider.settings.token_url ?? "",
  };
};

/** The person's browser, signed in at the realm's own pages. */
export async function browserOf({ context, session }: Pick<Vault, "context" | "session">): Promise<Browser> {
  const browser = new Browser(context.realm.hosts);
  browser.plant(context.realm.authDomain, "qt-auth", session);
  return browser;
}

export const commandUrl = ({ context, client, user }: Vault, extra: Record<string, string> = {}): string =>
  `${context.realm.issuer}/integrate/command?${new URLSearchParams({
    provider: "drive",
    public_key: client.clientId,
    user_id: String(user.id),
    ...extra,
  })}`;

/** Where the provider sends the browser back to when the person has agreed. */
export function agreed(there: Page, extra: Record<string, string> = {}): string {
  const { searchParams } = there.url;
  const back = new URL(searchParams.get("redirect_uri") ?? "");
  const answer = { code: randomHandle(16), state: searchParams.get("state") ?? "", ...extra };
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
  return back.href;
}
