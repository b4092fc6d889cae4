import { expect } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { goodPassword, jsonBody, request } from "../support/world.ts";

type Headers = Record<string, string>;

const at = (context: RealmContext, path: string, host = context.realm.authDomain): string =>
  `https://${host}/api/auth/v1${path}`;

/** GET with a session cookie. */
export const get = (context: RealmContext, path: string, cookie?: string, headers: Headers = {}): Promise<Response> =>
  request(at(context, path), { headers: { ...headers, ...withCookie(cookie) } });

/** POST of JSON, with a session cookie when given. */
export function post(
  context: RealmContext,
  path: string,
  body: unknown,
  cookie?: string,
  headers: Headers = {},
): Promise<Response> {
  return request(at(context, path), jsonBody(body, { ...headers, ...withCookie(cookie) }));
}

const withCookie = (cookie: string | undefined): Headers =>
  cookie === undefined ? {} : { cookie: `qt-auth=${cookie}` };

export const logIn = (context: RealmContext, email: string | null, password = goodPassword, headers: Headers = {}) =>
  post(context, "/login", { email, password }, undefined, headers);

export interface UserAnswer {
  user: Record<string, unknown> & { id: number };
  member?: Record<string, unknown>;
  "active-sessions-count": number;
  source: string;
}

export interface SessionsAnswer {
  "active-sessions-count": number;
  sessions: (Record<string, unknown> & { id: string; current: boolean })[];
}

/** An error of the session API as contract §0 has it: both places a client reads, the code, the request's id, no cookie, no stack. */
export async function expectError(response: Response, status: number, code: string): Promise<Record<string, unknown>> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  expect(response.headers.get("x-error-code")).toBe(code);
  expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{8,64}$/);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(response.headers.get("x-qt-auth")).toBeNull();
  const text = await response.text();
  expect(text).not.toMatch(/\bat [\w.<>]+ \(|SQLITE|D1_ERROR|node_modules/);
  const body = JSON.parse(text) as { error: Record<string, unknown>; message: unknown };
  expect(Object.keys(body).sort()).toEqual(["error", "message"]);
  expect(body.message).toBe(body.error.message);
  expect(body.message).toMatch(/^[A-Z].{5,200}[.a-z]$/);
  expect(body.error.code).toBe(code);
  return body.error;
}

export const sessionCount = async (context: RealmContext, userId: number): Promise<number> =>
  (await context.objects.call(userId, (object) => object.sessions())).length;

export const countUsers = async (context: RealmContext): Promise<number> =>
  (await context.users.search(undefined, 0, 1000)).length;
