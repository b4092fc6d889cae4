import { decodeJwt, jwtVerify } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { openSession } from "../../src/domain/sessions/open-session.ts";
import { config, makeRealm, makeUser, request, signIn } from "../support/world.ts";

const operator = { authorization: `Bearer ${config.adminToken}`, "content-type": "application/json" };

interface Integration {
  integration_id: number;
  client_id: string;
  client_secret: string;
}

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

async function register(of: RealmContext, body: Record<string, unknown> = {}): Promise<Integration> {
  const response = await request(`https://ops.test/admin/v1/realms/${of.realm.id}/clients`, {
    method: "POST",
    headers: operator,
    body: JSON.stringify({ name: "Comments", redirect_uris: ["https://comments.test/cb"], ...body }),
  });
  expect(response.status).toBe(201);
  return response.json();
}

const address = (id: number | string, prefix = "/api/auth/v1"): string =>
  `${context.realm.issuer}${prefix}/access-token/integrations/${id}`;

describe("integration tokens (S2.19 to S2.21)", () => {
  it("are JWTs with the integration's own secret, for a session by cookie, by header or by query", async () => {
    const integration = await register(context);
    const user = await makeUser(context);
    const session = await signIn(context, user);
    const ways: [string, RequestInit][] = [
      [address(integration.integration_id), { headers: { cookie: `qt-auth=${session}` } }],
      [address(integration.client_id), { headers: { "x-qt-auth": session } }],
      [`${address(integration.integration_id, "/api/v1")}?qt-auth=${session}`, {}],
    ];
    for (const [url, init] of ways) {
      const response = await request(url, init);
      expect([response.status, await response.json(), response.headers.get("cache-control")]).toEqual([
        200,
        { success: true },
        "no-store",
      ]);
      const token = response.headers.get("x-integration-token") ?? "";
      const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(integration.client_secret));
      expect(protectedHeader.alg).toBe("HS256");
      expect(payload).toMatchObject({
        id: user.id,
        email: user.email,
        name: "Una User",
        provider: "email",
        "login-phone-number": null,
      });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
      expect(
        (await request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: { "x-qt-auth": token } })).status,
      ).toBe(403);
      expect(
        (await request(`${context.realm.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status,
      ).toBe(401);
    }
  });

  it("name the provider that signed the user in; an empty parameter leaves the cookie its word", async () => {
    const integration = await register(context);
    const user = await makeUser(context);
    const link = { source: "google", sourceId: "g-1", userId: user.id, linkedAt: Date.now(), metadata: {} };
    expect(await context.linkedAccounts.add(link, null)).toBe(true);
    const device = { userAgent: null, address: null, network: null, browser: null, post: null, previous: null };
    for (const [amr, provider] of [
      ["fed", "google"],
      ["pwd", "email"],
    ] as const) {
      const { token: session } = await openSession(context, user, [amr], device);
      const response = await request(`${address(integration.client_id)}?qt-auth=`, {
        headers: { cookie: `qt-auth=${session}` },
      });
      expect(decodeJwt(response.headers.get("x-integration-token") ?? "")).toMatchObject({ id: user.id, provider });
    }
  });

  it("are signed with the new secret after a rotation", async () => {
    const integration = await register(context);
    const rotated = await request(
      `https://ops.test/admin/v1/realms/${context.realm.id}/clients/${integration.client_id}/rotate-secret`,
      {
        method: "POST",
        headers: operator,
      },
    );
    const { client_secret } = await rotated.json<{ client_secret: string }>();
    const session = await signIn(context, await makeUser(context));
    const response = await request(address(integration.client_id), { headers: { "x-qt-auth": session } });
    const token = response.headers.get("x-integration-token") ?? "";
    await expect(jwtVerify(token, new TextEncoder().encode(integration.client_secret))).rejects.toThrow();
    await expect(jwtVerify(token, new TextEncoder().encode(client_secret))).resolves.toBeDefined();
  });

  it("MR-01 are refused without a session, for unknown integrations, public ones, and those of another realm", async () => {
    const integration = await register(context);
    expect((await request(address(integration.integration_id))).status).toBe(403);
    expect((await request(address(integration.integration_id), { headers: { "x-qt-auth": "dummy" } })).status).toBe(
      403,
    );
    const headers = { "x-qt-auth": await signIn(context, await makeUser(context)) };
    const foreign = await register(await makeRealm());
    const open = await register(context, { type: "public" });
    for (const id of [999_999_999, "no-such-client", foreign.integration_id, foreign.client_id, open.client_id]) {
      const response = await request(address(id), { headers });
      expect([response.status, response.headers.get("x-integration-token")]).toEqual([404, null]);
    }
  });
});
