import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { tidy } from "../../src/jobs/schedule.ts";
import { CallLogStore } from "../../src/storage/d1/call-log-store.ts";
import { countTo, newestTo } from "../messages/mailbox.ts";
import { travel } from "../support/clock.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { config, jsonBody, makeClient, request } from "../support/world.ts";
import { accessToken, call, keysOf, makeVault, theCall, type Vault } from "./calling.ts";

interface Logged {
  call_id: string;
  [member: string]: unknown;
}

let answer: () => Response = () => Response.json({ ok: true });
beforeAll(stubInternet);
afterEach(() => void vi.useRealTimers());

async function vaultThatAnswers(realmSettings: Record<string, unknown> = {}): Promise<Vault> {
  const vault = await makeVault({ realmSettings });
  standUp(vault.host, () => answer());
  return vault;
}

const logOf = async (
  vault: Vault,
  query: Record<string, string> = {},
): Promise<{ calls: Logged[]; next_cursor?: string }> => {
  const { user_id: _, ...keys } = Object.fromEntries(new URLSearchParams(keysOf(vault)));
  const response = await request(
    `${vault.context.realm.issuer}/api/v1/calls?${new URLSearchParams({ ...keys, ...query })}`,
  );
  expect(response.status).toBe(200);
  return response.json();
};

/** The log is written after the answer. */
const logged = async (vault: Vault, count: number): Promise<Logged[]> => {
  await vi.waitFor(async () => expect((await logOf(vault)).calls).toHaveLength(count), { timeout: 5000, interval: 50 });
  return (await logOf(vault)).calls;
};

const asOperator = (vault: Vault, path: string): Promise<Response> =>
  request(`${vault.context.realm.issuer}/admin/v1/realms/${vault.context.realm.id}${path}`, {
    headers: { authorization: `Bearer ${config.adminToken}` },
  });

describe("the log of calls (S3.11, S3.12)", () => {
  it("says what was called and what came of it, and nothing of what was sent or answered", async () => {
    const vault = await vaultThatAnswers();
    answer = () => Response.json({ private: "answered-secret" });
    const at = `https://${vault.host}`;
    const sent = {
      url: `${at}/v1/x?key=query-secret`,
      queryString: { key: "2", q: "s" },
      headers: { "x-a": "header-secret" },
    };
    const fine = await theCall(vault, sent);
    answer = () => Response.json({}, { status: 404 });
    await theCall(vault, { url: `${at}/none`, method: "POST", payload: "body-secret" });
    await call(vault, { url: "https://evil.example.net/" });
    const calls = await logged(vault, 3);
    const byUrl = (url: string) => calls.find((each) => each.url === url);
    expect(byUrl(`${at}/v1/x?key=&q=`)).toEqual({
      call_id: fine.callId,
      at: expect.any(String),
      client_id: vault.client.clientId,
      user_id: String(vault.user.id),
      provider: "example",
      method_name: null,
      method: "GET",
      url: `${at}/v1/x?key=&q=`,
      status: "success",
      code: null,
      status_code: 200,
      tries: 1,
      duration_ms: expect.any(Number),
    });
    expect(byUrl(`${at}/none`)).toMatchObject({ method: "POST", status: "error", code: "API_ERROR", status_code: 404 });
    expect(byUrl("")).toMatchObject({ status: "error", code: "CALL_FORMAT_ERROR", status_code: null, tries: 0 });
    const text = JSON.stringify(
      await env.DB.prepare("select * from vault_calls where realm_id = ?").bind(vault.context.realm.id).all(),
    );
    for (const secret of [
      accessToken,
      "secret-",
      "answered-secret",
      "query-secret",
      "header-secret",
      "body-secret",
      vault.client.secret,
    ])
      expect(text).not.toContain(secret);
  });

  it("is filtered and paged, and shows each application its own alone", async () => {
    const vault = await vaultThatAnswers();
    answer = () => Response.json({});
    for (let n = 0; n < 3; n++) await theCall(vault, { url: `https://${vault.host}/${n}` });
    await call(vault, { url: "https://evil.example.net/" });
    const all = await logged(vault, 4);
    const first = await logOf(vault, { limit: "3" });
    const second = await logOf(vault, { limit: "3", cursor: first.next_cursor ?? "" });
    expect([...first.calls, ...second.calls].map(({ call_id }) => call_id)).toEqual(all.map(({ call_id }) => call_id));
    expect(all.map(({ call_id }) => call_id)).toEqual(
      all
        .map(({ call_id }) => call_id)
        .toSorted()
        .toReversed(),
    );
    expect((await logOf(vault, { status: "error" })).calls).toHaveLength(1);
    expect((await logOf(vault, { provider: "none" })).calls).toEqual([]);
    expect((await logOf(vault, { user_id: vault.user.externalId ?? "" })).calls).toHaveLength(4);
    expect((await logOf(vault, { user_id: "1" })).calls).toEqual([]);
    expect((await logOf(vault, { to: "2020-01-01T00:00:00Z" })).calls).toEqual([]);
    expect((await logOf(vault, { from: "2020-01-01T00:00:00Z" })).calls).toHaveLength(4);
    expect((await logOf({ ...vault, client: await makeClient(vault.context) })).calls).toEqual([]);
    const admins = await (await asOperator(vault, "/calls?limit=2")).json<{ calls: Logged[]; next_cursor?: string }>();
    expect([admins.calls.length, typeof admins.next_cursor]).toEqual([2, "string"]);
  });

  it("tells operators how calls over each connection go", async () => {
    const vault = await vaultThatAnswers();
    const url = `https://${vault.host}/x`;
    answer = () => Response.json({});
    await theCall(vault, { url });
    await logged(vault, 1);
    answer = () => Response.json({}, { status: 400 });
    await theCall(vault, { url });
    await logged(vault, 2);
    await theCall(vault, { url });
    await logged(vault, 3);
    const path = `/users/${vault.user.id}/connection-health`;
    const health = async () => (await (await asOperator(vault, path)).json<{ connections: object[] }>()).connections[0];
    const failing = { provider: "example", last_failure: "API_ERROR", last_status_code: 400, failures_in_a_row: 2 };
    expect(await health()).toMatchObject({ ...failing, last_success_at: expect.any(String) });
    answer = () => Response.json({});
    await theCall(vault, { url });
    await logged(vault, 4);
    expect(await health()).toMatchObject({ failures_in_a_row: 0, last_failure_at: expect.any(String) });
  });

  it("forgets what is old", async () => {
    const vault = await vaultThatAnswers();
    answer = () => Response.json({});
    await theCall(vault, { url: `https://${vault.host}/x` });
    await logged(vault, 1);
    await tidy(env);
    expect((await logOf(vault)).calls).toHaveLength(1);
    travel(limits.vaultLogMemorySeconds + 60);
    await tidy(env);
    const { results } = await env.DB.prepare("select 1 from vault_calls where realm_id = ?")
      .bind(vault.context.realm.id)
      .all();
    expect(results).toEqual([]);
  });
});

