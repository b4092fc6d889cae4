import {
  auth,
  discoverOAuthProtectedResourceMetadata,
  type OAuthClientProvider,
  UnauthorizedError,
} from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { startToolServer, type ToolServer } from "./support/mcp-server.ts";
import { signInOnPage } from "./support/pages.ts";

const redirectUri = "http://127.0.0.1:9/callback";
const chromium = useChromium();

let tools: ToolServer;
let site: Site;
let userId: number;
beforeAll(async () => {
  tools = await startToolServer();
  site = await makeSite("mcp", {
    registration: "open",
    client_id_metadata_documents: "on",
    scopes: { "mcp:tools": "Use tools in your name" },
    registration_scopes: ["openid", "offline_access", "mcp:tools"],
    resources: { [tools.resource]: { name: "Tools", scopes: ["mcp:tools"] } },
  });
  tools.issuer = site.issuer;
  userId = (await makeUser(site, "moira@example.com")).id;
});
afterAll(() => tools.stop());

const metadata: OAuthClientMetadata = {
  client_name: "Desktop assistant",
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
};

/** What an application remembers between the steps, and nothing more. `known`: a client that needs no registration. */
class Application implements OAuthClientProvider {
  readonly redirectUrl = redirectUri;
  readonly clientMetadata = metadata;
  address: URL | undefined;
  client: OAuthClientInformationMixed | undefined;
  held: OAuthTokens | undefined;
  #verifier = "";

  constructor(known?: OAuthClientInformationMixed) {
    this.client = known;
  }
  clientInformation() {
    return this.client;
  }
  saveClientInformation(made: OAuthClientInformationMixed) {
    this.client = made;
  }
  tokens() {
    return this.held;
  }
  saveTokens(tokens: OAuthTokens) {
    this.held = tokens;
  }
  redirectToAuthorization(address: URL) {
    this.address = address;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  codeVerifier() {
    return this.#verifier;
  }
}

const fetchFn = (url: string | URL, init?: RequestInit) => localFetch(url, init);

function transportFor(application: Application): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(tools.resource), { authProvider: application, fetch: fetchFn });
}

/** Connects, is sent away to sign in, and comes back with a code. */
async function signInWith(application: Application): Promise<void> {
  const transport = transportFor(application);
  const client = new Client({ name: "assistant", version: "1.0.0" });
  await expect(client.connect(transport as Parameters<Client["connect"]>[0])).rejects.toThrow(UnauthorizedError);
  const address = application.address?.href ?? "";
  const back = await signInOnPage(await chromium.context(), address, "moira@example.com", password, redirectUri);
  expect(back.searchParams.get("iss")).toBe(site.issuer);
  await transport.finishAuth(back.searchParams.get("code") ?? "");
}

async function whoami(application: Application): Promise<unknown> {
  const client = new Client({ name: "assistant", version: "1.0.0" });
  await client.connect(transportFor(application) as Parameters<Client["connect"]>[0]);
  const { content } = await client.callTool({ name: "whoami", arguments: {} });
  await client.close();
  return content;
}

describe("an MCP client, unmodified, and a server that knows only the realm's address", () => {
  it("RI-01 finds the realm, registers itself, signs a person in and uses a tool in their name", async () => {
    const application = new Application();
    await signInWith(application);
    expect(application.client?.client_id).toMatch(/^[a-z0-9]{20}$/);
    expect(application.address?.searchParams.get("resource")).toBe(tools.resource);
    expect(application.held).toMatchObject({ token_type: "Bearer", scope: "mcp:tools" });
    expect(decodeJwt(application.held?.access_token ?? "")).toMatchObject({
      iss: site.issuer,
      aud: tools.resource,
      sub: String(userId),
      client_id: application.client?.client_id,
    });
    expect(await whoami(application)).toEqual([{ type: "text", text: String(userId) }]);
    expect(tools.accepted.at(-1)).toMatchObject({ sub: String(userId), scope: "mcp:tools" });

    // The token is for that server alone.
    const headers = { authorization: `Bearer ${application.held?.access_token}` };
    expect((await localFetch(`${site.issuer}/userinfo`, { headers })).status).toBe(401);
  });

  it("or is known by a document at its own address, and needs no registration", async () => {
    const address = `${tools.origin}/client.json`;
    tools.documents.set("/client.json", { ...metadata, client_id: address, scope: "mcp:tools" });
    const application = new Application({ client_id: address });
    await signInWith(application);
    expect(decodeJwt(application.held?.access_token ?? "")).toMatchObject({ aud: tools.resource, client_id: address });
    expect(await whoami(application)).toEqual([{ type: "text", text: String(userId) }]);
  });

  it("refreshes for the same server", async () => {
    const application = new Application();
    await signInWith(application);
    const before = application.held;
    expect(before?.refresh_token).toBeDefined();
    expect(await auth(application, { serverUrl: tools.resource, fetchFn })).toBe("AUTHORIZED");
    expect(application.held?.access_token).not.toBe(before?.access_token);
    expect(decodeJwt(application.held?.access_token ?? "").aud).toBe(tools.resource);
    expect(await whoami(application)).toEqual([{ type: "text", text: String(userId) }]);
  });

  it("META-04 finds the realm's own endpoints the same way (RFC 9728 §5.1)", async () => {
    const refused = await localFetch(`${site.issuer}/userinfo`);
    const pointer = /resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "")?.[1];
    const found = await discoverOAuthProtectedResourceMetadata(
      `${site.issuer}/userinfo`,
      { resourceMetadataUrl: pointer ?? "" },
      fetchFn,
    );
    expect(found).toMatchObject({ resource: site.issuer, authorization_servers: [site.issuer] });
  });
});
