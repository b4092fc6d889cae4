import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { formBody, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { countUsers, get } from "../surfaces/session-api.ts";
import {
  arrive,
  at,
  expectProblem,
  handOver,
  handOverByForm,
  idIn,
  link,
  makeKeyedProduct,
  makeProduct,
  navigation,
  type Product,
} from "./support.ts";

let context: RealmContext;
let product: Product;
beforeAll(async () => {
  context = await makeRealm();
  product = await makeProduct(context, "main_product", { origins: ["https://www.product.example"], allow_get: true });
});

const me = async (cookie: string) =>
  (await (await get(context, "/users/me", cookie)).json<{ user: Record<string, unknown> }>()).user;

describe("POST /api/v1/auth/jwt (contract §5)", () => {
  it("S0.18 S0.38 makes an account at first sight, and a session from the token's data", async () => {
    const answer = await arrive(
      context,
      await product.token({ user_id: "first", email: "First@Example.test", name: "Fi" }),
    );
    expect(answer).toEqual({
      user: {
        user_id: String(idIn(answer)),
        quickpass_user_id: `qp_${idIn(answer)}`,
        name: "Fi",
        email: "first@example.test",
        roles: ["user"],
        source: "main_product",
      },
      active_sessions_count: 1,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      cookie: expect.any(String),
    });
    expect(await me(answer.cookie)).toMatchObject({ id: idIn(answer), name: "Fi", "verification-status": null });
  });

  it("S0.37 leads to the same account ever after, whatever the person is called then", async () => {
    const first = await arrive(context, await product.token({ user_id: 4711, email: "old@example.test", name: "Old" }));
    const again = await arrive(
      context,
      await product.token({ user_id: "4711", email: "new@example.test", name: "New" }),
    );
    expect(idIn(again)).toBe(idIn(first));
    expect(again.user).toMatchObject({ name: "Old", email: "old@example.test" });
  });

  it.each(["HS256", "RS256", "ES256"] as const)("S0.19 takes tokens signed by %s", async (algorithm) => {
    const realm = await makeRealm();
    const by = algorithm === "HS256" ? await makeProduct(realm) : await makeKeyedProduct(realm, algorithm);
    expect(idIn(await arrive(realm, await by.token()))).toBeGreaterThan(0);
  });

  it("S0.30 unified ids: the product's id is the external id, and what it is told back", async () => {
    const realm = await makeRealm();
    const unified = await makeProduct(realm, "main_product", { user_id_mode: "unified" });
    const known = await makeUser(realm, { externalId: "12345" });
    const answer = await arrive(realm, await unified.token({ user_id: "12345" }));
    expect(answer.user).toMatchObject({ user_id: "12345", external_id: "12345", source: "main_product" });
    expect(idIn(answer)).toBe(known.id);
    const fresh = await arrive(realm, await unified.token({ user_id: "67890" }));
    expect((await realm.users.findById(idIn(fresh)))?.externalId).toBe("67890");
    expect(idIn(await arrive(realm, await unified.token({ user_id: 67890 })))).toBe(idIn(fresh));
  });

  it("S0.22 goes on to redirect_url with a form's 303, or to the home page", async () => {
    const on = await handOverByForm(context, { token: await product.token(), redirect_url: "/welcome?x=1" });
    expect([on.status, on.headers.get("location")]).toEqual([303, `${context.realm.issuer}/welcome?x=1`]);
    expect(on.headers.getSetCookie().join()).toMatch(
      /qt-auth=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Lax/,
    );
    const home = await handOverByForm(context, { token: await product.token() });
    expect([home.status, home.headers.get("location")]).toEqual([303, "/"]);
    const sibling = `https://${context.realm.hosts[1]}/there`;
    const there = await handOver(context, await product.token(), { redirect_url: sibling });
    expect([there.status, there.headers.get("location")]).toEqual([303, sibling]);
  });

  it("gives the token in x-qt-auth to the app that asks for it, and takes a form from a server", async () => {
    const app = await handOver(context, await product.token(), {}, { "x-qt-auth": "dummy" });
    expect((await get(context, "/users/me", app.headers.get("x-qt-auth") ?? "")).status).toBe(200);
    const server = await request(at(context, "/auth/jwt"), formBody({ token: await product.token() }));
    expect([server.status, server.headers.get("content-type")]).toEqual([200, "application/json"]);
  });

  it.each([
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "javascript:alert(1)",
    "https://user@evil.test",
    "/%0d%0aset-cookie:x=1\r\n",
  ])("RU-10 does not lead to %j, and leaves the token good", async (redirect_url) => {
    const token = await product.token();
    await expectProblem(await handOver(context, token, { redirect_url }), 400, "redirect-not-allowed");
    await arrive(context, token);
  });

  it("SE-02 replaces the session that the browser had", async () => {
    const one = await arrive(context, await product.token({ user_id: "one" }));
    const headers = { cookie: `qt-auth=${one.cookie}` };
    expect((await handOver(context, await product.token({ user_id: "two" }), {}, headers)).status).toBe(200);
    expect((await get(context, "/users/me", one.cookie)).status).toBe(403);
  });
});

describe("GET /api/v1/auth/jwt", () => {
  const byAddress = async (
    query: Record<string, string>,
    headers: Record<string, string> = navigation,
    method = "GET",
  ) => request(`${at(context, "/auth/jwt")}?${new URLSearchParams(query)}`, { method, headers });

  it("S0.17 signs in where the source allows it, and leads to an address without the token", async () => {
    const response = await byAddress({ token: await product.token(), redirect_url: "/welcome" });
    expect([response.status, response.headers.get("location")]).toEqual([303, `${context.realm.issuer}/welcome`]);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.getSetCookie().join()).toContain("qt-auth=");
    const bare = await byAddress({ token: await product.token() }, {});
    expect([bare.status, bare.headers.get("location")]).toEqual([303, "/"]);
  });

  it("HEAD consumes nothing, nor does an image, a frame, or a browser that looks ahead", async () => {
    const token = await product.token();
    const head = await byAddress({ token }, {}, "HEAD");
    expect([head.status, head.headers.getSetCookie()]).toEqual([405, []]);
    for (const destination of ["image", "iframe", "empty"])
      await expectProblem(await byAddress({ token }, { "sec-fetch-dest": destination }), 403, "cross-site-request");
    await expectProblem(await byAddress({ token }, { "sec-purpose": "prefetch" }), 403, "cross-site-request");
    await arrive(context, token);
  });

  it("is refused for a source that does not allow it, and leaves the token good", async () => {
    const careful = await makeProduct(context, "careful_product");
    const token = await careful.token({ user_id: "c" });
    const response = await byAddress({ token }, {});
    expect(response.headers.get("allow")).toBe("POST");
    await expectProblem(response, 405, "method-not-allowed");
    await arrive(context, token);
  });
});

