import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, type Json, operate } from "../admin/support.ts";
import { putSource } from "../hand-over/support.ts";
import { jsonBody, makeRealm, request } from "../support/world.ts";

export interface Asker {
  readonly context: RealmContext;
  readonly key: string;
}

export const hashOf = (token: string): string => bytesToHex(sha256(utf8ToBytes(token)));

export async function makeKey(context: RealmContext, source = "main_product", body: Json = {}): Promise<string> {
  const made = await done(201, operate("POST", `/realms/${context.realm.id}/sources/${source}/api-keys`, body));
  return String(made.api_key);
}

export async function makeSource(context: RealmContext, name = "main_product", body: Json = {}): Promise<void> {
  await putSource(context, name, {
    issuer: `https://${name.replaceAll("_", "-")}.example`,
    algorithm: "HS256",
    secret: "a-secret-of-more-than-thirty-two-bytes",
    ...body,
  });
}

/** A realm with a main product, and the key of its server. */
export async function makeAsker(settings: Record<string, unknown> = {}, source: Json = {}): Promise<Asker> {
  const context = await makeRealm(settings);
  await makeSource(context, "main_product", source);
  return { context, key: await makeKey(context) };
}

export const verifyUrl = (context: RealmContext): string => `${context.realm.issuer}/api/v1/sessions/verify`;

export function ask({ context, key }: { context: RealmContext; key?: string }, token_hash: unknown): Promise<Response> {
  return request(verifyUrl(context), jsonBody({ token_hash }, key === undefined ? {} : { "x-api-key": key }));
}

export async function answerOf(asker: Asker, token: string): Promise<Json> {
  const response = await ask(asker, hashOf(token));
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${await response.text()}`);
  return response.json();
}
