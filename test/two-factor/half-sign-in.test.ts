import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { cookiesOf, makeClient, makeRealm, makeUser, request, type TestClient } from "../support/world.ts";
import { countSessions, halfway, makeEnrolled, setTfa } from "./support.ts";

/** What takes half a sign-in: the doors to the second factor. */
const doors = /^\/(?:two-factor(?:\/set-up)?|api\/auth\/v1\/(?:tfa|passkeys)\/.*|api\/auth\/v1\/passkeys)$/;

const routes = [
  ...new Set(
    app.routes
      .filter(({ method, path }) => method !== "ALL" && !path.includes("*") && !doors.test(path))
      .map(({ method, path }) => `${method} ${path}`),
  ),
];

let context: RealmContext;
let client: TestClient;

beforeAll(async () => {
  context = await makeRealm({ rate_limits: { wrong_secrets_per_address_per_minute: 1_000_000 } });
  client = await makeClient(context);
});

/** The ways in which something that is kept in a cookie could be shown. */
const showings: Record<string, (half: string) => Record<string, string>> = {
  "as itself": (half) => ({ cookie: `tfa-auth=${half}` }),
  "as the session's cookie": (half) => ({ cookie: `qt-auth=${half}; tfa-auth=${half}` }),
  "as the session's header": (half) => ({ cookie: `tfa-auth=${half}`, "x-qt-auth": half }),
  "as an access token": (half) => ({ cookie: `tfa-auth=${half}`, authorization: `Bearer ${half}` }),
  "as a browser and a code's cookie": (half) => ({
    cookie: `__Host-gatehouse-browser=${half}; otp-auth=${half}; tfa-auth=${half}`,
  }),
};

function call(route: string, headers: Record<string, string>): Promise<Response> {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replace(":realm", context.realm.id).replaceAll(/:[A-Za-z_]+(?:\{[^}]*\})?/g, "1");
  const query = pattern.endsWith("/authorize")
    ? `?${new URLSearchParams({
        response_type: "code",
        client_id: client.clientId,
        redirect_uri: client.metadata.redirect_uris[0] ?? "",
        scope: "openid",
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        code_challenge_method: "S256",
      })}`
    : "";
  const takesBody = method !== "GET" && method !== "DELETE";
  return request(`${context.realm.issuer}${path}${query}`, {
    method,
    headers: { ...headers, ...(takesBody ? { "content-type": "application/json" } : {}) },
    ...(takesBody ? { body: "{}" } : {}),
  });
}

/** What a browser is sent to without its sealed and random parts. */
const place = (response: Response): string | null => response.headers.get("location")?.split("?")[0] ?? null;

const refusals = [400, 401, 403, 404, 405, 413, 415, 422, 429];

async function expectNothingOpened(user: UserRow, half: string): Promise<void> {
  expect(half).not.toBe("");
  const sessions = await countSessions(context, user.id);
  for (const route of routes) {
    const stranger = await call(route, {});
    for (const [how, headers] of Object.entries(showings)) {
      const response = await call(route, headers(half));
      const told = `${route} ${how}`;
      if (response.status !== stranger.status) expect(refusals, told).toContain(response.status);
      else expect(place(response), told).toBe(place(stranger));
      expect(cookiesOf(response)["qt-auth"] ?? "", told).toBe("");
      expect(response.headers.get("x-qt-auth"), told).toBeNull();
      const body = await response.text();
      expect(body, told).not.toContain(user.email);
      expect(body, told).not.toContain(String(user.id));
    }
  }
  expect(await countSessions(context, user.id)).toBe(sessions);
}

describe("half a sign-in (ASVS 6.3.3, 2.3.1)", () => {
  it("MF-01 is tried on all there is", () => {
    expect(routes.length).toBeGreaterThan(60);
    for (const known of ["GET /api/auth/v1/users/me", "GET /authorize", "POST /token", "POST /admin/v1/realms"])
      expect(routes).toContain(known);
  });

  it("MF-01 of an enrolled user opens nothing at any endpoint, however it is shown", async () => {
    const { user } = await makeEnrolled(context);
    await expectNothingOpened(user, (await halfway(context, user)).tfa);
  }, 120_000);

  it("MF-07 of somebody who has yet to set a factor up opens nothing either", async () => {
    const user = await makeUser(context);
    await setTfa(context, "required");
    const { tfa } = await halfway(context, user);
    await setTfa(context, "optional");
    await expectNothingOpened(user, tfa);
  }, 120_000);
});
