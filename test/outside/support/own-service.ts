import type { IncomingMessage } from "node:http";
import type { JWTPayload } from "jose";
import { verifiedContext } from "../../../examples/internal-service/verified-context.mjs";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { listen } from "./real-provider.ts";

/** What the service has made of a request: whom it is for, once from the gateway's word and once from the token itself. */
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

/** An internal service that asks examples/internal-service whom a request is for, and answers nobody else. */
export async function startOwnService(issuer: string): Promise<OwnService> {
  const whoAsks = verifiedContext(issuer, { fetch: localFetch });
  let count = 0;
  const server = await listen(() => async (request, response) => {
    const asking = await whoAsks(request.headers.authorization, request.headers["x-user-context"]?.toString());
    if (asking === null) return void response.writeHead(403).end();
    count++;
    const served: Served = {
      method: request.method ?? "",
      url: request.url ?? "",
      userContext: asking.context,
      claims: asking.claims,
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
