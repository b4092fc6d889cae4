import type { JWK } from "jose";
import type { Page, Place, UserAgent } from "./user-agent.ts";

const targetNames = ["gatehouse", "oidc-provider"] as const;
export type TargetName = (typeof targetNames)[number];

/** What a module asks to be registered. Names as in RFC 7591 §2 and the OpenID specifications. */
export interface ClientRequest {
  readonly redirect_uris?: readonly string[];
  readonly post_logout_redirect_uris?: readonly string[];
  readonly backchannel_logout_uri?: string;
  readonly token_endpoint_auth_method?: "client_secret_basic" | "client_secret_post" | "private_key_jwt";
  readonly id_token_signed_response_alg?: "RS256" | "ES256";
  readonly jwks?: { readonly keys: readonly JWK[] };
  /** A client of the FAPI 2.0 Security Profile: pushed requests, sender-constrained tokens, PKCE. */
  readonly fapi2?: boolean;
}

export interface RegisteredClient {
  readonly id: string;
  /** Empty for a client with a key of its own. */
  readonly secret: string;
  readonly redirectUri: string;
  readonly request: ClientRequest;
}

export interface Person {
  readonly login: string;
  readonly password: string;
  /** What the provider knows of them, by the claims' names (OIDC Core §5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
}

export type PageKind = "sign-in" | "consent" | "sign-out" | "signed-out" | "error" | "other";

/** An authorization server under test, and what differs between one and another: how to set it up, and its pages. */
export interface Target {
  readonly name: TargetName;
  readonly issuer: string;
  readonly send: (url: URL, init: RequestInit) => Promise<Response>;
  readonly isProvider: (url: URL) => boolean;
  readonly makeClient: (request: ClientRequest) => Promise<RegisteredClient>;
  readonly makePerson: () => Promise<Person>;
  readonly kindOf: (page: Page) => PageKind;
  readonly signIn: (agent: UserAgent, page: Page, person: Person) => Promise<Place>;
  readonly allow: (agent: UserAgent, page: Page) => Promise<Place>;
  /** Refuses on whatever page the person is at. */
  readonly deny: (agent: UserAgent, page: Page) => Promise<Place>;
  readonly signOut: (agent: UserAgent, page: Page) => Promise<Place>;
  readonly stop: () => Promise<void>;
}

export const redirectUri = "https://rp.example.com/callback";
export const afterSignOut = "https://rp.example.com/signed-out";
