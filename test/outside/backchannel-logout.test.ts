import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import * as oidc from "openid-client";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { type MadeClient, makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { signInOnPage } from "./support/pages.ts";

const redirectUri = "http://rp.localhost:9/callback";
const chromium = useChromium();

/** An application: an HTTP server that hears of ended sessions, and the client it is registered as. */
interface Application {
  readonly client: MadeClient;
  readonly alg: string;
  readonly heard: { readonly at: number; readonly path: string; readonly token: string }[];
}

const servers: Server[] = [];
let site: Site;
let quick: Application;
let edwards: Application;
let hanging: Application;
let failingOnce: Application;
let redirecting: Application;

beforeAll(async () => {
  site = await makeSite("logout");
  await makeUser(site, "lola@example.com");
  quick = await makeApplication("ES256", (_, response) => response.writeHead(200).end());
  edwards = await makeApplication("EdDSA", (_, response) => response.writeHead(204).end());
  hanging = await makeApplication("ES256", () => undefined);
  failingOnce = await makeApplication("RS256", (time, response) => response.writeHead(time === 1 ? 500 : 200).end());
  redirecting = await makeApplication("ES256", (_, response) =>
    response.writeHead(302, { location: "/elsewhere" }).end(),
  );
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function makeApplication(
  alg: string,
  answer: (time: number, response: ServerResponse) => unknown,
): Promise<Application> {
  const heard: Application["heard"] = [];
  const server = createServer(async (incoming: IncomingMessage, response) => {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    heard.push({
      at: Date.now(),
      path: incoming.url ?? "",
      token: new URLSearchParams(body).get("logout_token") ?? "",
    });
    answer(heard.length, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const client = await makeClient(site, {
    redirect_uris: [redirectUri],
    id_token_signed_response_alg: alg,
    backchannel_logout_uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/backchannel`,
    backchannel_logout_session_required: true,
  });
  return { client, alg, heard };
}

function discover({ client, alg }: Application): Promise<oidc.Configuration> {
  return oidc.discovery(
    new URL(site.issuer),
    client.client_id,
    { client_secret: client.client_secret, id_token_signed_response_alg: alg },
    oidc.ClientSecretBasic(client.client_secret),
    {
      execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
      [oidc.customFetch]: (url, options) => localFetch(url, options as RequestInit),
    },
  );
}

async function signIn(application: Application, context: BrowserContext) {
  const configuration = await discover(application);
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const address = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: "openid profile",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  });
  const back = await signInOnPage(context, address.href, "lola@example.com", password, redirectUri);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true };
  const tokens = await oidc.authorizationCodeGrant(configuration, back, checks);
  return { configuration, tokens, claims: tokens.claims() };
}

/** The logout token, checked as an application does (Back-Channel Logout §2.6). */
async function verified(application: Application, token: string) {
  const keys = (await (await localFetch(`${site.issuer}/jwks.json`)).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: site.issuer,
    audience: application.client.client_id,
    typ: "logout+jwt",
    algorithms: [application.alg],
    requiredClaims: ["iat", "exp", "jti", "sub", "sid", "events"],
    maxTokenAge: "2 minutes",
  });
  expect(payload.nonce).toBeUndefined();
  expect(payload.events).toEqual({ "http://schemas.openid.net/event/backchannel-logout": {} });
  return payload;
}

const untilHeard = (application: Application, times: number, withinMs: number): Promise<void> =>
  vi.waitFor(() => expect(application.heard.length).toBeGreaterThanOrEqual(times), { timeout: withinMs, interval: 50 });

describe("applications with their own servers hear of a sign-out (LO-06, LO-07, LO-08)", () => {
  it("within seconds, all of them, though one hangs, one fails at first and one redirects", async () => {
    const context = await chromium.context();
    const all = [quick, edwards, hanging, failingOnce, redirecting];
    const sessions = new Map<Application, Awaited<ReturnType<typeof signIn>>>();
    for (const application of all) sessions.set(application, await signIn(application, context));
    for (const application of all) expect(application.heard).toEqual([]);

    const first = sessions.get(quick);
    if (first === undefined) throw new Error("nobody has signed in");
    const out = oidc.buildEndSessionUrl(first.configuration, { id_token_hint: first.tokens.id_token ?? "" });
    const page = await context.newPage();
    const begun = Date.now();
    const answer = await page.goto(out.href);
    expect([answer?.status(), Date.now() - begun < 4_000]).toEqual([200, true]);

    await Promise.all(all.map((application) => untilHeard(application, 1, 10_000)));
    await untilHeard(failingOnce, 2, 40_000);
    for (const application of all) {
      const { claims } = sessions.get(application) ?? {};
      for (const { token, path } of application.heard) {
        expect(path).toBe("/backchannel");
        expect(await verified(application, token)).toMatchObject({ sub: claims?.sub, sid: claims?.sid });
      }
    }
    expect([quick.heard.length, edwards.heard.length]).toEqual([1, 1]);

    const me = await page.goto(`${site.issuer}/api/auth/v1/users/me`);
    expect(me?.status()).toBe(403);
    await context.close();
  }, 120_000);
});
