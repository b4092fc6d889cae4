import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { expect } from "vitest";
import { formBody, request } from "../support/world.ts";
import { type Embedding, site } from "./support.ts";

export const browser = { "sec-fetch-dest": "webidentity", "sec-fetch-mode": "cors", origin: site };
export const third = { firstParty: false };

export function post(
  { context, cookie }: Pick<Embedding, "context" | "cookie">,
  endpoint: "assertion" | "disconnect",
  fields: Record<string, string | undefined>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const init = formBody(fields);
  return request(`${context.realm.issuer}/fedcm/${endpoint}`, {
    ...init,
    headers: { ...init.headers, ...browser, cookie: `qt-auth-embed=${cookie}`, ...headers },
  });
}

export const choice = ({ client, user }: Embedding, change: Record<string, string | undefined> = {}) => ({
  client_id: client.clientId,
  account_id: String(user.id),
  params: JSON.stringify({ nonce: "a nonce" }),
  disclosure_text_shown: "true",
  disclosure_shown_for: "name,email,picture",
  is_auto_selected: "false",
  ...change,
});

export async function claimsOf({ context, client }: Embedding, response: Response) {
  expect(response.status).toBe(200);
  const { token } = await response.json<{ token: string }>();
  const keys = await (await request(`${context.realm.issuer}/jwks.json`)).json<JSONWebKeySet>();
  const { issuer } = context.realm;
  return (await jwtVerify(token, createLocalJWKSet(keys), { issuer, audience: client.clientId, typ: "JWT" })).payload;
}

export const refusal = async (response: Response) => [response.status, await response.json()];
