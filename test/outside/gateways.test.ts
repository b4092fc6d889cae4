import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import workerGateway from "../../examples/gateway-worker/gateway.mjs";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { ensureNginx, type Nginx, startNginx } from "./support/nginx.ts";
import { type OwnService, type Served, startOwnService } from "./support/own-service.ts";

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

async function login(): Promise<{ accessToken: string; accessTokenExpiresAt: string; userId: string }> {
  const email = `user-${Math.random().toString(36).slice(2)}@example.com`;
  await makeUser(site, email);
  const response = await localFetch(`${site.issuer}/api/auth/login`, {
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
