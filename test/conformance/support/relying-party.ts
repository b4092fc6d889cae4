import { createHash, randomBytes } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import { expect } from "vitest";
import { checkIdToken, codeOf, errorOf, readKeys, readTokens, readUserInfo, type Sent, type Tokens } from "./checks.ts";
import type { Metadata } from "./metadata.ts";
import type { PageKind, Person, RegisteredClient, Target } from "./target.ts";
import { type Arrival, type Place, UserAgent } from "./user-agent.ts";

/** Parameters to send beside the usual ones, or instead of them; null leaves one out. */
export type Changes = Readonly<Record<string, string | null>>;

export interface AskOptions {
  readonly method?: "GET" | "POST";
  readonly answer?: "allow" | "deny";
  /** Stops at the first page of this kind. */
  readonly stopAt?: PageKind;
}

/** Where a request has led to, and over which pages. */
export interface Outcome {
  readonly parameters: URLSearchParams;
  readonly sent: Sent;
  readonly shown: readonly PageKind[];
  readonly place: Place;
}

export interface SignedIn extends Outcome {
  readonly code: string;
  readonly tokens: Tokens;
  readonly idToken: JWTPayload;
  readonly userInfo: Record<string, unknown>;
}

export interface Setting {
  readonly target: Target;
  readonly metadata: Metadata;
  readonly person: Person;
  readonly client: RegisteredClient;
  readonly mode: Arrival["mode"];
}

const mostPages = 6;

/** A client of the provider, with one person's browser. What it is sent is checked on every way. */
export class RelyingParty {
  readonly setting: Setting;
  readonly agent: UserAgent;

  constructor(setting: Setting, agent?: UserAgent) {
    this.setting = setting;
    this.agent = agent ?? new UserAgent(setting.target.send, setting.target.isProvider);
  }

  /** Another client in the same browser. */
  besides(client: RegisteredClient): RelyingParty {
    return new RelyingParty({ ...this.setting, client }, this.agent);
  }

  authorizationParameters(changes: Changes = {}): URLSearchParams {
    const { client, mode } = this.setting;
    return withChanges(
      {
        response_type: "code",
        client_id: client.id,
        redirect_uri: client.redirectUri,
        scope: "openid",
        state: randomBytes(16).toString("base64url"),
        nonce: randomBytes(16).toString("base64url"),
        ...(mode === "query" ? {} : { response_mode: mode }),
      },
      changes,
    );
  }

  /** Sends the browser to the authorization endpoint and goes wherever that leads, as the person would. */
  async ask(changes: Changes = {}, options: AskOptions = {}): Promise<Outcome> {
    return this.follow(this.authorizationParameters(changes), options);
  }

  async follow(parameters: URLSearchParams, options: AskOptions = {}): Promise<Outcome> {
    const endpoint = new URL(this.setting.metadata.authorization_endpoint);
    const first =
      options.method === "POST"
        ? await this.agent.post(endpoint, parameters)
        : await this.agent.open(new URL(`${endpoint}?${parameters}`));
    return { parameters, sent: this.sentWith(parameters), ...(await this.walk(first, options)) };
  }

  /** What the answer to such a request has to give back. */
  sentWith(parameters: URLSearchParams): Sent {
    const { client, mode } = this.setting;
    return { redirectUri: client.redirectUri, state: parameters.get("state") ?? undefined, mode };
  }

  /** Signs in and consents on whatever pages come. */
  async walk(start: Place, { answer = "allow", stopAt }: AskOptions = {}): Promise<Pick<Outcome, "shown" | "place">> {
    const { target, person } = this.setting;
    const shown: PageKind[] = [];
    let place = start;
    while (place.at === "provider") {
      const kind = target.kindOf(place);
      shown.push(kind);
      if (kind === stopAt || shown.length > mostPages) break;
      if (kind === "sign-in") place = await target.signIn(this.agent, place, person);
      else if (kind === "consent") place = await target[answer](this.agent, place);
      else break;
    }
    return { shown, place };
  }

  code(outcome: Outcome): string {
    return codeOf(outcome.place, outcome.sent, this.setting.metadata);
  }

  error(outcome: Outcome): string {
    return errorOf(outcome.place, outcome.sent, this.setting.metadata);
  }

