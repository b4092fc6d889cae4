import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { listen, type RunningServer } from "./real-provider.ts";

export type Network = "facebook" | "google" | "linkedin" | "apple";

/** How each network differs from what OpenID Connect says, after its own documentation. */
const quirks = {
  facebook: { openId: false, takesVerifier: true, tellsNonce: false, emailVerified: undefined },
  google: { openId: true, takesVerifier: true, tellsNonce: true, emailVerified: true },
  linkedin: { openId: true, takesVerifier: false, tellsNonce: false, emailVerified: true },
  apple: { openId: true, takesVerifier: true, tellsNonce: true, emailVerified: "true" },
} as const;

export interface SocialNetworks extends RunningServer {
  /** What an operator enters for each of them, beside the preset's values. */
  readonly settings: Readonly<Record<Network, Record<string, unknown>>>;
  /** The access token that a network's script gives a page of this application. */
  scriptToken(network: Network, appId: string, person: string): string;
}

interface Grant {
  readonly network: Network;
  readonly appId: string;
  readonly person: string;
  readonly nonce: string | null;
  readonly challenge: string | null;
}

export const appOf = (network: Network): string => `${network}-app-of-the-site`;
const secretOf = (network: Network): string => `${network}-secret-0123456789`;
const apple = { team_id: "TEAM123456", key_id: "KEY1234567" };

