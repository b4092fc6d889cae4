import { generateKeyPairSync, randomUUID } from "node:crypto";
import Provider from "oidc-provider";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { listen } from "../../outside/support/real-provider.ts";
import type { Form } from "./html-forms.ts";
import {
  afterSignOut,
  type ClientRequest,
  type Person,
  type RegisteredClient,
  redirectUri,
  type Target,
} from "./target.ts";
import type { Page } from "./user-agent.ts";

const issuer = "https://op.conformance.localhost";

const profileClaims = ["name", "given_name", "family_name", "preferred_username"];
const claimsByScope = {
  openid: ["sub", "sid"],
  profile: profileClaims,
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
  address: ["address"],
};

/**
 * oidc-provider, an independent implementation that the OpenID Foundation has certified, in this process and unmodified, with its own
 * development pages. What holds for it and for us alike is what the standard says, and not what we think it does.
 */
export async function referenceProvider(): Promise<Target> {
  const people = new Map<string, Person>();
  const provider = new Provider(issuer, configuration(people));
  // It believes that it stands behind a proxy that ends TLS.
  provider.proxy = true;
  const server = await listen(() => provider.callback());
  const send = (url: URL, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("x-forwarded-proto", "https");
    headers.set("x-forwarded-host", new URL(issuer).host);
    return localFetch(new URL(`${url.pathname}${url.search}`, server.origin), { ...init, headers });
  };

  return {
    name: "oidc-provider",
    issuer,
    send,
    isProvider: (url) => url.origin === issuer,
    makeClient: async (request) => {
      const client = new provider.Client(registrationOf(request));
      await provider.Client.adapter.upsert(client.clientId, client.metadata());
      return clientOf(client.clientId, client.clientSecret ?? "", request);
    },
    makePerson: async () => {
      const login = `person-${people.size + 1}`;
      const claims = {
        name: "Olive Conformance",
        given_name: "Olive",
        family_name: "Conformance",
        preferred_username: login,
        email: `${login}@example.com`,
        email_verified: true,
        phone_number: "+33612345678",
        address: { street_address: "1 Quay", locality: "Haven", postal_code: "12345", country: "FR" },
      };
      const person = { login, password: "any will do", claims };
      people.set(login, person);
      return person;
    },
    kindOf: (page) => {
      const prompt = page.forms.flatMap((form) => form.controls).find((control) => control.name === "prompt")?.value;
      if (prompt === "login") return "sign-in";
      if (prompt === "consent") return "consent";
      if (page.forms.some((form) => form.id === "op.logoutForm")) return "sign-out";
      if (page.status >= 400) return "error";
      return page.url.pathname === "/session/end/success" ? "signed-out" : "other";
    },
    signIn: (agent, page, person) =>
      agent.submit(page, onlyForm(page), { login: person.login, password: person.password }),
    allow: (agent, page) => agent.submit(page, onlyForm(page)),
    deny: (agent, page) => agent.follow(page, page.links.find((href) => href.endsWith("/abort")) ?? ""),
    signOut: (agent, page) => agent.submit(page, onlyForm(page), {}, "yes"),
    stop: server.stop,
  };
}

function onlyForm(page: Page): Form {
  const [form] = page.forms;
  if (form === undefined) throw new Error(`no form on ${page.url.pathname} (${page.status}): ${page.html}`);
  return form;
}

function registrationOf({ fapi2, ...request }: ClientRequest): Record<string, unknown> {
  return {
    client_id: randomUUID(),
    ...(request.jwks === undefined ? { client_secret: randomUUID() } : {}),
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [afterSignOut],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    id_token_signed_response_alg: fapi2 === true ? "ES256" : "RS256",
    ...(request.backchannel_logout_uri === undefined ? {} : { backchannel_logout_session_required: true }),
    ...request,
    ...(fapi2 === true
      ? {
          require_pushed_authorization_requests: true,
          dpop_bound_access_tokens: true,
          token_endpoint_auth_signing_alg: "ES256",
        }
      : {}),
  };
}

const clientOf = (id: string, secret: string, request: ClientRequest): RegisteredClient => ({
  id,
  secret,
  redirectUri: request.redirect_uris?.[0] ?? redirectUri,
  request,
});

function configuration(people: ReadonlyMap<string, Person>): Record<string, unknown> {
  return {
    claims: claimsByScope,
    scopes: ["openid", "offline_access", "profile", "email", "phone", "address"],
    acrValues: ["urn:example:password"],
    cookies: { keys: [randomUUID()], long: { httpOnly: true, sameSite: "none" } },
    enableHttpPostMethods: true,
    allowOmittingSingleRegisteredRedirectUri: false,
    jwks: { keys: [rsaKey(), ecKey()] },
    // Its own guard lets no request out to this machine, where the relying parties of these tests are.
    fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
    findAccount: (_: unknown, id: string) => {
      const person = people.get(id);
      return person && { accountId: id, claims: () => ({ sub: id, ...person.claims }) };
    },
    features: {
      backchannelLogout: { enabled: true },
      claimsParameter: { enabled: true },
      dPoP: { enabled: true, allowReplay: false },
      fapi: { enabled: true, profile: profileOf },
      introspection: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: { enabled: false },
    },
    ttl: { AccessToken: 900, AuthorizationCode: 60, IdToken: 900 },
  };
}

interface ProfiledClient {
  readonly requirePushedAuthorizationRequests?: boolean;
}

const profileOf = (_: unknown, client: ProfiledClient | undefined): "2.0" | undefined =>
  client?.requirePushedAuthorizationRequests === true ? "2.0" : undefined;

const rsaKey = () => ({
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  kid: "rsa",
  alg: "RS256",
  use: "sig",
});

const ecKey = () => ({
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
  kid: "ec",
  alg: "ES256",
  use: "sig",
});
