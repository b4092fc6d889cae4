import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { type OwnService, type Served, startOwnService } from "./support/own-service.ts";

let site: Site;
let service: OwnService;
beforeAll(async () => {
  site = await makeSite("split", { access_token_ttl_seconds: 5 });
  service = await startOwnService(site.issuer);
  await admin("PATCH", `/realms/${site.realmId}`, {
    settings: { gateway: { services: { notes: { origin: service.origin } } } },
  });
  // Copies of the realm are ten seconds old at most; this is a fresh one for most.
  await made("notes are served", async () => (await call(await login("first"), "/gateway/notes/")).status === 200);
});
afterAll(() => service.stop());

async function made(what: string, done: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 15_000; Date.now() < until; ) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`not so in time: ${what}`);
}

interface OAuthToken {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt?: string;
  readonly userId: string;
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  localFetch(`${site.issuer}/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

async function login(name: string): Promise<OAuthToken> {
  const email = `${name}-${Math.random().toString(36).slice(2)}@example.com`;
  await makeUser(site, email);
  const response = await post("/login", { email, password });
  expect(response.status).toBe(200);
  return (await response.json()) as OAuthToken;
}

const call = (token: OAuthToken, path: string, init: RequestInit = {}): Promise<Response> =>
  localFetch(`${site.issuer}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token.accessToken}`, ...(init.headers as Record<string, string>) },
  });

const codeOf = (response: Response) => [response.status, response.headers.get("x-error-code")];

describe("an app, the gateway and a service behind it (contract §4)", () => {
  it("S4.1–S4.4 the app holds a signature, the service verifies a whole token by the realm's keys", async () => {
    const token = await login("una");
    expect(token.accessToken).toMatch(/^[A-Za-z0-9_-]{86}$/);
    const forged = Buffer.from(JSON.stringify({ id: "1", user: { roles: ["sysadmin"] } })).toString("base64url");
    const response = await call(token, "/gateway/notes/of/me?all=1", {
      method: "POST",
      body: "a note",
      headers: { "x-user-context": forged, cookie: "qt-auth=anything" },
    });
    expect([response.status, response.headers.getSetCookie()]).toEqual([200, []]);
    const served = (await response.json()) as Served;
    expect(served).toMatchObject({
      method: "POST",
      url: "/of/me?all=1",
      body: "a note",
      cookie: null,
      userContext: { id: token.userId, user: { id: token.userId, roles: ["user"], guest: false } },
      claims: { iss: site.issuer, sub: token.userId, client_id: "own" },
    });
    const told = await call(token, "/api/auth/user-context");
    expect((await told.json()) as unknown).toMatchObject(served.userContext);
  });

  it("S4.7 S4.8 a kick, then an end by itself: 401 each time, and the app can tell which", async () => {
    const [kicked, left] = [await login("kim"), await login("lee")];
    expect((await call(kicked, "/gateway/notes/")).status).toBe(200);
    const served = service.served();
    await admin("POST", `/realms/${site.realmId}/users/${kicked.userId}/kick`);
    expect(codeOf(await call(kicked, "/gateway/notes/"))).toEqual([401, "access-token-invalid"]);
    expect((await post("/refresh-token", { refreshToken: kicked.refreshToken })).status).toBe(401);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(left.accessTokenExpiresAt) - Date.now() + 1_000));
    expect(codeOf(await call(left, "/gateway/notes/"))).toEqual([401, "access-token-expired"]);
    expect(codeOf(await call(left, "/api/auth/user-context"))).toEqual([401, "access-token-expired"]);
    expect(service.served()).toBe(served);
    const refreshed = await post("/refresh-token", { refreshToken: left.refreshToken });
    const next = (await refreshed.json()) as OAuthToken;
    expect((await call(next, "/gateway/notes/")).status).toBe(200);
  });

  it("S4.11 a guest uses a service, signs up, and is the same user", async () => {
    const guest = (await (await post("/login/guest", {})).json()) as OAuthToken;
    expect(guest.refreshTokenExpiresAt).toBeUndefined();
    const before = (await (await call(guest, "/gateway/notes/")).json()) as Served;
    expect(before.claims).toMatchObject({ sub: guest.userId, guest: true });
    const email = `grown-${guest.userId}@example.com`;
    const signedUp = await post("/v1/signup", { email, password }, { authorization: `Bearer ${guest.accessToken}` });
    expect(((await signedUp.json()) as { user: { id: number } }).user.id).toBe(Number(guest.userId));
    const refreshed = await post("/refresh-token", { refreshToken: guest.refreshToken });
    const after = (await (await call((await refreshed.json()) as OAuthToken, "/gateway/notes/")).json()) as Served;
    expect([after.claims.sub, after.claims.guest]).toEqual([guest.userId, undefined]);
    expect(after.userContext).toMatchObject({ user: { guest: false, email, roles: ["user"] } });
  });
});
