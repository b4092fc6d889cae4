import type { Snippet } from "../../pages/console/client-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import type { ClientKind } from "./client-kinds.ts";

interface About {
  readonly client_id: string;
  readonly redirect_uris: readonly string[];
  readonly scopes: readonly string[];
}

/** Ready-to-paste ways to connect an application of this kind. What only its owner has stays a name in capitals. */
export function snippetsFor(
  kind: ClientKind,
  client: About,
  { issuer }: { readonly issuer: string },
  { clients: { one } }: ConsoleTexts,
): Snippet[] {
  const hasSecret = kind === "web" || kind === "service" || kind === "resource";
  const environment = [
    `ISSUER=${issuer}`,
    `CLIENT_ID=${client.client_id}`,
    ...(hasSecret ? ["CLIENT_SECRET="] : []),
    ...client.redirect_uris.slice(0, 1).map((uri) => `REDIRECT_URI=${uri}`),
  ].join("\n");
  return [{ id: "environment", label: one.environment, code: environment }, ...codeFor(kind, client, issuer, one)];
}

function codeFor(kind: ClientKind, client: About, issuer: string, one: ConsoleTexts["clients"]["one"]): Snippet[] {
  const basic = `-u "${client.client_id}:$CLIENT_SECRET"`;
  switch (kind) {
    case "service":
      return [
        {
          id: "service",
          label: one.codeService,
          code: `curl ${issuer}/token \\\n  ${basic} \\\n  -d grant_type=client_credentials`,
        },
      ];
    case "device":
      return [
        {
          id: "device",
          label: one.codeDevice,
          code: `curl ${issuer}/device_authorization \\\n  -d client_id=${client.client_id} \\\n  -d "scope=${client.scopes.join(" ")}"`,
        },
      ];
    case "resource":
      return [
        {
          id: "resource",
          label: one.codeResource,
          code: `curl ${issuer}/introspect \\\n  ${basic} \\\n  -d "token=$ACCESS_TOKEN"`,
        },
      ];
    default:
      return [{ id: "code", label: one.code, code: signInCode(kind === "web", client) }];
  }
}

/** The exchange of https://www.npmjs.com/package/openid-client, with PKCE, state and nonce. */
const signInCode = (hasSecret: boolean, { scopes }: About): string => `import * as client from "openid-client";

const config = await client.discovery(
  new URL(ISSUER), CLIENT_ID, ${hasSecret ? "CLIENT_SECRET" : "undefined, client.None()"},
);

// 1. Send the browser to sign in.
const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const nonce = client.randomNonce();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: "${scopes.filter((scope) => ["openid", "profile", "email", "offline_access"].includes(scope)).join(" ") || "openid"}",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});

// 2. When it is back at REDIRECT_URI:
const tokens = await client.authorizationCodeGrant(config, currentUrl, {
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
});
console.log(tokens.claims());`;
