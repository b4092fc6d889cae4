import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import workerGateway from "../../examples/gateway-worker/gateway.mjs";
import { verifiedContext } from "../../examples/internal-service/verified-context.mjs";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { freePort } from "../../scripts/start/ports.mjs";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { ensureNginx, type Nginx, startNginx } from "./support/nginx.ts";
import { type OwnService, type Served, startOwnService } from "./support/own-service.ts";
import { runExample, untilAnswering } from "./support/run-example.ts";

const hasNginx = ensureNginx();
if (!hasNginx)
  console.warn("nginx is not here and could not be installed: its gateway is not tried (apt-get install nginx-light).");

let site: Site;
let service: OwnService;
let nginx: Nginx | null = null;
beforeAll(async () => {
  site = await makeSite("gateways", { access_token_ttl_seconds: 5 });
  service = await startOwnService(site.issuer);
  if (!hasNginx) return;
  nginx = await startNginx({
    GATEHOUSE: inject("baseUrl"),
    GATEHOUSE_HOST: new URL(site.issuer).host,
    SERVICE: service.origin,
  });
});
afterAll(async () => {
  await nginx?.stop();
  await service.stop();
});

type Gateway = (path: string, init: RequestInit) => Promise<Response>;

const gateways: Record<string, Gateway> = {
  ...(hasNginx ? { nginx: (path, init) => fetch(`${nginx?.origin}${path}`, { redirect: "manual", ...init }) } : {}),
  worker: (path, init) =>
    workerGateway.fetch(new Request(`https://gateway.test${path}`, init), {
      GATEHOUSE: { fetch: localFetch },
      GATEHOUSE_ORIGIN: site.issuer,
      SERVICE: { fetch: (address, sent) => fetch(address, sent) },
      SERVICE_ORIGIN: service.origin,
    }),
};

interface SplitToken {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly userId: string;
}

