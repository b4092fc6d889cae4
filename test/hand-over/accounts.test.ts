import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import type { Json } from "../admin/support.ts";
import { formBody, jsonBody, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { halfway, makeEnrolled } from "../two-factor/support.ts";
import { arrive, at, expectProblem, idIn, makeKey, makeProduct, type Product } from "./support.ts";

type Headers = Record<string, string>;

let context: RealmContext;
let product: Product;
let user: UserRow;
let byUser: Headers;
let byKey: Headers;
beforeEach(async () => {
  context = await makeRealm();
  product = await makeProduct(context);
  user = await makeUser(context);
  byUser = { cookie: `qt-auth=${await signIn(context, user)}` };
  byKey = { "x-api-key": await makeKey(context, "main_product") };
});

const post = (body: Json, headers: Headers): Promise<Response> =>
  request(at(context, "/users/accounts"), jsonBody(body, headers));
const list = (id: string | number, headers: Headers): Promise<Response> =>
  request(at(context, `/users/${id}/accounts`), { headers });
const remove = (source: string, sourceId: string, headers: Headers): Promise<Response> =>
  request(at(context, `/users/accounts/${source}/${sourceId}`), { method: "DELETE", headers });

async function body(changes: Json = {}, claims: Json = {}, by = product): Promise<Json> {
  return {
    quickpass_user_id: `qp_${user.id}`,
    source: by.name,
    source_id: "12345",
    verification_token: await by.token(claims),
    ...changes,
  };
}

const entry = (source: string, source_id: string) => ({
  source,
  source_id,
  linked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  status: "active",
});

const links = async (userId = user.id) =>
  (await context.linkedAccounts.listOf(userId)).map(({ source, sourceId }) => [source, sourceId]);

describe("POST /api/v1/users/accounts, as QuickPass's document has it", () => {
  it("S0.35 links by the user's session: 201, and 200 for the same again", async () => {
    const first = await body();
    const made = await post(first, byUser);
    const answer = { quickpass_user_id: `qp_${user.id}`, linked_accounts: [entry("main_product", "12345")] };
    expect([made.status, await made.json()]).toEqual([201, answer]);
    expect(made.headers.get("cache-control")).toBe("no-store");
    const same = await post(first, byUser);
    expect([same.status, await same.json()]).toEqual([200, answer]);
    const again = await post(await body(), byUser);
    expect([again.status, await again.json()]).toEqual([200, answer]);
    expect(idIn(await arrive(context, await product.token()))).toBe(user.id);
  });

  it("links by the source's key, with the id in either spelling", async () => {
    for (const id of [`qp_${user.id}`, String(user.id), user.id])
      expect([200, 201]).toContain((await post(await body({ quickpass_user_id: id }), byKey)).status);
    expect(await links()).toEqual([["main_product", "12345"]]);
  });

  it("S0.33 S0.34 lists several links of one account, the oldest first", async () => {
    const telegram = await makeProduct(context, "telegram");
    await post(await body(), byUser);
    const both = await post(await body({ source_id: "tg_98765" }, { user_id: "tg_98765" }, telegram), byUser);
    expect(both.status).toBe(201);
    const expected = {
      quickpass_user_id: `qp_${user.id}`,
      linked_accounts: expect.arrayContaining([entry("main_product", "12345"), entry("telegram", "tg_98765")]),
    };
    expect(await both.json()).toEqual(expected);
    expect(await (await list(`qp_${user.id}`, byUser)).json()).toEqual(expected);
    const own = await (await list(user.id, byKey)).json<{ linked_accounts: unknown }>();
    expect(own.linked_accounts).toEqual([entry("main_product", "12345")]);
  });

  it("409 when it is linked to another user, however it is asked", async () => {
    const other = await makeUser(context);
    await post(await body({ quickpass_user_id: other.id }), byKey);
    for (const headers of [byUser, byKey])
      await expectProblem(await post(await body(), headers), 409, "account-already-linked");
    expect(await links()).toEqual([]);
  });

  it.each([
    ["another user_id", { user_id: "54321" }, {}],
    ["another issuer", { iss: "https://elsewhere.example" }, {}],
    ["an expired one", { iat: 1_000_000, exp: 1_000_300 }, {}],
    ["none at all", {}, { verification_token: "jwt_token_from_main_product" }],
  ])("403 for a verification token with %s", async (_, claims, changes) => {
    await expectProblem(await post(await body(changes, claims), byUser), 403, "verification-token-mismatch");
    await expectProblem(await post(await body(changes, claims), byKey), 403, "verification-token-mismatch");
    expect(await links()).toEqual([]);
  });

  it("403 for a token of another source, and one that signed somebody in", async () => {
    const telegram = await makeProduct(context, "telegram");
    const foreign = { verification_token: await telegram.token() };
    await expectProblem(await post(await body(foreign), byUser), 403, "verification-token-mismatch");
    const unified = await makeProduct(context, "unified", { user_id_mode: "unified" });
    const used = await unified.token({ user_id: "9" });
    await arrive(context, used);
    await context.users.delete(idIn(await arrive(context, await unified.token({ user_id: "9" }))));
    const replay = await body({ source: "unified", source_id: "9", verification_token: used });
    await expectProblem(await post(replay, byUser), 403, "token-consumed");
    expect(await links()).toEqual([]);
  });

  it("404 for a user nobody knows, 422 for a body that is none, 404 for a source that is none", async () => {
    for (const id of ["qp_67890", "67890", "qp_x", "qp_", "__proto__"])
      await expectProblem(await post(await body({ quickpass_user_id: id }), byKey), 404, "not-found");
    await expectProblem(await post({}, byKey), 422, "validation-failed");
    await expectProblem(await post(await body({ source: "nobody" }), byUser), 404, "not-found");
    const form = await request(at(context, "/users/accounts"), {
      ...formBody({ source: "x" }),
      headers: { ...byKey, "content-type": "application/x-www-form-urlencoded" },
    });
    await expectProblem(form, 415, "unsupported-media-type");
  });

  it("of fifty at once one is 201, with one token or with fifty", async () => {
    const one = await body();
    const statuses = async (bodies: Json[]) =>
      (await Promise.all(bodies.map((sent) => post(sent, byUser)))).map(({ status }) => status).toSorted();
    expect(await statuses(Array.from({ length: 50 }, () => one))).toEqual([...Array<number>(49).fill(200), 201]);
    const many = await Promise.all(Array.from({ length: 50 }, () => body({ source_id: "7" }, { user_id: "7" })));
    expect(await statuses(many)).toEqual([...Array<number>(49).fill(200), 201]);
    expect((await links()).length).toBe(2);
  });
});

describe("who may", () => {
  it("FE-07 nobody without a full session, opened just now, on the realm's own pages", async () => {
    const { user: enrolled } = await makeEnrolled(context);
    const { tfa } = await halfway(context, enrolled);
    const half = await body({ quickpass_user_id: enrolled.id });
    for (const headers of [{}, { cookie: `tfa-auth=${tfa}` }, { cookie: `qt-auth=${tfa}` }])
      await expectProblem(await post(half, headers), 403, "session-required");
    const evil = { ...byUser, origin: "https://evil.test" };
    await expectProblem(await post(await body(), evil), 403, "cross-site-request");
    await expectProblem(await remove("main_product", "1", evil), 403, "cross-site-request");
    vi.setSystemTime(Date.now() + 11 * 60_000);
    await expectProblem(await post(await body(), byUser), 403, "reauthentication-required");
    await expectProblem(await remove("main_product", "1", byUser), 403, "reauthentication-required");
    expect((await list(user.id, byUser)).status).toBe(200);
    vi.useRealTimers();
    expect([await links(), await links(enrolled.id)]).toEqual([[], []]);
  });

  it("MR-01 a user no other user's, known or not", async () => {
    const other = await makeUser(context);
    for (const id of [other.id, 1234567]) {
      await expectProblem(await post(await body({ quickpass_user_id: id }), byUser), 403, "forbidden");
      await expectProblem(await list(id, byUser), 403, "forbidden");
    }
    await post(await body({ quickpass_user_id: other.id }), byKey);
    await expectProblem(await remove("main_product", "12345", byUser), 404, "not-found");
    expect(await links(other.id)).toEqual([["main_product", "12345"]]);
  });

  it("MR-04 a source's key no other source's accounts, and no administrator's", async () => {
    const telegram = await makeProduct(context, "telegram");
    const foreign = await body({}, {}, telegram);
    await expectProblem(await post(foreign, byKey), 403, "forbidden");
    await expectProblem(await remove("telegram", "12345", byKey), 403, "forbidden");
    for (const roles of [["user", "admin"], ["sysadmin"]]) {
      const admin = await makeUser(context, { roles });
      await expectProblem(await post(await body({ quickpass_user_id: admin.id }), byKey), 403, "forbidden");
      expect(await links(admin.id)).toEqual([]);
    }
  });

  it("a key what it was made for, and nothing when it is wrong, even beside a good session", async () => {
    const reader = { "x-api-key": await makeKey(context, "main_product", { scopes: ["accounts:read"] }) };
    await expectProblem(await post(await body(), reader), 403, "insufficient_scope");
    expect((await list(user.id, reader)).status).toBe(200);
    for (const key of ["", "gk_x", `gk_${"x".repeat(43)}`, "qt"]) {
      const response = await post(await body(), { ...byUser, "x-api-key": key });
      expect(response.headers.get("www-authenticate")).toBe('ApiKey realm="api"');
      await expectProblem(response, 401, "api-key-invalid");
    }
    expect(await links()).toEqual([]);
  });
});

describe("DELETE /api/v1/users/accounts/:source/:source_id", () => {
  it("takes the link away: the product signs in to another account from then on", async () => {
    await post(await body(), byUser);
    expect((await remove("main_product", "12345", byUser)).status).toBe(204);
    await expectProblem(await remove("main_product", "12345", byUser), 404, "not-found");
    expect(idIn(await arrive(context, await product.token()))).not.toBe(user.id);
  });

  it("not the last way into the account; a second link is another way", async () => {
    const person = await arrive(context, await product.token());
    const own = { cookie: `qt-auth=${person.cookie}` };
    for (const headers of [own, byKey])
      await expectProblem(await remove("main_product", "12345", headers), 409, "last-way-in");
    const second = await body({ quickpass_user_id: idIn(person), source_id: "b" }, { user_id: "b" });
    expect((await post(second, own)).status).toBe(201);
    const both = await Promise.all(["12345", "b"].map((id) => remove("main_product", id, own)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    expect(await links(idIn(person))).toHaveLength(1);
  });

  it("by its own server, the last one of somebody whom codes reach", async () => {
    const email = `reached-${Date.now()}@example.test`;
    const person = await arrive(context, await product.token({ email }));
    const own = { cookie: `qt-auth=${person.cookie}` };
    await expectProblem(await remove("main_product", "12345", own), 409, "last-way-in");
    expect((await remove("main_product", "12345", byKey)).status).toBe(204);
    expect(await links(idIn(person))).toEqual([]);
  });

  it("S0.30 unified ids are listed like links, and are not links", async () => {
    const unified = await makeProduct(context, "unified", { user_id_mode: "unified" });
    const wanted = await body({}, {}, unified);
    expect((await post(wanted, byUser)).status).toBe(201);
    expect((await post(await body({}, {}, unified), byUser)).status).toBe(200);
    expect((await context.users.findById(user.id))?.externalId).toBe("12345");
    const answer = await (await list(user.id, byUser)).json();
    expect(answer).toEqual({ quickpass_user_id: `qp_${user.id}`, linked_accounts: [entry("unified", "12345")] });
    const other = await body({ source_id: "6" }, { user_id: "6" }, unified);
    await expectProblem(await post(other, byUser), 409, "account-already-linked");
    await expectProblem(await remove("unified", "12345", byUser), 409, "unified-account");
  });
});
