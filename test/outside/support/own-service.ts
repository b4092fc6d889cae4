import type { IncomingMessage } from "node:http";
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { listen } from "./real-provider.ts";

/** What the service has made of a request: who it is for, once from the gateway's word and once from the token itself. */
export interface Served {
  readonly method: string;
  readonly url: string;
  readonly userContext: Record<string, unknown>;
  readonly claims: JWTPayload;
  readonly cookie: string | null;
  readonly body: string;
}

export interface OwnService {
  readonly origin: string;
  /** How many requests came through so far. */
  readonly served: () => number;
  readonly stop: () => Promise<void>;
}

/** An internal service that trusts a request whose JWT it can verify by the realm's published keys (RFC 9068 §4), and no other. */
export async function startOwnService(issuer: string): Promise<OwnService> {
  const keys = createLocalJWKSet((await (await localFetch(`${issuer}/jwks.json`)).json()) as JSONWebKeySet);
  let count = 0;
  const server = await listen(() => async (request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const verified = await jwtVerify(token, keys, { issuer, audience: issuer, typ: "at+jwt" }).catch(() => null);
    if (verified === null) return void response.writeHead(403).end();
    count++;
    const context = Buffer.from(String(request.headers["x-user-context"] ?? ""), "base64url").toString();
    const served: Served = {
      method: request.method ?? "",
      url: request.url ?? "",
      userContext: JSON.parse(context) as Record<string, unknown>,
      claims: verified.payload,
      cookie: request.headers.cookie ?? null,
      body: await bodyOf(request),
    };
    response
      .writeHead(200, { "content-type": "application/json", "set-cookie": "qt-auth=planted; Path=/" })
      .end(JSON.stringify(served));
  });
  return { origin: server.origin, served: () => count, stop: server.stop };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
