import { expect } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { goodPassword, jsonBody, request } from "../support/world.ts";

export interface OAuthToken {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt?: string;
  readonly scope: string;
  readonly userId: string;
  readonly clientId: string;
}

/** POST below /api/auth. */
export const post = (
  context: RealmContext,
  path: string,
  body: unknown = {},
  headers: Record<string, string> = {},
): Promise<Response> => request(`${context.realm.issuer}/api/auth${path}`, jsonBody(body, headers));

export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

export async function tokenOf(response: Response): Promise<OAuthToken> {
  const text = await response.text();
  expect(response.status, text).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.getSetCookie()).toEqual([]);
  return JSON.parse(text) as OAuthToken;
}

export const login = async (
  context: RealmContext,
  user: { email: string | null },
  more: Record<string, unknown> = {},
) => tokenOf(await post(context, "/login", { email: user.email, password: goodPassword, ...more }));

export const guest = async (context: RealmContext) => tokenOf(await post(context, "/login/guest"));

export const refresh = (context: RealmContext, refreshToken: string, more: Record<string, unknown> = {}) =>
  post(context, "/refresh-token", { refreshToken, ...more });

export const userContext = (context: RealmContext, token: string): Promise<Response> =>
  request(`${context.realm.issuer}/api/auth/user-context`, { headers: bearer(token) });

/** The shape of this surface's refusals (contract §0). `headerCode` where the header spells it otherwise. */
export async function expectRefusal(
  response: Response,
  status: number,
  code: string,
  headerCode = code,
): Promise<void> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("x-error-code")).toBe(headerCode);
  expect(response.headers.get("x-request-id")).not.toBeNull();
  const body = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(body).filter((name) => name !== "fields")).toEqual(["code", "message"]);
  expect(body.code).toBe(code);
}