async function login(at: Site = site): Promise<SplitToken> {
  const email = `user-${Math.random().toString(36).slice(2)}@example.com`;
  await makeUser(at, email);
  const response = await localFetch(`${at.issuer}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  return response.json();
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const refusal = async (response: Response) => [
  response.status,
  response.headers.get("x-error-code"),
  ((await response.json()) as { code: string }).code,
];

describe.each(Object.entries(gateways))("the gateway of examples/gateway-%s (contract §4)", (_name, through) => {
  it("S4.3 S4.4 sends on whom a request is for, and nothing that the caller says of that", async () => {
    const { accessToken, userId } = await login();
    const forged = Buffer.from(JSON.stringify({ id: "1" })).toString("base64url");
    const headers = { ...bearer(accessToken), "x-user-context": forged, cookie: "qt-auth=anything" };
    const response = await through("/v1/notes?all=1", { method: "POST", headers, body: "a note" });
    expect(response.status).toBe(200);
    const served = (await response.json()) as Served;
    expect(served).toMatchObject({
      method: "POST",
      url: "/v1/notes?all=1",
      body: "a note",
      userContext: { id: userId, user: { roles: ["user"] } },
      claims: { sub: userId, iss: site.issuer },
    });
    expect(served.cookie ?? "").toBe("");
  });

  it("S4.7 refuses what is no token, what was kicked and what has expired, each by its code", async () => {
    const before = service.served();
    for (const headers of [{}, bearer("A".repeat(86)), { cookie: "qt-auth=anything" }])
      expect(await refusal(await through("/", { headers }))).toEqual([
        401,
        "access-token-invalid",
        "access-token-invalid",
      ]);
    const [kicked, left] = [await login(), await login()];
    await admin("POST", `/realms/${site.realmId}/users/${kicked.userId}/kick`);
    const refused = await through("/", { headers: bearer(kicked.accessToken) });
    expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    expect(await refusal(refused)).toEqual([401, "access-token-invalid", "access-token-invalid"]);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(left.accessTokenExpiresAt) - Date.now() + 1_000));
    const expired = await through("/", { headers: bearer(left.accessToken) });
    expect(await refusal(expired)).toEqual([401, "access-token-expired", "access-token-expired"]);
    expect(service.served()).toBe(before);
  });
});

/** What a gateway sends along for a token. */
async function forwarded(at: Site): Promise<{ authorization: string; "x-user-context": string; userId: string }> {
  const { accessToken, userId } = await login(at);
  const asked = await localFetch(`${at.issuer}/api/auth/user-context`, { headers: bearer(accessToken) });
  const [authorization, context] = ["authorization", "x-user-context"].map((name) => asked.headers.get(name) ?? "");
  return { authorization: authorization ?? "", "x-user-context": context ?? "", userId };
}

describe("the service of examples/internal-service, reached past its gateway", () => {
  /** Its tokens do not expire while they are tried. */
  let lasting: Site;
  let behind: OwnService;
  beforeAll(async () => {
    lasting = await makeSite("gateways-lasting");
    behind = await startOwnService(lasting.issuer);
  });
  afterAll(() => behind?.stop());

  const status = async (headers: Record<string, string>, { origin } = behind): Promise<number> =>
    (await fetch(origin, { headers })).status;
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("S4.4 JWT-03 JWT-05 JWT-06 believes the realm's access token and the context of its user, and nothing else", async () => {
    const { userId, ...genuine } = await forwarded(lasting);
    expect(await status(genuine)).toBe(200);
    const [header = "", payload = "", signature = ""] = genuine.authorization.slice(7).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const { userId: _, ...foreign } = await forwarded(await makeSite("gateways-foreign"));
    const another = await forwarded(lasting);
    const session = await localFetch(`${lasting.issuer}/api/auth/v1/signup`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-qt-auth": "dummy" },
      body: JSON.stringify({ email: "past@example.com", password, name: "Past" }),
    });
    const sessionToken = session.headers.get("x-qt-auth") ?? "";
    expect(sessionToken.split(".")).toHaveLength(3);
    const before = behind.served();
    const refused: Record<string, Record<string, string>> = {
      "nothing at all": {},
      "a context alone": { "x-user-context": genuine["x-user-context"] },
      "a token alone": { authorization: genuine.authorization },
      "no base64url": { ...genuine, "x-user-context": "{" },
      "another's context": { ...genuine, "x-user-context": another["x-user-context"] },
      "the token as the app has it": { ...genuine, authorization: `Bearer ${signature}` },
      "alg none": { ...genuine, authorization: `Bearer ${part({ alg: "none", typ: "at+jwt" })}.${payload}.` },
      "another user": {
        authorization: `Bearer ${header}.${part({ ...claims, sub: "1" })}.${signature}`,
        "x-user-context": part({ id: "1" }),
      },
      "another realm's": foreign,
      "a session's token": { ...genuine, ...bearer(sessionToken), "x-user-context": part({ id: userId }) },
    };
    for (const [name, headers] of Object.entries(refused)) expect([name, await status(headers)]).toEqual([name, 403]);
    expect(behind.served()).toBe(before);
    expect(await status(genuine)).toBe(200);
  });

  it("JWT-07 believes no token that has expired", async () => {
    const { authorization, "x-user-context": context } = await forwarded(site);
    const headers = { authorization, "x-user-context": context };
    expect(await status(headers, service)).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await status(headers, service)).toBe(403);
  });

  it("S4.4 runs as it stands there, and answers whom the request is for", async () => {
    const port = await freePort();
    const running = runExample("internal-service/server.mjs", { ISSUER: lasting.issuer, PORT: String(port) });
    try {
      const address = `http://127.0.0.1:${port}/`;
      await untilAnswering(address);
      const { userId, ...headers } = await forwarded(lasting);
      const answer = await fetch(address, { headers });
      expect([answer.status, await answer.json()]).toMatchObject([200, { id: userId, user: { roles: ["user"] } }]);
      const refused = await fetch(address, { headers: { "x-user-context": headers["x-user-context"] } });
      expect([refused.status, await refused.json()]).toEqual([401, { code: "access-token-invalid" }]);
    } finally {
      await running.stop();
    }
  });

  it("lets nobody in when the realm's keys cannot be had", async () => {
    const { userId: _, ...genuine } = await forwarded(lasting);
    const whoAsks = (answer: () => Promise<Response>) =>
      verifiedContext(lasting.issuer, { fetch: answer })(genuine.authorization, genuine["x-user-context"]);
    expect(await whoAsks(() => localFetch(`${lasting.issuer}/jwks.json`))).not.toBeNull();
    for (const status of [404, 500, 503]) expect(await whoAsks(async () => new Response("{}", { status }))).toBeNull();
    expect(await whoAsks(async () => Response.json({ keys: [] }))).toBeNull();
    expect(await whoAsks(() => Promise.reject(new Error("no connection")))).toBeNull();
  });
});
