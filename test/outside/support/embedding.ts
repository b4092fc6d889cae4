import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { fillSignIn } from "./pages.ts";
import { startProduct } from "./product.ts";

export const person = { email: "wanda@example.com", password: "amber-lantern-quarry-47", name: "Wanda Wide" };

/** What our frame posts to the page that shows it. */
export interface Message {
  readonly type: string;
  readonly status: string;
  readonly user?: { readonly id: string; readonly name?: string; readonly email?: string };
  readonly code?: string;
}

export type Embedding = Awaited<ReturnType<typeof startEmbedding>>;

/**
 * An embedded realm over TLS, on a registrable domain, and the sites of its applications: of the house's own, and of others, both with
 * the same addresses. `flags` are for a browser that sends no cookies from frames on other sites; FedCM looks for its first file without
 * the port.
 */
export async function startEmbedding() {
  const product = await startProduct("--https", "--no-demo");
  const { port } = new URL(product.baseUrl);
  const home = `https://gatehouse-idp.test:${port}`;
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? "/", "http://x").searchParams;
    response.setHeader("content-type", "text/html");
    response.end(sitePage(home, query.get("client") ?? "", query.get("origin") ?? "", query.get("request") ?? ""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sitePort = (server.address() as AddressInfo).port;
  const sister = "https://main.gatehouse-idp.test";
  const shop = `http://shop.localhost:${sitePort}`;
  const branch = `http://branch.shop-two.localhost:${sitePort}`;
  const evil = `http://evil.localhost:${sitePort}`;

  const admin = async <Answer>(path: string, body: unknown): Promise<Answer> => {
    const response = await localFetch(`${product.baseUrl}/admin/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${product.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const realm = await admin<{ id: string }>("/realms", {
    name: "Media house",
    auth_domain: "gatehouse-idp.test",
    domains: ["gatehouse-idp.test"],
    settings: { embedding: true },
  });
  const user = await admin<{ id: number }>(`/realms/${realm.id}/users`, { ...person, email_verified: true });
  const makeClient = (first_party: boolean) =>
    admin<{ client_id: string; client_secret: string }>(`/realms/${realm.id}/clients`, {
      name: "Shop",
      redirect_uris: [`${shop}/callback`],
      origins: [sister, branch],
      first_party,
    });
  return {
    home,
    sister,
    shop,
    branch,
    evil,
    own: await makeClient(true),
    others: await makeClient(false),
    userId: String(user.id),
    flags: [
      "--test-third-party-cookie-phaseout",
      "--ignore-certificate-errors",
      `--host-resolver-rules=MAP *.test:443 127.0.0.1:${port}, MAP *.test 127.0.0.1`,
    ],
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await product.stop();
    },
  };
}

/** A page of a site, with our script on it. What it is told stands in `heard`. */
export const sitePage = (home: string, clientId: string, origin: string, request: string): string => `<!doctype html>
<div id="box"></div><script src="${home}/embed.js"></script><script>
var heard = [];
var embedded = gatehouseEmbed({ client_id: ${JSON.stringify(clientId)}, ${origin === "" ? "" : `origin: ${JSON.stringify(origin)},`}
  request: ${request || "undefined"}, container: document.getElementById("box"), onSession: (message) => heard.push(message) });
</script>`;

export async function visit(context: BrowserContext, site: string, query: Record<string, string>): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site}/?${new URLSearchParams(query)}`);
  return page;
}

export async function signInAtHome(context: BrowserContext, { home }: Embedding): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${home}/sign-in`);
  await fillSignIn(page, person.email, person.password);
  await page.waitForSelector("#sign-out-button");
}