const sendJson = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};
const sendPage = (response: ServerResponse, html: string): void => {
  response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Network</title>${html}`);
};
const text = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const hidden = (fields: Iterable<readonly [string, string]>): string =>
  [...fields].map(([name, value]) => `<input type="hidden" name="${text(name)}" value="${text(value)}">`).join("");

const claimsOf = (network: Network, person: string) => ({
  sub: `${network}-${person}`,
  email: `${person}@example.com`,
  email_verified: quirks[network].emailVerified,
  name: `${person} Sociable`,
  given_name: person,
  family_name: "Sociable",
});

/** The four networks at paths of one server. People there are whoever they say they are. */
export async function startSocialNetworks(): Promise<SocialNetworks> {
  const signing = await generateKeyPair("ES256", { extractable: true });
  const team = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(signing.publicKey)), kid: "only", alg: "ES256", use: "sig" };
  const codes = new Map<string, Grant>();
  const tokens = new Map<string, Grant>();
  const keep = (into: Map<string, Grant>, grant: Grant): string => {
    const handle = randomBytes(24).toString("base64url");
    into.set(handle, grant);
    return handle;
  };

  async function isTheSecret(network: Network, secret: string, issuer: string): Promise<boolean> {
    if (network !== "apple") return secret === secretOf(network);
    const expected = { issuer: apple.team_id, subject: appOf("apple"), audience: issuer };
    return jwtVerify(secret, team.publicKey, expected).then(
      ({ protectedHeader }) => protectedHeader.kid === apple.key_id,
      () => false,
    );
  }

  async function redeem(network: Network, issuer: string, body: URLSearchParams, response: ServerResponse) {
    const code = body.get("code") ?? "";
    const grant = codes.get(code);
    codes.delete(code);
    const verifier = body.get("code_verifier");
    const challenge = verifier === null ? null : createHash("sha256").update(verifier).digest("base64url");
    const isTheirs = await isTheSecret(network, body.get("client_secret") ?? "", issuer);
    if (!quirks[network].takesVerifier && verifier !== null)
      return sendJson(response, { error: "invalid_request", error_description: "unknown: code_verifier" }, 400);
    if (!isTheirs || body.get("client_id") !== appOf(network))
      return sendJson(response, { error: "invalid_client" }, 401);
    if (grant?.network !== network || grant.challenge !== challenge)
      return sendJson(response, { error: "invalid_grant" }, 400);
    const given = { access_token: keep(tokens, grant), token_type: "bearer", expires_in: 3600 };
    if (!quirks[network].openId) return sendJson(response, given);
    const nonce = quirks[network].tellsNonce && grant.nonce !== null ? { nonce: grant.nonce } : {};
    const idToken = new SignJWT({ ...claimsOf(network, grant.person), ...nonce })
      .setProtectedHeader({ alg: "ES256", kid: "only" })
      .setIssuer(issuer)
      .setAudience(grant.appId)
      .setIssuedAt()
      .setExpirationTime("5m");
    return sendJson(response, { ...given, id_token: await idToken.sign(signing.privateKey) });
  }

  /** Its own sign-in page; then back to the application, in the way that was asked for. */
  function agree(network: Network, query: URLSearchParams, response: ServerResponse) {
    const person = query.get("person");
    if (person === null)
      return sendPage(response, `<form>${hidden(query)}<input name="person"><button>Continue</button></form>`);
    const grant = { network, appId: query.get("client_id") ?? "", person };
    const asked = { nonce: query.get("nonce"), challenge: query.get("code_challenge") };
    const answer: Record<string, string> = {
      code: keep(codes, { ...grant, ...asked }),
      state: query.get("state") ?? "",
    };
    const back = new URL(query.get("redirect_uri") ?? "");
    if (query.get("response_mode") === "form_post") {
      answer.user = JSON.stringify({ name: { firstName: person, lastName: "Sociable" } });
      const form = `<form id="f" method="post" action="${text(back.href)}">${hidden(Object.entries(answer))}</form>`;
      return sendPage(response, `${form}<script>document.getElementById("f").submit()</script>`);
    }
    for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
    response.writeHead(302, { location: back.href }).end();
  }

  async function introspect(network: Network, issuer: string, body: URLSearchParams, response: ServerResponse) {
    const isTheirs = await isTheSecret(network, body.get("client_secret") ?? "", issuer);
    if (!isTheirs || body.get("client_id") !== appOf(network))
      return sendJson(response, { error: "invalid_client" }, 401);
    const grant = tokens.get(body.get("token") ?? "");
    sendJson(response, grant ? { active: true, client_id: grant.appId, status: "active" } : { active: false });
  }

  function facebookUser({ person }: Grant, fields: string) {
    const { email, name, given_name: first_name, family_name: last_name } = claimsOf("facebook", person);
    const all: Record<string, string> = { id: idAtFacebook(person), email, name, first_name, last_name };
    return Object.fromEntries(fields.split(",").map((field) => [field, all[field]]));
  }

  function debugToken(request: IncomingMessage, input: string, response: ServerResponse) {
    if (request.headers.authorization !== `Bearer ${appOf("facebook")}|${secretOf("facebook")}`)
      return sendJson(response, { error: { message: "Invalid OAuth access token", type: "OAuthException" } }, 400);
    const grant = tokens.get(input);
    const about = grant && { app_id: grant.appId, is_valid: true, user_id: idAtFacebook(grant.person) };
    sendJson(response, { data: about ?? { is_valid: false } });
  }

  const server = await listen((origin) => async (request, response) => {
    const url = new URL(request.url ?? "/", origin);
    const [, network = "", ...rest] = url.pathname.split("/");
    if (!isNetwork(network)) return void response.writeHead(404).end();
    const issuer = `${origin}/${network}`;
    const bearer = tokens.get((request.headers.authorization ?? "").slice("Bearer ".length));
    const shown = tokens.get(url.searchParams.get("access_token") ?? "");
    switch (rest.join("/")) {
      case ".well-known/openid-configuration":
        return sendJson(response, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          ...(network === "apple" ? {} : { userinfo_endpoint: `${issuer}/userinfo` }),
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["ES256"],
        });
      case "jwks":
        return sendJson(response, { keys: [jwk] });
      case "authorize":
        return agree(network, url.searchParams, response);
      case "token":
        return redeem(network, issuer, new URLSearchParams(await textOf(request)), response);
      case "userinfo":
        return sendJson(response, bearer && claimsOf(network, bearer.person), bearer ? 200 : 401);
      case "me":
        return bearer
          ? sendJson(response, facebookUser(bearer, url.searchParams.get("fields") ?? "id"))
          : sendJson(response, { error: { type: "OAuthException" } }, 401);
      case "debug_token":
        return debugToken(request, url.searchParams.get("input_token") ?? "", response);
      case "introspect":
        return introspect(network, issuer, new URLSearchParams(await textOf(request)), response);
      case "tokeninfo":
        return shown
          ? sendJson(response, { aud: shown.appId, azp: shown.appId, sub: `${network}-${shown.person}` })
          : sendJson(response, { error: "invalid_token" }, 400);
      default:
        return void response.writeHead(404).end();
    }
  });

  const at = (network: Network): string => `${server.origin}/${network}`;
  const credentials = (network: Network) => ({ client_id: appOf(network), client_secret: secretOf(network) });
  return {
    ...server,
    scriptToken: (network, appId, person) => keep(tokens, { network, appId, person, nonce: null, challenge: null }),
    settings: {
      facebook: {
        ...credentials("facebook"),
        authorize_url: `${at("facebook")}/authorize`,
        token_url: `${at("facebook")}/token`,
        userinfo_url: `${at("facebook")}/me?fields=id,name,first_name,last_name,email`,
        token_check: { style: "debug_token", url: `${at("facebook")}/debug_token` },
      },
      google: {
        ...credentials("google"),
        issuer: at("google"),
        token_check: { style: "tokeninfo", url: `${at("google")}/tokeninfo` },
      },
      linkedin: {
        ...credentials("linkedin"),
        issuer: at("linkedin"),
        token_check: { style: "introspection", url: `${at("linkedin")}/introspect` },
      },
      apple: {
        client_id: appOf("apple"),
        client_secret: await exportPKCS8(team.privateKey),
        issuer: at("apple"),
        ...apple,
      },
    },
  };
}

const isNetwork = (name: string): name is Network => Object.hasOwn(quirks, name);

/** Facebook's ids are numbers, written as text. */
const idAtFacebook = (person: string): string => BigInt(`0x${Buffer.from(person).toString("hex")}`).toString();

async function textOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
