import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { canonical, verifyExport } from "../../scripts/cli/verify-audit.mjs";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { runCli } from "./support/run-cli.ts";

interface Entry {
  event: Record<string, unknown>;
  hash: string;
  seq: number;
}

function made(count: number): { lines: [{ chain: Record<string, unknown> }, ...Entry[]]; text(): string } {
  const entries: Entry[] = [];
  let hash = "";
  for (let seq = 1; seq <= count; seq++) {
    const event = { type: "user.signed_in", user: String(seq), id: `aud_${seq}` };
    hash = createHash("sha256")
      .update(`r1\n${seq}\n${hash}\n${canonical(event)}`)
      .digest("base64url");
    entries.push({ event, hash, seq });
  }
  const chain = { realm: "r1", anchor: { seq: 0, hash: "" }, head: { seq: count, hash }, complete: true };
  return {
    lines: [{ chain }, ...entries],
    text() {
      return this.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    },
  };
}

describe("AU-06 gatehouse audit verify", () => {
  it("accepts a chain that is whole, and one that passes through a head it has seen", () => {
    const whole = made(5);
    const third = whole.lines[3] as Entry;
    expect(verifyExport(whole.text())).toMatchObject({ ok: true, count: 5, head: { seq: 5 } });
    expect(verifyExport(whole.text(), { seq: 3, hash: third.hash })).toMatchObject({ ok: true });
  });

  it.each<[string, (lines: ReturnType<typeof made>["lines"]) => void, number]>([
    ["a changed event", (lines) => Object.assign((lines[3] as Entry).event, { user: "other" }), 3],
    ["a missing event", (lines) => void lines.splice(3, 1), 3],
    ["two that changed places", (lines) => void lines.splice(3, 2, lines[4] as Entry, lines[3] as Entry), 3],
    ["a missing end", (lines) => void lines.splice(5, 1), 5],
    ["an export with filters", (lines) => Object.assign(lines[0].chain, { complete: false }), 0],
  ])("names the first link that is broken: %s", (_, tamper, at) => {
    const tampered = made(5);
    tamper(tampered.lines);
    expect(verifyExport(tampered.text())).toMatchObject({ ok: false, at });
  });

  it("notices a chain that was made anew, and one that begins behind the head it has seen", () => {
    expect(verifyExport(made(5).text(), { seq: 3, hash: "another" })).toMatchObject({ ok: false, at: 3 });
    const cut = made(5);
    const [, first, second] = cut.lines;
    Object.assign(cut.lines[0].chain, { anchor: { seq: 2, hash: (second as Entry).hash } });
    cut.lines.splice(1, 2);
    expect(verifyExport(cut.text())).toMatchObject({ ok: true, count: 3 });
    expect(verifyExport(cut.text(), { seq: 2, hash: (second as Entry).hash })).toMatchObject({ ok: true });
    expect(verifyExport(cut.text(), { seq: 1, hash: (first as Entry).hash })).toMatchObject({ ok: false, at: 2 });
    expect(verifyExport("nonsense")).toMatchObject({ ok: false, at: 0 });
  });
});

