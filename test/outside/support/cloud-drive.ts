import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import Provider from "oidc-provider";
import { client, listen, type RunningServer } from "./real-provider.ts";

/** A drive that people keep photos on: OAuth by oidc-provider, unmodified, and an API of its own that goes wrong where it is asked to. */
export interface CloudDrive extends RunningServer {
  /** Of the photo in full resolution. */
  readonly original: Buffer;
  /** How often tokens were refreshed. */
  refreshes: number;
  /** Bytes that were sent of what has no end. */
  sentOfHuge: number;
  /** From now on no token that was seen so far is taken. */
  expire(): void;
}

export interface DriveHabits {
  readonly rotates: boolean;
  /** Gives a refresh token with the first consent alone. */
  readonly refreshTokenOnce: boolean;
  /** The list of its one photo, in its own words. */
  readonly list: (bytes: number) => unknown;
}

const hugeBytes = 1024 ** 3;

export async function startCloudDrive(redirectUri: string, habits: DriveHabits): Promise<CloudDrive> {
  const original = randomBytes(3 * 1024 * 1024);
  const seen = new Set<string>();
  const refused = new Set<string>();
  const consented = new Set<string>();
  const state = { refreshes: 0, sentOfHuge: 0 };

  const server = await listen((origin) => {
    const provider = new Provider(origin, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: [redirectUri],
          grant_types: ["authorization_code", "refresh_token"],
        },
      ],
      cookies: { keys: ["cookie-key-of-the-drive"] },
      rotateRefreshToken: habits.rotates,
      issueRefreshToken: async (_context: unknown, _client: unknown, code: { accountId: string }) => {
        const isFirst = !consented.has(code.accountId);
        consented.add(code.accountId);
        return isFirst || !habits.refreshTokenOnce;
      },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    });
    provider.on("grant.success", ({ oidc }) => {
      if (oidc.params.grant_type === "refresh_token") state.refreshes++;
    });
    const oauth = provider.callback();

    async function api(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
      const token = (request.headers.authorization ?? "").replace("Bearer ", "");
      const known = refused.has(token) ? undefined : await provider.AccessToken.find(token);
      if (known === undefined) return void response.writeHead(401).end("{}");
      seen.add(token);
      if (path === "/api/down") return void request.socket.destroy();
      if (path === "/api/slow") return;
      if (path === "/api/huge") return endless(response);
      const json = { "content-type": "application/json" };
      if (path === "/api/lying") return void response.writeHead(200, json).end("<h1>No JSON</h1>");
      if (path === "/api/original") {
        const about = { "content-type": "image/jpeg", "content-length": original.length, etag: '"original"' };
        return void response.writeHead(200, about).end(original);
      }
      response.writeHead(200, json).end(JSON.stringify(habits.list(original.length)));
    }

    function endless(response: ServerResponse): void {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = Buffer.alloc(64 * 1024, 32);
      const more = (): void => {
        while (state.sentOfHuge < hugeBytes && !response.destroyed) {
          state.sentOfHuge += chunk.length;
          if (!response.write(chunk)) return;
        }
        response.end();
      };
      response.on("drain", more);
      more();
    }

    return (request, response) => {
      const { pathname } = new URL(request.url ?? "/", origin);
      if (!pathname.startsWith("/api/")) return oauth(request, response);
      void api(request, response, pathname);
    };
  });
  return Object.assign(state, server, {
    original,
    expire: () => {
      for (const token of seen) refused.add(token);
    },
  });
}
