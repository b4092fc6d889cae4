import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { deviceCodeGrant } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { enoughOfTheMinute } from "../support/minute.ts";
import { expectOAuthError } from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, request, type TestClient } from "../support/world.ts";
import { authorizeDevice, codePage, devicesObject, makeTv, poll, verdict, type Waiting, waiting } from "./support.ts";

beforeEach(() => enoughOfTheMinute());

let context: RealmContext;
let tv: TestClient;
beforeAll(async () => {
  context = await makeRealm({ rate_limits: { device_authorizations_per_address_per_minute: 0 } });
  tv = await makeTv(context);
});

describe("DV-01 what a device is told (RFC 8628 §3.2)", () => {
  it.each(["", "/v1", "/api/auth/v1/oauth"])(
    "is complete, and not cached, at %s/device_authorization",
    async (mount) => {
      const init = formBody({ client_id: tv.clientId, scope: "openid" });
      const response = await request(`${context.realm.issuer}${mount}/device_authorization`, init);
      expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
      expect(response.headers.get("content-type")).toContain("application/json");
      const device = await response.json<Waiting>();
      expect(device).toEqual({
        device_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ][A-Za-z0-9_-]{43}$/),
        user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
        verification_uri: `${context.realm.issuer}/device`,
        verification_uri_complete: `${context.realm.issuer}/device?user_code=${device.user_code}`,
        expires_in: 900,
        interval: 5,
      });
    },
  );

  it("is drawn anew each time (§5.2, §6.1)", async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => waiting(context, tv)));
    expect(new Set(all.map((device) => device.user_code)).size).toBe(100);
    expect(new Set(all.map((device) => device.device_code.slice(1))).size).toBe(100);
  });

  it("is the auth domain's address on whichever domain it is asked for, and the page stands on each", async () => {
    const [, site = ""] = context.realm.hosts;
    const response = await request(`https://${site}/device_authorization`, formBody({ client_id: tv.clientId }));
    expect((await response.json<Waiting>()).verification_uri).toBe(`${context.realm.issuer}/device`);
    for (const host of context.realm.hosts)
      expect((await new Browser(context.realm.hosts).open(`https://${host}/device`)).forms[0]?.id).toBe("device-form");
  });

  it("is in the metadata (§4)", async () => {
    for (const name of ["openid-configuration", "oauth-authorization-server"]) {
      const response = await request(`${context.realm.issuer}/.well-known/${name}`);
      expect(await response.json()).toMatchObject({
        device_authorization_endpoint: `${context.realm.issuer}/device_authorization`,
        grant_types_supported: expect.arrayContaining([deviceCodeGrant]),
      });
    }
  });

  it("leaves no device code in what is stored", async () => {
    const device = await waiting(context, tv);
    const stub = env.USERS.getByName(devicesObject(context, device));
    const stored = await runInDurableObject(stub, (_object, { storage }) =>
      JSON.stringify(storage.sql.exec("SELECT * FROM device_authorizations").toArray()),
    );
    expect(stored).toContain(device.user_code.replace("-", ""));
    expect(stored).not.toContain(device.device_code);
    expect(stored).not.toContain(device.device_code.slice(1));
  });
});