describe("who hears of failures (S3.13)", () => {
  const entry = (vault: Vault, n: number) => ({
    id: `call_0mtest${n}`,
    clientId: vault.client.clientId,
    userId: vault.user.id,
    provider: "example",
    mapping: null,
    method: "GET",
    url: "",
    status: "error" as const,
    code: "API_ERROR",
    statusCode: 503,
    tries: 1,
    durationMs: 1,
    createdAt: Date.now(),
  });

  it("is told how many of a kind there have been in the hour", async () => {
    const vault = await makeVault();
    const log = new CallLogStore(env.DB, vault.context.realm.id);
    const counts: number[] = [];
    for (let n = 0; n < 12; n++) log.note(entry(vault, n), (count) => counts.push(count));
    await vi.waitFor(() =>
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1)),
    );
  });

  it("sends the operator one mail for the hours that are over, however often the clock strikes", async () => {
    const operator = `ops-${Date.now()}@example.test`;
    const vault = await vaultThatAnswers({ mail: { operator_address: operator }, languages: ["fr"] });
    answer = () => Response.json({}, { status: 418 });
    await theCall(vault, { url: `https://${vault.host}/x` });
    await call(vault, { url: "https://evil.example.net/" });
    await logged(vault, 2);
    const jobs: { message: { to: string; subject: string; text: string } }[] = [];
    const watching = {
      ...env,
      JOBS: { ...env.JOBS, send: async (job: never) => void jobs.push(job), sendBatch: async () => undefined },
    };
    const mine = () => jobs.filter(({ message }) => message?.to === operator);
    await tidy(watching as unknown as typeof env);
    expect(mine()).toEqual([]);
    travel(3600);
    const failing = {
      ...watching,
      JOBS: { ...watching.JOBS, send: () => Promise.reject(new Error("the queue is down")) },
    };
    await expect(tidy(failing as unknown as typeof env)).rejects.toThrow();
    await Promise.all([tidy(watching as unknown as typeof env), tidy(watching as unknown as typeof env)]);
    await tidy(watching as unknown as typeof env);
    expect(mine()).toHaveLength(1);
    const { subject, text } = mine()[0]?.message ?? { subject: "", text: "" };
    expect(subject).toContain("Des appels à des fournisseurs ont échoué");
    expect(text).toContain(
      `example, application ${vault.client.clientId}\u00a0: API_ERROR 1\u00a0fois, dernière réponse 418`,
    );
    expect(text).toContain("CALL_FORMAT_ERROR");
  });

  it("has the mail in the mailbox once, with the figures of the hours that are over", async () => {
    const operator = `report-${Date.now()}@example.test`;
    const vault = await vaultThatAnswers({ mail: { operator_address: operator } });
    answer = () => Response.json({}, { status: 503, headers: { "retry-after": "600" } });
    for (let n = 0; n < 3; n++) await theCall(vault, { url: `https://${vault.host}/x`, method: "POST" });
    for (let n = 0; n < 2; n++) await call(vault, { url: "https://evil.example.net/" });
    answer = () => Response.json({});
    await theCall(vault, { url: `https://${vault.host}/x` });
    await logged(vault, 6);
    travel(3600);
    await theCall(vault, { url: `https://${vault.host}/x` });
    await call(vault, { url: "https://evil.example.net/" });
    await logged(vault, 8);
    await Promise.all([tidy(env), tidy(env)]);
    await tidy(env);
    const { text } = await vi.waitFor(() => newestTo(vault.context, operator), { timeout: 10_000, interval: 50 });
    const lines = text.split("\n").filter((line) => line.includes(vault.client.clientId));
    expect(lines.map((line) => line.replace(/\. .*/, ""))).toEqual([
      `example, application ${vault.client.clientId}: API_ERROR 3 times, last answer 503`,
      `example, application ${vault.client.clientId}: CALL_FORMAT_ERROR 2 times`,
      `example, application ${vault.client.clientId}: USER_CONSENT_SUCCESS 1 time`,
    ]);
    await tidy(env);
    expect(await countTo(vault.context, operator)).toBe(1);
    travel(3600);
    await tidy(env);
    await vi.waitFor(async () => expect(await countTo(vault.context, operator)).toBe(2), { timeout: 10_000 });
    expect((await newestTo(vault.context, operator)).text).toContain("CALL_FORMAT_ERROR");
  });

  it("hears in the same mail of consents, by the names of their events (contract §6)", async () => {
    const operator = `consents-${Date.now()}@example.test`;
    const vault = await vaultThatAnswers({ mail: { operator_address: operator } });
    const address = `${vault.context.realm.issuer}/api/connection/example?${keysOf(vault)}`;
    expect((await request(address, { method: "DELETE" })).status).toBe(204);
    expect((await call(vault, { url: `https://${vault.host}/x` })).status).toBe(401);
    await logged(vault, 1);
    const counted = () =>
      env.DB.prepare("select code from vault_tallies where realm_id = ?").bind(vault.context.realm.id).all();
    await vi.waitFor(async () => expect((await counted()).results).toHaveLength(3));
    travel(3600);
    await tidy(env);
    const { subject, text } = await vi.waitFor(() => newestTo(vault.context, operator), { timeout: 10_000 });
    expect(subject).toContain("Calls to providers failed");
    const ofApplication = `example, application ${vault.client.clientId}`;
    expect(text).toContain(`${ofApplication}: INVALID_OAUTHID 1 time.`);
    for (const event of ["USER_CONSENT_SUCCESS", "USER_CONSENT_DISCONNECT"])
      expect(text).toContain(`${ofApplication}: ${event} 1 time\n`);
  });

  it("hears of it by webhook, the first of an hour and not each one", async () => {
    const vault = await vaultThatAnswers();
    const heard: string[] = [];
    standUp("hooks.example.net", async (sent) => {
      heard.push((await sent.json<{ type: string }>()).type);
      return new Response(null, { status: 204 });
    });
    const made = await request(`${vault.context.realm.issuer}/admin/v1/realms/${vault.context.realm.id}/webhooks`, {
      ...jsonBody({ url: "https://hooks.example.net/", events: ["API_ERROR", "CALL_FORMAT_ERROR", "INVALID_OAUTHID"] }),
      headers: { authorization: `Bearer ${config.adminToken}`, "content-type": "application/json" },
    });
    expect(made.status).toBe(201);
    answer = () => Response.json({}, { status: 404 });
    for (let n = 0; n < 4; n++) await theCall(vault, { url: `https://${vault.host}/x` });
    await call(vault, { url: "https://evil.example.net/" });
    await logged(vault, 5);
    await vi.waitFor(() => expect(heard.toSorted()).toEqual(["API_ERROR", "CALL_FORMAT_ERROR"]), {
      timeout: 10_000,
      interval: 100,
    });
  });
});
