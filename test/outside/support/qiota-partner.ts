import type { ServerResponse } from "node:http";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import type { MadeClient, Site } from "./admin.ts";
import { listen } from "./real-provider.ts";

/** What the partner's server learned when somebody came back with a code. */
export interface Arrival {
  readonly tokens: { access_token: string; refresh_token: string; scope: string };
  readonly userinfo: Record<string, unknown>;
}

export interface QiotaPartner {
  /** `http://partner.test:<port>`: a site that has nothing in common with the realm's. */
  readonly origin: string;
  /** The same server under a name that the realm has never heard of. */
  readonly evilOrigin: string;
  readonly redirectUri: string;
  readonly errorUri: string;
  readonly arrivals: Arrival[];
  /** Tells the partner who it is at the realm: it is registered after its address is known. */
  readonly join: (site: Site, client: MadeClient) => void;
  readonly stop: () => Promise<void>;
}

const text = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

const scope = "openid profile email roles offline_access";

/** A partner as Qiota's documents describe one: a page with its own forms, and a server that exchanges codes. No script runs in it. */
export async function startQiotaPartner(): Promise<QiotaPartner> {
  const arrivals: Arrival[] = [];
  let member: { site: Site; client: MadeClient } | undefined;

  const server = await listen((listening) => (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? new URL(listening).host}`);
    void answer(url, response);
  });
  const { port } = new URL(server.origin);
  const origin = `http://partner.test:${port}`;
  const [redirectUri, errorUri] = [`${origin}/callback`, `${origin}/login?from=realm`];

  const request = (state: string): Record<string, string> => ({
    client_id: member?.client.client_id ?? "",
    response_type: "code",
    scope,
    redirect_uri: redirectUri,
    error_uri: errorUri,
    state,
  });

  async function answer(url: URL, response: ServerResponse): Promise<void> {
    const issuer = member?.site.issuer ?? "";
    const state = url.searchParams.get("state") ?? "from the form";
    if (url.pathname === "/") {
      const href = `${issuer}/v1/authorize?${new URLSearchParams(request("from the link"))}`;
      return page(response, `<a id="enter" href="${text(href)}">Sign in</a>`);
    }
    if (url.pathname === "/login" || url.pathname === "/join")
      return page(
        response,
        form(url, `${issuer}/v1/${url.pathname === "/login" ? "login" : "register"}`, request(state)),
        url.searchParams.get("hide") === null ? {} : { "referrer-policy": "no-referrer" },
      );
    if (url.pathname !== "/callback") return void response.writeHead(404).end();
    const arrival = await arrive(url.searchParams.get("code") ?? "");
    arrivals.push(arrival);
    page(response, `<p id="user-name">${text(String(arrival.userinfo.name))}</p><p id="user-state">${text(state)}</p>`);
  }

  const form = (url: URL, action: string, hidden: Record<string, string>): string =>
    [
      `<p id="error">${text(url.searchParams.get("error") ?? "")}</p><form method="post" action="${text(action)}">`,
      ...Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${text(value)}">`),
      '<input id="email" name="email"><input id="password" name="password" type="password">',
      '<input id="name" name="name"><button id="send">Send</button></form>',
    ].join("");

  async function arrive(code: string): Promise<Arrival> {
    const tokens = await tokensFor({ grant_type: "authorization_code", code, redirect_uri: redirectUri });
    const answer = await localFetch(`${member?.site.issuer}/v1/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    return { tokens, userinfo: (await answer.json()) as Record<string, unknown> };
  }

  async function tokensFor(fields: Record<string, string>): Promise<Arrival["tokens"]> {
    const answer = await exchange(member, fields);
    if (!answer.ok) throw new Error(`/v1/token answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Arrival["tokens"];
  }

  return {
    origin,
    evilOrigin: `http://evil.test:${port}`,
    redirectUri,
    errorUri,
    arrivals,
    join: (site, client) => {
      member = { site, client };
    },
    stop: server.stop,
  };
}

/** POST /v1/token with the client's secret. */
export function exchange(
  member: { site: Site; client: MadeClient } | undefined,
  fields: Record<string, string>,
): Promise<Response> {
  const { client_id = "", client_secret = "" } = member?.client ?? {};
  return localFetch(`${member?.site.issuer}/v1/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...fields, client_id, client_secret }).toString(),
  });
}

function page(response: ServerResponse, html: string, headers: Record<string, string> = {}): void {
  response
    .writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers })
    .end(`<!doctype html><title>Partner</title>${html}`);
}