describe("a device authorization request (RFC 8628 §3.1)", () => {
  it("DV-05 is refused to a client that is not registered for it", async () => {
    const other = await makeClient(context, { grant_types: ["authorization_code", "refresh_token"] });
    await expectOAuthError(await authorizeDevice(context, other), 400, "unauthorized_client");
  });

  it("TOK-04 needs the client's authentication", async () => {
    const confidential = await makeClient(context, { grant_types: [deviceCodeGrant] });
    await waiting(context, confidential);
    const wrong = { ...confidential, secret: "gs_wrong" };
    await expectOAuthError(await authorizeDevice(context, wrong), 401, "invalid_client");
    const bare = formBody({ client_id: confidential.clientId });
    await expectOAuthError(await request(`${context.realm.issuer}/device_authorization`, bare), 401, "invalid_client");
    const nobody = formBody({ client_id: "nobody-knows-it" });
    await expectOAuthError(
      await request(`${context.realm.issuer}/device_authorization`, nobody),
      401,
      "invalid_client",
    );
    const disabled = await makeTv(context, {}, { disabled: true });
    await expectOAuthError(await authorizeDevice(context, disabled), 401, "invalid_client");
  });

  it.each([
    ["a malformed scope", { scope: 'open"id' }, "invalid_scope"],
    ["only scopes that are not the client's", { scope: "reports" }, "invalid_scope"],
    ["a resource that nobody knows", { resource: "https://api.elsewhere.test" }, "invalid_target"],
    ["a challenge without a method", { code_challenge: "A".repeat(43) }, "invalid_request"],
    ["a plain challenge", { code_challenge: "A".repeat(43), code_challenge_method: "plain" }, "invalid_request"],
    ["a malformed challenge", { code_challenge: "A".repeat(42), code_challenge_method: "S256" }, "invalid_request"],
    ["a method without a challenge", { code_challenge_method: "S256" }, "invalid_request"],
  ])("is refused with %s", async (_what, fields, error) => {
    await expectOAuthError(await authorizeDevice(context, tv, fields), 400, error);
  });

  it("is refused with a parameter sent twice, by GET, and as JSON", async () => {
    const url = `${context.realm.issuer}/device_authorization`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const twice = `client_id=${tv.clientId}&scope=openid&scope=email`;
    await expectOAuthError(await request(url, { method: "POST", headers, body: twice }), 400, "invalid_request");
    expect((await request(`${url}?client_id=${tv.clientId}`)).status).toBe(405);
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    await expectOAuthError(await request(url, json), 400, "invalid_request");
  });

  it("reads nothing from the query (RFC 6749 §3.2)", async () => {
    const init = formBody({ client_id: tv.clientId });
    const response = await request(`${context.realm.issuer}/device_authorization?scope=reports&client_id=x`, init);
    expect(response.status).toBe(200);
  });

  it("RL-01 is limited per address", async () => {
    const tight = await makeRealm({ rate_limits: { device_authorizations_per_address_per_minute: 10 } });
    const client = await makeTv(tight);
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++) statuses.push((await authorizeDevice(tight, client)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429]);
  });
});

describe("RL-05 devices that wait", () => {
  /** As many rows of that client, in every one of the realm's objects. */
  async function fill(realm: RealmContext, clientId: string, rows: number): Promise<void> {
    for (const letter of "BCDFGHJKLMNPQRSTVWXZ") {
      await realm.objects.callDevices(letter, (devices) => devices.findPendingDevice(""));
      await runInDurableObject(env.USERS.getByName(`${realm.realm.id}:devices:${letter}`), (_object, { storage }) => {
        storage.sql.exec(
          `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
           INSERT INTO device_authorizations (device_code_hash, user_code, client_id, scope, resources, created_at, expires_at, polled_at,
             interval_ms, state)
           SELECT 'hash-' || ?2 || i, 'code-' || ?2 || i, ?2, '', '', ?3, ?4, 0, 5000, 'pending' FROM n`,
          rows,
          clientId,
          Date.now(),
          Date.now() + 600_000,
        );
      });
    }
  }

  it("cannot crowd out those of other clients, nor be crowded out", async () => {
    const realm = await makeRealm();
    const [flooded, calm] = [await makeTv(realm), await makeTv(realm)];
    const early = await waiting(realm, flooded);
    await fill(realm, flooded.clientId, limits.devicesPerObjectAndClient);
    const refused = await authorizeDevice(realm, flooded);
    expect(refused.headers.get("retry-after")).toBe("60");
    await expectOAuthError(refused, 429, "rate-limited");
    expect(await verdict(await poll(realm, calm, await waiting(realm, calm)))).toBe("400 authorization_pending");
    expect(await verdict(await poll(realm, flooded, early))).toBe("400 authorization_pending");
  });

  it("are at most so many in a realm", async () => {
    const realm = await makeRealm();
    const client = await makeTv(realm);
    const early = await waiting(realm, client);
    for (let other = 0; other < 5; other++) await fill(realm, `other-${other}`, limits.devicesPerObject / 5);
    await expectOAuthError(await authorizeDevice(realm, client), 503, "temporarily_unavailable");
    expect(await verdict(await poll(realm, client, early))).toBe("400 authorization_pending");
  });
});

it("the page is never a place to be framed, and sends nothing on", async () => {
  const page = await new Browser(context.realm.hosts).open(codePage(context), "cross-site");
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(page.headers.get("cache-control")).toBe("no-store");
});