describe("a running deployment's log, from the command line", () => {
  const baseUrl = inject("baseUrl");
  const environment = { GATEHOUSE_URL: baseUrl, ADMIN_TOKEN: inject("adminToken") };
  const realm = `audited-${Date.now().toString(36)}`;
  const host = `${realm}.localhost`;
  const password = "violet-harbour-quill-81";
  const today = new Date().toISOString().slice(0, 10);
  let folder = "";

  const gatehouse = (...args: string[]) => runCli(args, environment);
  const json = async (...args: string[]) => JSON.parse((await gatehouse(...args, "--json")).stdout);
  const typesLogged = async (...filters: string[]): Promise<string[]> =>
    (await json("audit", "list", realm, ...filters)).events.map(({ type }: { type: string }) => type);

  async function signIn(typed: string): Promise<number> {
    const { protocol, port } = new URL(baseUrl);
    const response = await localFetch(`${protocol}//${host}:${port}/api/auth/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@example.test", password: typed }),
    });
    return response.status;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gatehouse-audit-"));
    await gatehouse("realm", "create", realm, "--domain", host, "--auth-domain", host);
    const made = await runCli(
      ["user", "create", realm, "ada@example.test", "--password-stdin", "--no-temporary"],
      environment,
      `${password}\n`,
    );
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    expect([await signIn("not-her-password-4"), await signIn(password)]).toEqual([401, 200]);
    await vi.waitFor(async () => expect(await typesLogged()).toContain("user.signed_in"), {
      timeout: 20_000,
      interval: 300,
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("AU-01 lists what operators and people did, the newest first, and filters", async () => {
    const types = await typesLogged();
    expect(types).toEqual(expect.arrayContaining(["user.created", "user.sign_in_failed"]));
    expect(types.indexOf("user.signed_in")).toBeLessThan(types.indexOf("user.created"));
    const { events } = await json("audit", "deployment-list", "--type", "realm.created");
    expect(events.length).toBeGreaterThan(0);
    expect(await typesLogged("--type", "user.sign_in_failed")).toEqual(["user.sign_in_failed"]);
    expect(await typesLogged("--from", "2100-01-01")).toEqual([]);
    const table = await gatehouse("audit", "list", realm);
    expect(table).toMatchObject({ exitCode: 0 });
    expect(table.stdout).toContain("user.sign_in_failed");
    expect(table.stdout).not.toContain("ada@example.test");
  });

  it("AU-06 verifies the chain, remembers its head, and names the link that somebody has changed in an export", async () => {
    const heads = join(folder, "heads.json");
    expect(await gatehouse("audit", "verify", realm, "--remember", heads)).toMatchObject({ exitCode: 0 });
    const exported = await gatehouse("audit", "export", realm);
    expect(exported).toMatchObject({ exitCode: 0 });
    expect(verifyExport(exported.stdout)).toMatchObject({ ok: true });
    expect(Object.values(JSON.parse(await readFile(heads, "utf8")))).toHaveLength(1);

    const others = join(folder, "others.ndjson");
    await writeFile(others, exported.stdout);
    expect(await gatehouse("audit", "verify", realm, "--file", others)).toMatchObject({ exitCode: 0 });
    expect(await gatehouse("audit", "deployment-verify", "--file", others)).toMatchObject({ exitCode: 1 });
    const tampered = join(folder, "tampered.ndjson");
    await writeFile(tampered, exported.stdout.replace("user.sign_in_failed", "user.signed_in"));
    const verdict = await gatehouse("audit", "verify", realm, "--file", tampered);
    expect(verdict).toMatchObject({ exitCode: 1 });
    expect(verdict.stderr).toMatch(/^Broken at entry \d+: the entry is not the one that was written\./);
    expect(await gatehouse("audit", "verify", realm, "--remember", heads)).toMatchObject({ exitCode: 0 });
    expect(await gatehouse("audit", "deployment-verify")).toMatchObject({ exitCode: 0 });
  });

  it("exports the same as CSV, for spreadsheets", async () => {
    const { stdout, exitCode } = await gatehouse("audit", "export", realm, "--format", "csv");
    expect(exitCode).toBe(0);
    const [heading, ...rows] = stdout.trimEnd().split("\r\n");
    expect(heading).toMatch(/^seq,time,type,outcome,/);
    expect(rows.length).toBeGreaterThanOrEqual(3);
  });

  it("counts the day", async () => {
    const { days } = await json("statistics", "show", realm, "--from", today, "--to", today);
    expect(days).toMatchObject([{ day: today, sign_ins: 1, sign_in_failures: 1, active_sessions: 1 }]);
    const table = await gatehouse("statistics", "show", realm);
    expect(table).toMatchObject({ exitCode: 0 });
    expect(table.stdout).toContain(today);
  });
});
