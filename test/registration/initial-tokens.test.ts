import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { deleteExpiredRegistrationTokens } from "../../src/storage/d1/registration-token-store.ts";
import { bearer, call, deployment, done, type Json, makeSite, operate, type Site } from "../admin/support.ts";
import { makeClient, makeRealm } from "../support/world.ts";
import { callRegister, initialToken, modest } from "./support.ts";

let site: Site;
beforeAll(async () => {
  site = await makeSite();
});

const list = async (path = site.path): Promise<Json[]> =>
  (await done(200, operate("GET", `${path}/registration-tokens`))).registration_tokens as Json[];

describe("initial access tokens (RFC 7591 §3, contract §7)", () => {
  it("MR-07 are shown once, and kept as a hash", async () => {
    const made = await done(201, operate("POST", `${site.path}/registration-tokens`, { note: "For the press office" }));
    expect(made).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{16}$/),
      token: expect.stringMatching(/^gi_[\w-]{43}$/),
      note: "For the press office",
      uses_left: 1,
      expires_at: expect.any(String),
      created_at: expect.any(String),
    });
    const weekMs = Date.parse(String(made.expires_at)) - Date.parse(String(made.created_at));
    expect(weekMs).toBe(604_800_000);
    const { token, ...rest } = made;
    expect(await list()).toContainEqual(rest);
    const { results } = await env.DB.prepare("select * from registration_tokens").all();
    expect(JSON.stringify(results)).not.toContain(String(token));
  });

  it.each<[string, Json]>([
    ["no use", { uses: 0 }],
    ["half a use", { uses: 1.5 }],
    ["uses without end", { uses: 10_001 }],
    ["no time", { expires_in_seconds: 0 }],
    ["time without end", { expires_in_seconds: 31_536_001 }],
    ["a note of two lines", { note: "a\nb" }],
    ["a token of the caller's", { token: "gi_mine" }],
    ["another realm", { realm_id: "other" }],
  ])("refuses %s", async (_, body) => {
    const before = await list();
    const answer = await operate("POST", `${site.path}/registration-tokens`, body);
    expect([answer.status, answer.json.code]).toEqual([422, "validation-failed"]);
    expect(await list()).toEqual(before);
  });

  it("are listed by pages", async () => {
    const { path } = await makeSite();
    for (let time = 0; time < 3; time++) await done(201, operate("POST", `${path}/registration-tokens`));
    const first = await done(200, operate("GET", `${path}/registration-tokens?limit=2`));
    const rest = await done(200, operate("GET", `${path}/registration-tokens?limit=2&cursor=${first.next_cursor}`));
    const ids = [...(first.registration_tokens as Json[]), ...(rest.registration_tokens as Json[])].map(({ id }) => id);
    expect([new Set(ids).size, rest.next_cursor]).toEqual([3, undefined]);
  });

  it("count down as clients are registered, and tidying removes those that are over", async () => {
    const context = await makeRealm({ registration: "token" });
    const path = `/realms/${context.realm.id}`;
    const { token } = await initialToken(context, { uses: 2 });
    expect((await callRegister(context, "POST", { token, body: modest })).status).toBe(201);
    expect((await list(path)).map(({ uses_left }) => uses_left)).toEqual([1]);
    await deleteExpiredRegistrationTokens(env.DB, Date.now());
    expect(await list(path)).toHaveLength(1);
    await deleteExpiredRegistrationTokens(env.DB, Date.now() + 604_800_001);
    expect(await list(path)).toEqual([]);
  });

  it("MR-05 go with their realm", async () => {
    const doomed = await makeSite();
    await done(201, operate("POST", `${doomed.path}/registration-tokens`));
    await done(204, operate("DELETE", doomed.path));
    const left = await env.DB.prepare("select count(*) as held from registration_tokens where realm_id = ?")
      .bind(doomed.context.realm.id)
      .first<{ held: number }>();
    expect(left?.held).toBe(0);
  });
});

describe("MR-04 what an operator may exchange tokens with (RFC 8693 §5)", () => {
  const allowance = { token_exchange: { subject_clients: [], audiences: ["https://notes.example"] } };

  it("is for system administrators to say, and such a client for them to change", async () => {
    const admin = bearer(site.admin.token);
    const options = { host: site.host };
    const asAdmin = await call(admin, "POST", `${site.path}/clients`, {
      ...options,
      body: { name: "A", ...allowance },
    });
    expect([asAdmin.status, asAdmin.json.code]).toEqual([403, "forbidden"]);
    const plain = await makeClient(site.context, {}, { firstParty: false });
    const widened = await call(admin, "PATCH", `${site.path}/clients/${plain.clientId}`, {
      ...options,
      body: allowance,
    });
    expect(widened.status).toBe(403);
    const asSysadmin = await call(bearer(site.sysadmin.token), "POST", `${site.path}/clients`, {
      ...options,
      body: { name: "A", ...allowance },
    });
    expect(asSysadmin.status).toBe(201);
    const path = `${site.path}/clients/${asSysadmin.json.client_id}`;
    for (const [method, at, body] of [
      ["PATCH", path, { redirect_uris: ["https://evil.example/"] }],
      ["POST", `${path}/rotate-secret`, undefined],
      ["DELETE", path, undefined],
    ] as const)
      expect((await call(admin, method, at, { ...options, ...(body === undefined ? {} : { body }) })).status).toBe(403);
    expect((await call(deployment, "GET", path)).json.redirect_uris).toEqual([]);
  });
});
