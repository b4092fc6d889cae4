import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import type { BrowserContext, Page } from "playwright-core";

export interface RunningServer {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** Listens on a free port of this machine. The handler is made when the address is known. */
export async function listen(handlerAt: (origin: string) => RequestListener): Promise<RunningServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on("request", handlerAt(origin));
  return {
    origin,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const client = { id: "gatehouse-at-upstream", secret: "upstream-secret-0123456789" };
export const app = {
  id: "mobile-app-at-upstream",
  secret: "app-secret-0123456789",
  redirectUri: "http://app.localhost:9/cb",
};

/** oidc-provider, unmodified: a certified OpenID provider with a sign-in page of its own. Any name and password will do there. */
export function startRealProvider(redirectUris: readonly string[]): Promise<RunningServer> {
  return listen((origin) => {
    const provider = new Provider(origin, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: redirectUris,
          grant_types: ["authorization_code", "refresh_token"],
        },
        { client_id: app.id, client_secret: app.secret, redirect_uris: [app.redirectUri] },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "given_name", "family_name"] },
      features: { revocation: { enabled: true } },
      cookies: { keys: ["cookie-key-of-the-test"] },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          email: `${id}@example.com`,
          email_verified: true,
          name: `${id} Upstream`,
          given_name: id,
        }),
      }),
    });
    return provider.callback();
  });
}

/** Signs in at the provider's own page, and agrees. */
export async function signInUpstream(page: Page, login: string): Promise<void> {
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', "any");
  await page.click('button[type="submit"]');
  await page.waitForSelector('form:has(input[value="consent"])');
  await page.click('button[type="submit"]');
}

/** An ID token that the provider gave an app by itself. */
export async function idTokenForApp(context: BrowserContext, origin: string, login: string): Promise<string> {
  const query = new URLSearchParams({
    client_id: app.id,
    redirect_uri: app.redirectUri,
    response_type: "code",
    scope: "openid email",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const page = await context.newPage();
  const back = page.waitForRequest((request) => request.url().startsWith(app.redirectUri));
  await page.goto(`${origin}/auth?${query}`);
  await signInUpstream(page, login);
  const code = new URL((await back).url()).searchParams.get("code") ?? "";
  await page.close();
  const answer = await fetch(`${origin}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${app.id}:${app.secret}`)}` },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: app.redirectUri,
      code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    }),
  });
  const tokens = (await answer.json()) as { id_token?: string };
  if (tokens.id_token === undefined) throw new Error(`no ID token: ${JSON.stringify(tokens)}`);
  return tokens.id_token;
}
