import { expect } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, operate } from "../admin/support.ts";
import { request } from "../support/world.ts";

export type Json = Record<string, unknown>;

/** What an unassuming client sends. */
export const modest: Json = { client_name: "Note taker", redirect_uris: ["https://notes.example/callback"] };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Json;
}

/** A call of /register, or of one client's place below it. */
export async function callRegister(
  context: RealmContext,
  method: string,
  options: { path?: string; body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { path = "/register", body, token, headers = {} } = options;
  const response = await request(`${context.realm.issuer}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === "" ? {} : (JSON.parse(text) as Json) };
}

/** A client that registered itself in a realm that is open. */
export async function registered(context: RealmContext, metadata: Json = {}): Promise<Json> {
  const answer = await callRegister(context, "POST", { body: { ...modest, ...metadata } });
  expect(answer.status, JSON.stringify(answer.json)).toBe(201);
  return answer.json;
}

export async function initialToken(context: RealmContext, body: Json = {}): Promise<{ id: string; token: string }> {
  const made = await done(201, operate("POST", `/realms/${context.realm.id}/registration-tokens`, body));
  return { id: String(made.id), token: String(made.token) };
}

/** RFC 7591 §3.2.2, to the letter. */
export function expectRegistrationError(answer: Answer, error: string, status = 400): void {
  expect([answer.status, answer.json.error], JSON.stringify(answer.json)).toEqual([status, error]);
  expect(Object.keys(answer.json).toSorted()).toEqual(["error", "error_description"]);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.json.error_description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
}

/** How many clients the realm has. */
export const clientCount = async (context: RealmContext): Promise<number> =>
  (await context.clients.store.list(0, 1000)).length;