describe("what is refused", () => {
  it("SE-09 a form on a foreign page: nobody can sign people in as somebody else", async () => {
    const before = await countUsers(context);
    for (const headers of [
      { origin: "https://evil.test" },
      { origin: "null" },
      { origin: "https://www.product.example.evil.test" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      const response = await handOverByForm(context, { token: await product.token({ user_id: "x" }) }, headers);
      expect([response.status, response.headers.get("x-error-code")]).toEqual([403, "cross-site-request"]);
      expect(response.headers.get("content-type")).toMatch(/^text\/html/);
      expect(response.headers.getSetCookie().join()).not.toContain("qt-auth=");
    }
    expect(await countUsers(context)).toBe(before);
    const cross = { "sec-fetch-site": "cross-site" };
    for (const origin of ["https://www.product.example", `https://${context.realm.hosts[2]}`]) {
      const token = await product.token({ user_id: "y" });
      expect((await handOverByForm(context, { token }, { origin, ...cross })).status).toBe(303);
    }
  });

  it("a disabled user, a disabled source, a realm without new accounts", async () => {
    const gone = await arrive(context, await product.token({ user_id: "gone" }));
    const row = await context.users.findById(idIn(gone));
    await context.users.update(idIn(gone), row?.version ?? 0, { disabledAt: Date.now() }, Date.now());
    await expectProblem(await handOver(context, await product.token({ user_id: "gone" })), 403, "account-disabled");
    const off = await makeProduct(context, "off_product", { disabled: true });
    await expectProblem(await handOver(context, await off.token()), 401, "token-issuer-unknown");
    const closed = await makeRealm({ sign_up: false });
    const there = await makeProduct(closed);
    await expectProblem(await handOver(closed, await there.token()), 403, "sign-up-closed");
    expect(await countUsers(closed)).toBe(0);
  });

  it("a body without a token, with two, or of another type", async () => {
    await expectProblem(await request(at(context, "/auth/jwt"), jsonBody({})), 422, "validation-failed");
    const twice = { ...formBody({}), body: `token=${await product.token()}&token=x` };
    await expectProblem(await request(at(context, "/auth/jwt"), twice), 400, "invalid_request");
    const plain = { method: "POST", headers: { "content-type": "text/plain" }, body: "token=x" };
    await expectProblem(await request(at(context, "/auth/jwt"), plain), 400, "invalid_request");
  });

  it.each([
    ["tokens", (strict: RealmContext) => handOver(strict, "x.y.z")],
    ["link tokens", (strict: RealmContext) => link(strict, { link_token: "x", create_new: true })],
  ])("RL-01 too many %s from one address", async (_, call) => {
    const strict = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 3 } });
    const answers = await Promise.all(Array.from({ length: 30 }, () => call(strict)));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(10);
    expect(limited[0]?.headers.get("retry-after")).toMatch(/^\d+$/);
  });
});
