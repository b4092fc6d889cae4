import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { vi } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import { randomHandle } from "../../src/crypto/random.ts";
import { putProvider } from "../../src/domain/federation/change-provider.ts";
import type { Provider } from "../../src/domain/federation/provider.ts";
import type { GivenSettings, ProviderType } from "../../src/domain/federation/provider-settings.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";

type Handler = (request: Request) => Response | Promise<Response>;

/** What the Worker may reach in a test: hosts by name. Everything else is a connection that fails. */
const hosts = new Map<string, Handler>();
/** Addresses that the Worker has called, in order. */
export const called: string[] = [];

/** Puts a world of the test's making in place of the internet. */
export function stubInternet(): void {
  vi.stubGlobal("fetch", async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    called.push(request.url);
    const handler = hosts.get(new URL(request.url).host);
    if (handler === undefined) throw new TypeError("nothing answers at that address");
    return handler(request);
  });
}

export const standUp = (host: string, handler: Handler): void => void hosts.set(host, handler);

export type Claims = Readonly<Record<string, unknown>>;

/** An OpenID provider that speaks the truth unless a test makes it lie. */
export interface Idp {
  readonly host: string;
  readonly issuer: string;
  readonly clientSecret: string;
  /** Changes to what it says; null for the truth. */
  lie: {
    metadata?: object;
    idToken?: (claims: Claims) => Promise<string> | string;
    token?: Handler;
    userinfo?: object;
  };
  /** What `/userinfo` says of the owner of each access token. */
  readonly owners: Map<string, Claims>;
  /** Parameters of the token requests it has had. */
  readonly redeemed: URLSearchParams[];
  /** The person signs in there as somebody: the address the browser is sent back to. */
  answer(authorize: URL, person: Claims, extra?: Record<string, string>): URL;
  sign(claims: Claims, header?: Record<string, unknown>): Promise<string>;
  /** An ID token as it gives them out, for tests that show one by themselves. */
  idToken(claims: Claims): Promise<string>;
}

interface Pending {
  readonly challenge: string | null;
  readonly nonce: string | null;
  readonly clientId: string;
  readonly person: Claims;
}

/** Stands up a provider at a host of its own. */
export async function makeIdp(): Promise<Idp> {
  const host = `idp-${randomHandle(8)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}.example.com`;
  const issuer = `https://${host}`;
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "only", alg: "ES256", use: "sig" };
  const codes = new Map<string, Pending>();
  const now = () => Math.floor(Date.now() / 1000);
  const sign = (claims: Claims, header: Record<string, unknown> = {}) =>
    new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ alg: "ES256", kid: "only", ...header })
      .sign(privateKey, { crit: { x: true } });
  const complete = (claims: Claims): Claims => ({ iss: issuer, iat: now(), exp: now() + 300, ...claims });

  const idp: Idp = {
    host,
    issuer,
    clientSecret: `upstream-${randomHandle(24)}`,
    lie: {},
    owners: new Map(),
    redeemed: [],
    answer(authorize, person, extra = {}) {
      const { searchParams } = authorize;
      const code = randomHandle(16);
      codes.set(code, {
        challenge: searchParams.get("code_challenge"),
        nonce: searchParams.get("nonce"),
        clientId: searchParams.get("client_id") ?? "",
        person,
      });
      const back = new URL(searchParams.get("redirect_uri") ?? "");
      const parameters = { code, state: searchParams.get("state") ?? "", iss: issuer, ...extra };
      for (const [name, value] of Object.entries(parameters)) back.searchParams.set(name, value);
      return back;
    },
    sign,
    idToken: (claims) => sign(complete(claims)),
  };

  async function redeem(request: Request): Promise<Response> {
    const body = new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer()));
    idp.redeemed.push(body);
    const pending = codes.get(body.get("code") ?? "");
    if (pending === undefined) return Response.json({ error: "invalid_grant" }, { status: 400 });
    const verifier = body.get("code_verifier");
    const challenge = verifier === null ? null : await sha256(verifier);
    if (challenge !== pending.challenge) return Response.json({ error: "invalid_grant" }, { status: 400 });
    const accessToken = randomHandle(16);
    idp.owners.set(accessToken, pending.person);
    const claims = complete({
      aud: pending.clientId,
      ...(pending.nonce === null ? {} : { nonce: pending.nonce }),
      ...pending.person,
    });
    const id_token = await (idp.lie.idToken ?? sign)(claims);
    return Response.json({ access_token: accessToken, token_type: "Bearer", expires_in: 300, id_token });
  }

  standUp(host, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/.well-known/openid-configuration")
      return Response.json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ["ES256", "none", "HS256"],
        token_endpoint_auth_methods_supported: ["client_secret_post"],
        authorization_response_iss_parameter_supported: true,
        ...idp.lie.metadata,
      });
    if (pathname === "/jwks") return Response.json({ keys: [jwk] });
    if (pathname === "/token") return idp.lie.token === undefined ? redeem(request) : idp.lie.token(request);
    if (pathname === "/userinfo") {
      const owner = idp.owners.get((request.headers.get("authorization") ?? "").slice("Bearer ".length));
      if (owner === undefined) return new Response(null, { status: 401 });
      return Response.json({ ...owner, ...idp.lie.userinfo });
    }
    return new Response(null, { status: 404 });
  });
  return idp;
}

export const clientId = "our-client-id";

/** Sets the provider up in a realm, under the name `idp` unless told. */
export function useIdp(
  context: RealmContext,
  idp: Idp,
  settings: GivenSettings = {},
  about: { name?: string; type?: ProviderType; disabled?: boolean } = {},
): Promise<Provider> {
  return putProvider(context, about.name ?? "idp", null, {
    preset: null,
    type: about.type ?? "oidc",
    purposes: ["sign-in"],
    clientId,
    clientSecret: idp.clientSecret,
    disabled: about.disabled ?? false,
    settings: { issuer: idp.issuer, ...settings },
  });
}
