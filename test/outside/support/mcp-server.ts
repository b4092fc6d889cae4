import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { localFetch } from "../../../scripts/local-fetch.mjs";

const metadataPath = "/.well-known/oauth-protected-resource/mcp";

/** A resource server as somebody else would write it: it knows its own address and the address of its authorization server. */
export interface ToolServer {
  /** Its identifier as a resource (RFC 8707), and where it answers. */
  readonly resource: string;
  readonly origin: string;
  /** Claims of the tokens that it has let in. */
  readonly accepted: JWTPayload[];
  /** Documents that it serves beside: path → JSON. */
  readonly documents: Map<string, unknown>;
  issuer: string;
  stop(): Promise<void>;
}

export async function startToolServer(): Promise<ToolServer> {
  const server = createServer((request, response) => {
    answer(tools, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  const tools: ToolServer = {
    resource: `${origin}/mcp`,
    origin,
    accepted: [],
    documents: new Map(),
    issuer: "",
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return tools;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function answer(tools: ToolServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "/";
  const document = path === metadataPath ? metadataOf(tools) : tools.documents.get(path);
  if (document !== undefined) return sendJson(response, document);
  if (path !== "/mcp") return void response.writeHead(404).end();
  const claims = await verified(tools, request.headers.authorization);
  if (claims === null) {
    const challenge = `Bearer resource_metadata="${tools.origin}${metadataPath}"`;
    return void response.writeHead(401, { "www-authenticate": challenge }).end();
  }
  tools.accepted.push(claims);
  if (request.method !== "POST") return void response.writeHead(405).end();
  const transport = new StreamableHTTPServerTransport({});
  await toolsFor(claims).connect(transport as Parameters<McpServer["connect"]>[0]);
  await transport.handleRequest(request, response);
}

const metadataOf = (tools: ToolServer): unknown => ({
  resource: tools.resource,
  authorization_servers: [tools.issuer],
  scopes_supported: ["mcp:tools"],
});

function sendJson(response: ServerResponse, document: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document));
}

/** RFC 9068 §4: signature, issuer, audience, type, and the scope that this server asks for. */
async function verified(tools: ToolServer, authorization: string | undefined): Promise<JWTPayload | null> {
  const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
  if (token === undefined) return null;
  const keys = (await (await localFetch(`${tools.issuer}/jwks.json`)).json()) as JSONWebKeySet;
  const expected = { issuer: tools.issuer, audience: tools.resource, typ: "at+jwt" };
  const result = await jwtVerify(token, createLocalJWKSet(keys), expected).catch(() => null);
  return result !== null && String(result.payload.scope).split(" ").includes("mcp:tools") ? result.payload : null;
}

function toolsFor(claims: JWTPayload): McpServer {
  const server = new McpServer({ name: "whoami", version: "1.0.0" });
  server.registerTool("whoami", { description: "Says whose token it was shown." }, () => ({
    content: [{ type: "text", text: String(claims.sub) }],
  }));
  return server;
}
