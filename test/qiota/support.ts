import { expect } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { formBody, jsonBody, makeClient, request, type TestClient } from "../support/world.ts";

export const callback = "https://partner.test/callback";
export const errorUri = "https://partner.test/login?from=gatehouse";
export const partner = "https://partner.test";

type Fields = Readonly<Record<string, string | undefined>>;
type Headers = Record<string, string>;

/** An application that speaks Qiota's plain dialect: a secret, no PKCE, a sign-in form of its own. */
export const makePartner = (
  context: RealmContext,
  metadata: Record<string, unknown> = {},
  about: Parameters<typeof makeClient>[2] = {},
): Promise<TestClient> =>
  makeClient(context, { redirect_uris: [callback], error_uris: [errorUri], require_pkce: false, ...metadata }, about);

/** What a partner's form sends, besides who signs in. */
export const formOf = (client: TestClient, changes: Fields = {}): Fields => ({
  client_id: client.clientId,
  response_type: "code",
  scope: "openid profile email",
  redirect_uri: callback,
  error_uri: errorUri,
  state: "a state & more",
  ...changes,
});

export const endpoint = (context: RealmContext, path: string): string => `${context.realm.issuer}${path}`;

/** A form post, of a server unless the headers say otherwise. */
export function postForm(
  context: RealmContext,
  path: string,
  fields: Fields,
  headers: Headers = {},
  host = context.realm.authDomain,
): Promise<Response> {
  const init = formBody({ ...fields });
  return request(`https://${host}${path}`, { ...init, headers: { ...init.headers, ...headers } });
}

export const postJson = (
  context: RealmContext,
  path: string,
  body: unknown,
  headers: Headers = {},
): Promise<Response> => request(endpoint(context, path), jsonBody(body, headers));

/** As a browser sends a form of a page on another site. */
export const fromPage = (origin: string): Headers => ({
  origin,
  accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
  "sec-fetch-dest": "document",
  "sec-fetch-mode": "navigate",
  "sec-fetch-site": "cross-site",
});

/** A refusal as RFC 9457 has it. Answers its `errors`. */
export async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Record<string, string> | undefined> {
  expect([response.status, response.headers.get("x-error-code")]).toEqual([status, code]);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("location")).toBeNull();
  const { errors, ...body } = await response.json<{ errors?: Record<string, string> }>();
  expect(body).toEqual({
    type: "about:blank",
    title: expect.stringMatching(/^[A-Za-z].{5,200}[.a-z]$/),
    status,
    code,
    request_id: response.headers.get("x-request-id"),
  });
  return errors;
}

/** A refusal as a page: nobody is sent anywhere, nobody is signed in. */
export async function expectPage(response: Response, status: number, code: string): Promise<void> {
  expect([response.status, response.headers.get("x-error-code")]).toEqual([status, code]);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(await response.text()).toContain(code);
}
