import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { type Json, operate } from "../admin/support.ts";
import { makeRealm, makeUser, request } from "../support/world.ts";
import { at, makeKey, makeProduct } from "./support.ts";

let context: RealmContext;
beforeEach(async () => {
  context = await makeRealm();
});
afterEach(() => {
  vi.useRealTimers();
});

const path = (name: string) => `/realms/${context.realm.id}/sources/${name}`;
const put = (body: Json) => operate("PUT", path("main_product"), body);

describe("keys of a source's servers", () => {
  const keysPath = () => `${path("main_product")}/api-keys`;
  const usable = async (key: string): Promise<number> => {
    const user = await makeUser(context);
    return (await request(at(context, `/users/${user.id}/accounts`), { headers: { "x-api-key": key } })).status;
  };

  it("S0.24 are shown once, kept as a hash, listed with their last use, and withdrawn at once", async () => {
    await makeProduct(context);
    const made = await operate("POST", keysPath(), { note: "web servers", scopes: ["accounts:read"] });
    const key = String(made.json.api_key);
    expect([made.status, key]).toEqual([201, expect.stringMatching(/^gk_[A-Za-z0-9_-]{43}$/)]);
    const listed = async () => ((await operate("GET", keysPath())).json.api_keys as Json[])[0];
    expect(await listed()).toMatchObject({
      prefix: key.slice(0, 11),
      note: "web servers",
      scopes: ["accounts:read"],
      last_used_at: null,
      expires_at: null,
    });
    expect(await usable(key)).toBe(200);
    expect((await listed())?.last_used_at).toMatch(/Z$/);
    const stored = await env.DB.prepare("SELECT * FROM api_keys").all();
    expect(JSON.stringify([stored.results, (await operate("GET", keysPath())).json])).not.toContain(key.slice(12));
    expect((await operate("DELETE", `${keysPath()}/${made.json.id}`)).status).toBe(204);
    expect(await usable(key)).toBe(401);
    expect((await operate("DELETE", `${keysPath()}/${made.json.id}`)).status).toBe(404);
  });

  it("are rotated with an overlap", async () => {
    await makeProduct(context);
    const made = await operate("POST", keysPath(), { scopes: ["accounts:read"] });
    const next = await operate("POST", `${keysPath()}/${made.json.id}/rotate`, { overlap_seconds: 60 });
    expect([next.status, next.json.scopes]).toEqual([201, ["accounts:read"]]);
    const [old, fresh] = [String(made.json.api_key), String(next.json.api_key)];
    expect([await usable(old), await usable(fresh)]).toEqual([200, 200]);
    vi.setSystemTime(Date.now() + 61_000);
    expect([await usable(old), await usable(fresh)]).toEqual([401, 200]);
    const last = await operate("POST", `${keysPath()}/${next.json.id}/rotate`, { overlap_seconds: 0 });
    expect([await usable(fresh), await usable(String(last.json.api_key))]).toEqual([401, 200]);
  });

  it("end when they expire, are of one realm, and sleep while their source is switched off", async () => {
    await makeProduct(context);
    const key = await makeKey(context, "main_product", { expires_in_seconds: 60 });
    const elsewhere = await makeRealm();
    await makeProduct(elsewhere);
    expect(await usable(await makeKey(elsewhere, "main_product"))).toBe(401);
    expect(await usable(key)).toBe(200);
    const without = { issuer: "https://main-product.example", algorithm: "HS256" };
    await put({ ...without, disabled: true });
    expect(await usable(key)).toBe(401);
    await put(without);
    expect(await usable(key)).toBe(200);
    vi.setSystemTime(Date.now() + 61_000);
    expect(await usable(key)).toBe(401);
  });

  it("RL-05 are twenty at most", async () => {
    await makeProduct(context);
    for (let made = 0; made < 20; made++) await makeKey(context, "main_product");
    const answer = await operate("POST", keysPath());
    expect([answer.status, answer.headers.get("x-error-code")]).toEqual([409, "api-key-limit-reached"]);
  });

  it.each([{ scopes: [] }, { scopes: ["everything"] }, { note: "" }, { expires_in_seconds: 1 }, { key: "gk_mine" }])(
    "are not made from %j",
    async (body) => {
      await makeProduct(context);
      expect((await operate("POST", keysPath(), body)).status).toBe(422);
    },
  );
});