  /** The token request for a code. */
  redeem(code: string, changes: Changes = {}): Promise<Response> {
    return this.tokenRequest(
      { grant_type: "authorization_code", code, redirect_uri: this.setting.client.redirectUri },
      changes,
    );
  }

  tokenRequest(parameters: Readonly<Record<string, string>>, changes: Changes = {}): Promise<Response> {
    const { target, metadata, client } = this.setting;
    const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
    const body = withChanges(parameters, changes);
    authenticate(client, headers, body);
    return target.send(new URL(metadata.token_endpoint), { method: "POST", headers, body: body.toString() });
  }

  userInfo(accessToken: string): Promise<Response> {
    const { target, metadata } = this.setting;
    return target.send(new URL(metadata.userinfo_endpoint), { headers: { authorization: `Bearer ${accessToken}` } });
  }

  /** The whole way: request, pages, code, tokens, UserInfo, with the conditions that hold on every way. */
  async signIn(changes: Changes = {}, options: AskOptions & { redeemWith?: Changes } = {}): Promise<SignedIn> {
    return this.complete(await this.ask(changes, options), options.redeemWith);
  }

  async complete(outcome: Outcome, redeemWith: Changes = {}): Promise<SignedIn> {
    const { target, metadata, client } = this.setting;
    const code = this.code(outcome);
    const tokens = await readTokens(await this.redeem(code, redeemWith));
    expect(tokens.token_type.toLowerCase(), "token_type").toBe(client.request.fapi2 === true ? "dpop" : "bearer");
    const keys = await readKeys(target, metadata);
    const idToken = await checkIdToken(tokens.id_token, this.expected(outcome, tokens, code), keys, metadata);
    const userInfo = await readUserInfo(await this.userInfo(tokens.access_token), idToken.sub);
    return { ...outcome, code, tokens, idToken, userInfo };
  }

  /** The ID token that comes with a refresh is about the same sign-in (OIDC Core §12.2). */
  async checkRefreshed(first: SignedIn, tokens: Tokens): Promise<void> {
    const { target, metadata } = this.setting;
    if (tokens.id_token === undefined) return;
    const repeatsNonce = "nonce" in decodeJwt(tokens.id_token);
    const { code: _, ...expected } = this.expected(first, tokens, first.code);
    const keys = await readKeys(target, metadata);
    const nonce = repeatsNonce ? expected.nonce : undefined;
    const claims = await checkIdToken(tokens.id_token, { ...expected, nonce }, keys, metadata);
    expect(claims.sub).toBe(first.idToken.sub);
    expect(claims.auth_time).toBe(first.idToken.auth_time);
    expect(claims.iat ?? 0).toBeGreaterThan(first.idToken.iat ?? 0);
  }

  expected(outcome: Outcome, tokens: Tokens, code: string) {
    const { client } = this.setting;
    return {
      clientId: client.id,
      algorithm: client.request.id_token_signed_response_alg ?? "RS256",
      nonce: outcome.parameters.get("nonce") ?? undefined,
      accessToken: tokens.access_token,
      code,
      asked: claimsAsked(outcome.parameters.get("claims") ?? "{}"),
    };
  }
}

/** The names of what the `claims` parameter wants in the ID token. */
function claimsAsked(parameter: string): string[] {
  const { id_token = {} } = JSON.parse(parameter) as { id_token?: Record<string, unknown> };
  return Object.keys(id_token);
}

function authenticate(client: RegisteredClient, headers: Headers, body: URLSearchParams): void {
  if (client.request.token_endpoint_auth_method === "client_secret_post") {
    if (!body.has("client_id")) body.set("client_id", client.id);
    if (!body.has("client_secret")) body.set("client_secret", client.secret);
    return;
  }
  const encoded = [client.id, client.secret].map((part) =>
    new URLSearchParams({ part }).toString().slice("part=".length),
  );
  headers.set("authorization", `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`);
}

export function withChanges(usual: Readonly<Record<string, string>>, changes: Changes): URLSearchParams {
  const entries = Object.entries({ ...usual, ...changes });
  return new URLSearchParams(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** A verifier and its challenge (RFC 7636 §4.1, §4.2). */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}
