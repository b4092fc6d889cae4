import type { RealmContext } from "../../src/domain/realm-context.ts";
import { postAs } from "./token-side.ts";
import { formBody, pkce, request, type TestClient } from "./world.ts";

export const urnPrefix = "urn:ietf:params:oauth:request_uri:";

type Values = Readonly<Record<string, string | undefined>>;

/** Any S256 challenge will do where nothing is redeemed. */
const someChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** The parameters of a complete authorization request. */
export const authorizationFields = (client: TestClient, changes: Values = {}): Values => ({
  response_type: "code",
  client_id: client.clientId,
  redirect_uri: client.metadata.redirect_uris[0],
  scope: "openid profile",
  state: "pushed state",
  nonce: "pushed nonce",
  code_challenge: someChallenge,
  code_challenge_method: "S256",
  ...changes,
});

/** POST /par, by Basic authentication unless the client is a public one. */
export function push(context: RealmContext, client: TestClient, changes: Values = {}): Promise<Response> {
  const fields = authorizationFields(client, changes);
  return client.type === "public"
    ? request(`${context.realm.issuer}/par`, formBody(fields))
    : postAs(context, client, "/par", fields);
}

export async function requestUriIn(response: Response): Promise<string> {
  const text = await response.text();
  if (response.status !== 201) throw new Error(`/par answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { request_uri: string }).request_uri;
}

export const pushed = async (context: RealmContext, client: TestClient, changes: Values = {}): Promise<string> =>
  requestUriIn(await push(context, client, changes));

/** Pushes a request with a verifier of its own. */
export async function pushedWithVerifier(context: RealmContext, client: TestClient, changes: Values = {}) {
  const { verifier, challenge } = await pkce();
  return { verifier, requestUri: await pushed(context, client, { code_challenge: challenge, ...changes }) };
}

export const pushedUrl = (
  context: RealmContext,
  clientId: string,
  requestUri: string,
  beside: Readonly<Record<string, string>> = {},
): string => {
  const query = new URLSearchParams({ client_id: clientId, request_uri: requestUri, ...beside });
  return `${context.realm.issuer}/authorize?${query}`;
};

/** GET /authorize as a browser does, with a session when `cookie` is given. */
export const openPushed = (
  context: RealmContext,
  client: { clientId: string },
  requestUri: string,
  { cookie, beside = {} }: { cookie?: string | undefined; beside?: Readonly<Record<string, string>> } = {},
): Promise<Response> =>
  request(pushedUrl(context, client.clientId, requestUri, beside), {
    headers: {
      accept: "text/html",
      "sec-fetch-mode": "navigate",
      ...(cookie === undefined ? {} : { cookie: `qt-auth=${cookie}` }),
    },
  });

/** The parameters of an answer by redirect. */
export function answerOf(response: Response): Record<string, string> {
  const location = response.headers.get("location");
  if (response.status !== 302 || location === null) throw new Error(`no redirect: ${response.status}`);
  return Object.fromEntries(new URL(location).searchParams);
}
