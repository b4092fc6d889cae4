import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { client, listen, type RunningServer } from "./real-provider.ts";

/** Where the provider can be made to lie. What is left out is the truth. */
export interface Lie {
  readonly metadata?: (truth: Json, origin: string) => Json;
  readonly claims?: (truth: JWTPayload, origin: string) => JWTPayload;
  /** Makes the ID token; by default it is signed as it should be. */
  readonly sign?: (claims: JWTPayload, keys: Keys) => Promise<string> | string;
  /** Answers instead of the endpoint of that path. */
  readonly at?: Readonly<Record<string, Answer>>;
  /** What the browser brings back beside code, state and iss. */
  readonly back?: (truth: Record<string, string>) => Record<string, string>;
}

export type Json = Record<string, unknown>;
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Keys {
  readonly privateKey: CryptoKey;
  readonly foreignKey: CryptoKey;
  readonly publicPem: string;
}

export interface LyingProvider extends RunningServer {
  /** Where the browser is sent back to by somebody who signs in there. */
  answer(authorize: URL): URL;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
}

const sendJson = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};

/** Stands up a provider that lies in one way. */
export async function startLyingProvider(lie: Lie): Promise<LyingProvider> {
  const [pair, foreign] = [await generateKeyPair("ES256", { extractable: true }), await generateKeyPair("ES256")];
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "only", alg: "ES256", use: "sig" };
  const keys: Keys = {
    privateKey: pair.privateKey,
    foreignKey: foreign.privateKey,
    publicPem: await exportSPKI(pair.publicKey),
  };
  const sign = lie.sign ?? ((claims: JWTPayload) => signWith(claims, keys.privateKey));
  const pending = new Map<string, { nonce: string | null; challenge: string | null }>();
  const asked: string[] = [];

  async function redeem(origin: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new URLSearchParams(await textOf(request));
    const code = pending.get(body.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(body.get("code_verifier") ?? "")
      .digest("base64url");
    if (code?.challenge !== challenge) return sendJson(response, { error: "invalid_grant" }, 400);
    const now = Math.floor(Date.now() / 1000);
    const truth: JWTPayload = {
      iss: origin,
      sub: "somebody",
      aud: client.id,
      iat: now,
      exp: now + 300,
      nonce: code.nonce,
      email: "somebody@example.com",
      email_verified: true,
    };
    const id_token = await sign(lie.claims?.(truth, origin) ?? truth, keys);
    sendJson(response, { access_token: "an-access-token", token_type: "Bearer", expires_in: 300, id_token });
  }

  const server = await listen((origin) => (request, response) => {
    const path = new URL(request.url ?? "/", origin).pathname;
    asked.push(path);
    const lying = lie.at?.[path];
    if (lying !== undefined) return lying(request, response);
    if (path === "/token") return void redeem(origin, request, response);
    if (path === "/jwks") return sendJson(response, { keys: [jwk] });
    if (path === "/userinfo") return sendJson(response, { sub: "somebody", email: "somebody@example.com" });
    if (path !== "/.well-known/openid-configuration") return void response.writeHead(404).end();
    const truth = {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      userinfo_endpoint: `${origin}/userinfo`,
      jwks_uri: `${origin}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256", "HS256", "none"],
      authorization_response_iss_parameter_supported: true,
    };
    return sendJson(response, lie.metadata?.(truth, origin) ?? truth);
  });

  return {
    ...server,
    asked,
    answer(authorize) {
      const { searchParams } = authorize;
      const code = randomBytes(16).toString("base64url");
      pending.set(code, { nonce: searchParams.get("nonce"), challenge: searchParams.get("code_challenge") });
      const truth = { code, state: searchParams.get("state") ?? "", iss: server.origin };
      const url = new URL(searchParams.get("redirect_uri") ?? "");
      url.search = new URLSearchParams(lie.back?.(truth) ?? truth).toString();
      return url;
    },
  };
}

export const signWith = (claims: JWTPayload, key: CryptoKey | Uint8Array, alg = "ES256"): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: "only" }).sign(key);

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Always the same answer. */
export const answering = (status: number, body: string, type = "application/json"): Answer => {
  return (_, response) => void response.writeHead(status, { "content-type": type }).end(body);
};

/** An answer without end, as fast as it is taken. */
export const huge: Answer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const chunk = " ".repeat(64 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
};

export const hangingUp: Answer = (request) => void request.socket.destroy();
export const silent: Answer = () => undefined;

/** An answer without end, a blank at a time. */
export const trickling: Answer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write(" ")), 100);
};
