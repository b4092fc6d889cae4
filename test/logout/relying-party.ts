import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { expect, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import { logoutEvent } from "../../src/domain/logout/logout-token.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { type SignedInUser, signedInUser } from "../support/token-side.ts";
import { standUp } from "../support/upstream.ts";
import { makeClient, obtainCode, redeem, request, type TestClient, type TokenAnswer } from "../support/world.ts";

/** An application that wants to hear of ended sessions, at a host of its own. */
export interface RelyingParty {
  readonly client: TestClient;
  readonly uri: string;
  /** The requests it has had. */
  readonly heard: Request[];
  /** The logout tokens in them. */
  readonly tokens: string[];
}

/** `answer` is given the number of the request, from 1. */
export async function makeRelyingParty(
  context: RealmContext,
  metadata: Record<string, unknown> = {},
  about: { firstParty?: boolean; answer?: (time: number) => Response | Promise<Response> } = {},
): Promise<RelyingParty> {
  const host = `rp-${randomHandle(8)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}.example.com`;
  const uri = `https://${host}/backchannel?app=1`;
  const client = await makeClient(
    context,
    { backchannel_logout_uri: uri, backchannel_logout_session_required: true, ...metadata },
    { firstParty: about.firstParty ?? true },
  );
  const heard: Request[] = [];
  const tokens: string[] = [];
  standUp(host, async (sent) => {
    heard.push(sent.clone());
    tokens.push(new URLSearchParams(new TextDecoder().decode(await sent.arrayBuffer())).get("logout_token") ?? "");
    return about.answer?.(heard.length) ?? new Response(null, { status: 200 });
  });
  return { client, uri, heard, tokens };
}

export type SignedInAt = SignedInUser & { readonly tokens: TokenAnswer };

/** Somebody who is signed in at the application, in this session. */
export async function enterWith(
  context: RealmContext,
  { client }: RelyingParty,
  who: { cookie: string },
  parameters: Record<string, string> = {},
): Promise<TokenAnswer> {
  const { code, verifier } = await obtainCode(context, client, who.cookie, parameters);
  return redeem(context, client, code, verifier);
}

export async function enter(context: RealmContext, party: RelyingParty): Promise<SignedInAt> {
  const who = await signedInUser(context);
  return { ...who, tokens: await enterWith(context, party, who) };
}

/** Waits until the application has had so many tokens, and a little longer: more would be too many. */
export async function expectHeard(party: RelyingParty, times: number): Promise<void> {
  await vi.waitFor(() => expect(party.heard.length).toBeGreaterThanOrEqual(times), { timeout: 15_000, interval: 100 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(party.heard).toHaveLength(times);
}

/** The token, checked as Back-Channel Logout §2.6 tells its receivers to. */
export async function verified(context: RealmContext, { client }: RelyingParty, token: string): Promise<JWTPayload> {
  const keys = (await (await request(`${context.realm.issuer}/jwks.json`)).json()) as JSONWebKeySet;
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: context.realm.issuer,
    audience: client.clientId,
    typ: "logout+jwt",
    requiredClaims: ["iat", "exp", "jti"],
  });
  expect(protectedHeader.alg).toBe(client.metadata.id_token_signed_response_alg);
  expect(payload.events).toEqual({ [logoutEvent]: {} });
  expect(payload).not.toHaveProperty("nonce");
  return payload;
}

/** Who and what session the tokens that the application has had are about, sorted. */
export async function toldOf(context: RealmContext, party: RelyingParty): Promise<[sub: unknown, sid: unknown][]> {
  const payloads = await Promise.all(party.tokens.map((token) => verified(context, party, token)));
  return payloads.map(({ sub, sid }): [unknown, unknown] => [sub, sid]).sort();
}

export const sidIn = (idToken: string): unknown => {
  const [, payload = ""] = idToken.split(".");
  return (JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { sid?: unknown }).sid;
};

export const subOf = (user: UserRow): string => String(user.id);
