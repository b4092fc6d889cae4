import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { travel } from "../support/clock.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { jsonBody, makeClient, makeUser, request } from "../support/world.ts";
import { call, keysOf, makeVault, rowOf, type Vault } from "./calling.ts";

beforeAll(stubInternet);
afterEach(() => void vi.useRealTimers());

let sent = 0;
async function limited(perMinute: number): Promise<Vault> {
  const vault = await makeVault({ realmSettings: { rate_limits: { vault_calls_per_client_per_minute: perMinute } } });
  sent = 0;
  standUp(vault.host, () => {
    sent += 1;
    return Response.json({ ok: true });
  });
  return vault;
}
const call1 = (vault: Vault, headers: Record<string, string> = {}) =>
  call(vault, { url: `https://${vault.host}/x` }, headers);

describe("RL-01 how often an application may call (contract §6)", () => {
  it("lets exactly as many of fifty parallel calls through as the realm says, and calls nobody for the others", async () => {
    travel(0);
    const vault = await limited(7);
    const answers = await Promise.all(Array.from({ length: 50 }, () => call1(vault)));
    const fine = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect([fine.length, refused.length, sent]).toEqual([7, 43, 7]);
    expect(fine.map(({ headers }) => Number(headers.get("ratelimit-remaining"))).toSorted()).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    for (const answer of refused) {
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "x-error-code": "rate-limited",
        "retry-after": "60",
        "ratelimit-limit": "7",
        "ratelimit-remaining": "0",
        "ratelimit-reset": "60",
        "ratelimit-policy": '"client";q=7;w=60',
        ratelimit: '"client";r=0;t=60',
      });
      expect(await rowOf(answer)).toMatchObject({ pincStatus: "error", code: "rate-limited", statusCode: 429 });
    }
    travel(60);
    expect((await call1(vault)).status).toBe(200);
  });

  it("counts methods with calls, streams like rows, each application by itself, and neither dry runs nor wrong keys", async () => {
    travel(0);
    const vault = await limited(3);
    const { issuer } = vault.context.realm;
    const put = { ...jsonBody({ interface: { example: { url: `https://${vault.host}/m` } } }), method: "PUT" };
    expect((await request(`${issuer}/api/v1/mappings/M?${keysOf(vault)}`, put)).status).toBe(201);
    const run = (query: Record<string, string> = {}) =>
      request(`${issuer}/api/v1/methods/M?${keysOf(vault, query)}`, jsonBody({}));
    for (let n = 0; n < 5; n++) expect((await run({ dry_run: "true" })).status).toBe(200);
    for (let n = 0; n < 5; n++) expect((await run({ private_key: "wrong" })).status).toBe(403);
    const stream = await call1(vault, { "x-pinc-response-as": "stream" });
    expect([stream.status, stream.headers.get("ratelimit-remaining")]).toEqual([200, "2"]);
    const method = await run();
    expect([method.status, method.headers.get("ratelimit")]).toEqual([200, '"client";r=1;t=60']);
    expect([(await run()).status, (await run()).status, (await call1(vault)).status]).toEqual([200, 429, 429]);
    const other = { ...vault, client: await makeClient(vault.context) };
    expect((await call1(other)).status).toBe(401);
  });

  it("counts for each user, too, where the realm says so, whichever application calls", async () => {
    travel(0);
    const settings = { rate_limits: { vault_calls_per_client_per_minute: 9, vault_calls_per_user_per_minute: 2 } };
    const vault = await makeVault({ realmSettings: settings });
    standUp(vault.host, () => Response.json({ ok: true }));
    const first = await call1(vault);
    expect([first.status, first.headers.get("ratelimit"), first.headers.get("ratelimit-limit")]).toEqual([
      200,
      '"client";r=8;t=60, "user";r=1;t=60',
      "2",
    ]);
    const another = { ...vault, client: await makeClient(vault.context) };
    expect([(await call1(another)).status, (await call1(another)).status, (await call1(vault)).status]).toEqual([
      401, 429, 429,
    ]);
    expect((await call1({ ...vault, user: await makeUser(vault.context) })).status).toBe(401);
  });

  it("has no limit, and counts nothing, with 0", async () => {
    const vault = await limited(0);
    const answers = await Promise.all(Array.from({ length: 12 }, () => call1(vault)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    expect(answers[0]?.headers.has("ratelimit-limit")).toBe(false);
  });
});
