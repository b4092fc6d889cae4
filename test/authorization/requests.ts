import type { RealmContext } from "../../src/domain/realm-context.ts";
import { request, type TestClient } from "../support/world.ts";

/** Any S256 challenge will do where nothing is redeemed. */
export const someChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

export const sealedBy = (location: string): string =>
  new URL(location, "https://x.test").searchParams.get("interaction") ?? "";

type Values = Readonly<Record<string, string | undefined>>;

/** A complete authorization request; `changes` replaces parameters, undefined leaves one out. */
export function authorizeParameters(client: TestClient, changes: Values = {}): URLSearchParams {
  const all: Values = {
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.metadata.redirect_uris[0],
    scope: "openid profile",
    state: "af0ifjsldkj",
    code_challenge: someChallenge,
    code_challenge_method: "S256",
    ...changes,
  };
  return new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export const authorizeUrl = (context: RealmContext, client: TestClient, changes: Values = {}): string =>
  `${context.realm.issuer}/authorize?${authorizeParameters(client, changes)}`;

/** GET /authorize, with a session when `cookie` is given. */
export function authorize(
  context: RealmContext,
  client: TestClient,
  changes: Values = {},
  cookie?: string,
): Promise<Response> {
  return request(
    authorizeUrl(context, client, changes),
    cookie === undefined ? {} : { headers: { cookie: `qt-auth=${cookie}` } },
  );
}

/** The parameters of the answer in a redirect's query; throws unless the response redirects to exactly `uri`. */
export function answerAt(response: Response, uri: string): URLSearchParams {
  const location = response.headers.get("location");
  if (location === null) throw new Error(`no redirect: ${response.status}`);
  const prefix = uri.includes("?") ? `${uri}&` : `${uri}?`;
  if (!location.startsWith(prefix)) throw new Error(`redirected to ${location}, not to ${uri}`);
  return new URLSearchParams(location.slice(prefix.length));
}

/** The one value of each parameter; throws when one comes twice. */
export function once(answer: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of answer) {
    if (name in values) throw new Error(`${name} comes twice`);
    values[name] = value;
  }
  return values;
}
