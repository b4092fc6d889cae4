import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAdditive } from "../../scripts/deploy/migrations.mjs";
import { databasesIn } from "../../scripts/start/runtime.mjs";

const script = resolve("scripts/deploy.mjs");
const bookmark = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";

/**
 * Stands in for wrangler: keeps an account in a file, writes down each call and what came by its standard input, and fails at the
 * call it is told to.
 */
const fakeWrangler = `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync, existsSync } = require("node:fs");
const args = process.argv.slice(2);
const home = process.env.FAKE_HOME;
const call = args.filter((arg) => !arg.startsWith("--env=")).join(" ");
const file = home + "/account.json";
const account = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { databases: [], queues: [], secrets: {}, migrations: [], keys: [], versions: [] };
const input = args[0] === "secret" && args[1] === "put" ? readFileSync(0, "utf8") : "";
appendFileSync(home + "/calls.ndjson", JSON.stringify({ args, input }) + "\\n");
const save = () => writeFileSync(file, JSON.stringify(account));
const fail = (text) => { console.error(text + input); process.exit(1); };
if (process.env.FAKE_FAIL && call.startsWith(process.env.FAKE_FAIL)) fail("refused: ");
if (call === "d1 list --json") console.log(JSON.stringify(account.databases.map((name) => ({ name }))));
if (call.startsWith("d1 create ")) { account.databases.push(args[2]); save(); }
if (call.startsWith("queues info ") && !account.queues.includes(args[2])) fail("no such queue");
if (call.startsWith("queues create ")) { account.queues.push(args[2]); save(); }
if (call.startsWith("secret list")) {
  if (account.versions.length === 0 && Object.keys(account.secrets).length === 0) fail("This Worker does not exist on your account. [code: 10007]");
  console.log(JSON.stringify(Object.keys(account.secrets).map((name) => ({ name, type: "secret_text" }))));
}
if (call.startsWith("secret put ")) { account.secrets[args[2]] = input.trim(); save(); console.log("put " + input); }
if (call.startsWith("d1 execute")) {
  const query = args[args.indexOf("--command") + 1];
  const results = query.includes("'d1_migrations'") || query.includes("'signing_keys'") ? (account.migrations.length ? [{ name: "there" }] : [])
    : query.includes("from d1_migrations") ? account.migrations.map((name) => ({ name }))
    : account.keys.map((kid) => ({ kid }));
  console.log(JSON.stringify([{ results }]));
}
if (call.startsWith("d1 time-travel info")) console.log("Time travelling\\n" + JSON.stringify({ bookmark: "${bookmark}" }));
if (call.startsWith("d1 migrations apply")) { account.migrations = process.env.FAKE_FILES.split(","); save(); }
if (call.startsWith("deployments status")) account.versions.length ? console.log(JSON.stringify({ versions: [{ version_id: account.versions.at(-1), percentage: 100 }] })) : fail("none");
if (call.startsWith("deploy --message")) {
  account.versions.push("version-" + (account.versions.length + 1)); save();
  appendFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, JSON.stringify({ type: "deploy", version_id: account.versions.at(-1) }) + "\\n");
}
if (call.startsWith("rollback")) { account.versions.push(args[1].startsWith("--") ? account.versions.at(-2) : args[1]); save(); }
`;

let home = "";
let server: Server;
let isWell = true;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "gatehouse-deploy-test-"));
  mkdirSync(join(home, "bin"));
  mkdirSync(join(home, "migrations"));
  writeFileSync(join(home, "bin/wrangler"), fakeWrangler);
  chmodSync(join(home, "bin/wrangler"), 0o755);
  writeFileSync(join(home, "wrangler.toml"), readFileSync("wrangler.toml"));
  writeFileSync(join(home, "migrations/0000_first.sql"), "CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL);");
  isWell = true;
  server = createServer((request, response) => {
    const version = account().versions.at(-1);
    const answers: Record<string, object> = {
      "/healthz": { status: "ok" },
      "/readyz": {
        status: "ready",
        ...(request.headers.authorization === undefined ? {} : { version }),
      },
      "/.well-known/openid-configuration": {
        issuer: "https://auth.example.com",
      },
    };
    response.writeHead(isWell ? 200 : 503, {
      "content-type": "application/json",
    });
    response.end(JSON.stringify(answers[request.url ?? ""] ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

afterEach(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

interface Account {
  databases: string[];
  queues: string[];
  secrets: Record<string, string>;
  migrations: string[];
  keys: string[];
  versions: string[];
}
const accountFile = () => join(home, "account.json");
const account = (): Account =>
  existsSync(accountFile())
    ? JSON.parse(readFileSync(accountFile(), "utf8"))
    : {
        databases: [],
        queues: [],
        secrets: {},
        migrations: [],
        keys: [],
        versions: [],
      };
const calls = (): { args: string[]; input: string }[] =>
  existsSync(join(home, "calls.ndjson"))
    ? readFileSync(join(home, "calls.ndjson"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
const named = (): string[] => calls().map(({ args }) => args.filter((arg) => !arg.startsWith("--env=")).join(" "));
const forget = (): void => rmSync(join(home, "calls.ndjson"), { force: true });

/** Runs the script as npm does, in the copy of the project. */
function deploy(args: string[] = [], env: Record<string, string> = {}): Promise<{ code: number | null; said: string }> {
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [script, "--url", `http://127.0.0.1:${port}`, ...args], {
    cwd: home,
    env: {
      PATH: `${join(home, "bin")}${delimiter}${process.env.PATH ?? ""}`,
      HOME: home,
      FAKE_HOME: home,
      FAKE_FILES: "0000_first.sql",
      GATEHOUSE_SMOKE_PAUSE_MS: "1",
      ...env,
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
  return new Promise((done) => child.on("close", (code) => done({ code, said })));
}

describe("npm run deploy", { timeout: 120_000 }, () => {
  it("makes what is missing, then the secrets, then the tables, then the code; run again it makes nothing", async () => {
    const { code, said } = await deploy();
    expect([code, said]).toEqual([0, expect.stringContaining("✓ deployed version-1")]);
    const order = named();
    const steps = [
      "whoami",
      "deploy --dry-run",
      "d1 create gatehouse",
      "queues create gatehouse-jobs-dead",
      "queues create gatehouse-jobs",
      "secret put ADMIN_TOKEN",
      "secret put KEY_ENCRYPTION_KEYS",
      "d1 time-travel info",
      "d1 migrations apply",
      "deploy --message",
    ];
    const places = steps.map((step) => order.findIndex((call) => call.startsWith(step)));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(account().queues.toSorted()).toEqual([
      "gatehouse-audit",
      "gatehouse-audit-dead",
      "gatehouse-jobs",
      "gatehouse-jobs-dead",
    ]);
    expect(order.find((call) => call.startsWith("deploy --message"))).toContain(bookmark);
    const before = account();
    forget();
    expect((await deploy()).code).toBe(0);
    expect(named().filter((call) => /create|secret put|migrations apply/.test(call))).toEqual([]);
    expect(account()).toEqual({
      ...before,
      versions: ["version-1", "version-2"],
    });
    const noted = readFileSync(join(home, "deployments.log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(noted).toMatchObject([
      { bookmark, before: null, migrations: ["0000_first.sql"] },
      { before: "version-1", migrations: [] },
    ]);
  });

  it("does for each further shard what it does for the first: made, noted, migrated (docs/scale.md)", async () => {
    const toml = readFileSync("wrangler.toml", "utf8");
    const shard = /# (\[\[d1_databases\]\]\n)# (binding = "DB_1"\n)# (.*\n)# (.*\n)/;
    expect(toml).toMatch(shard);
    writeFileSync(join(home, "wrangler.toml"), toml.replace(shard, "$1$2$3$4"));
    expect(databasesIn(readFileSync(join(home, "wrangler.toml"), "utf8"))).toEqual(["DB", "DB_1"]);
    const { code, said } = await deploy();
    expect([code, said]).toEqual([0, expect.stringContaining("migrations of DB_1: 0000_first.sql applied")]);
    expect(account().databases).toEqual(["gatehouse", "gatehouse-1"]);
    const order = named();
    const steps = ["d1 create gatehouse-1", "d1 time-travel info DB_1", "d1 migrations apply DB_1", "deploy --message"];
    const places = steps.map((step) => order.findIndex((call) => call.startsWith(step)));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(order[places.at(-1) ?? -1]).toContain(`${bookmark}, DB_1 ${bookmark}`);
  });

  it("AU-02 shows no secret: not in an argument, not on the screen, not in a log; its owner alone reads the file", async () => {
    // wrangler prints it, and fails with it.
    const failed = await deploy([], {
      FAKE_FAIL: "secret put KEY_ENCRYPTION_KEYS",
    });
    const { code, said } = await deploy();
    expect([failed.code, code]).toEqual([1, 0]);
    const { ADMIN_TOKEN = "", KEY_ENCRYPTION_KEYS = "" } = account().secrets;
    expect(ADMIN_TOKEN).toMatch(/^[\w-]{48}$/);
    expect(KEY_ENCRYPTION_KEYS).toMatch(/^k1:[\w-]{43}$/);
    const shown = [
      failed.said,
      said,
      JSON.stringify(calls().map(({ args }) => args)),
      readFileSync(join(home, "deployments.log"), "utf8"),
    ];
    for (const secret of [ADMIN_TOKEN, KEY_ENCRYPTION_KEYS, KEY_ENCRYPTION_KEYS.slice(3)])
      expect(shown.filter((text) => text.includes(secret))).toEqual([]);
    const file = join(home, ".deploy-secrets.production");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain(`KEY_ENCRYPTION_KEYS=${KEY_ENCRYPTION_KEYS}`);
  });

  it("RE-15 stops where a step fails, says what to do, and goes on from there when it is run again", async () => {
    const steps = [
      "whoami",
      "deploy --dry-run",
      "d1 list",
      "d1 create",
      "queues create gatehouse-audit-dead",
      "secret put ADMIN_TOKEN",
      "d1 execute",
      "d1 time-travel",
      "d1 migrations apply",
      "deploy --message",
    ];
    let kept: Record<string, string> = {};
    for (const step of steps) {
      forget();
      const { code, said } = await deploy([], { FAKE_FAIL: step });
      expect([step, code]).toEqual([step, 1]);
      expect(said).toMatch(/✗ wrangler [\s\S]+\n {2}→ \S/);
      expect(said).not.toMatch(/\.mjs:\d/);
      expect(named().at(-1)?.startsWith(step), step).toBe(true);
      expect(account().versions).toEqual([]);
      // What was put once is never made anew.
      expect(account().secrets).toMatchObject(kept);
      kept = account().secrets;
    }
    expect((await deploy()).code).toBe(0);
    expect(account()).toMatchObject({
      databases: ["gatehouse"],
      migrations: ["0000_first.sql"],
      versions: ["version-1"],
    });
    expect(account().queues).toHaveLength(4);
    expect(account().secrets).toEqual(kept);
  });

  it("never makes a new key-encryption key for a database that has used one; and nothing to keep where nobody is", async () => {
    writeFileSync(
      accountFile(),
      JSON.stringify({
        ...account(),
        databases: ["gatehouse"],
        migrations: ["0000_first.sql"],
        keys: ["a"],
        versions: ["v"],
        secrets: { ADMIN_TOKEN: "x" },
      }),
    );
    const { code, said } = await deploy();
    expect([code, said]).toEqual([1, expect.stringMatching(/is gone from the Worker[\s\S]+→ put the old value back/)]);
    rmSync(accountFile());
    const alone = await deploy(["--ci"]);
    expect([alone.code, alone.said]).toEqual([
      1,
      expect.stringMatching(/nobody is there[\s\S]+→ run npm run deploy once by hand/),
    ]);
    expect(account().secrets).toEqual({});
    const given = {
      GATEHOUSE_ADMIN_TOKEN: "given-token-of-thirty-two-characters",
      GATEHOUSE_KEY_ENCRYPTION_KEYS: "k9:given",
    };
    expect((await deploy(["--ci"], given)).code).toBe(0);
    expect(account().secrets).toEqual({
      ADMIN_TOKEN: given.GATEHOUSE_ADMIN_TOKEN,
      KEY_ENCRYPTION_KEYS: "k9:given",
    });
    expect(existsSync(join(home, ".deploy-secrets.production"))).toBe(false);
  });

  it("lets no migration run that the code of now would not survive, but after the code that does without", async () => {
    expect((await deploy()).code).toBe(0);
    writeFileSync(join(home, "migrations/0001_second.sql"), "ALTER TABLE `users` DROP COLUMN `nick`;");
    forget();
    const files = { FAKE_FILES: "0000_first.sql,0001_second.sql" };
    const refused = await deploy([], files);
    expect([refused.code, refused.said]).toEqual([1, expect.stringMatching(/0001_second\.sql[\s\S]+--contract/)]);
    expect(named().filter((call) => /apply|deploy --message/.test(call))).toEqual([]);
    expect((await deploy(["--contract"], files)).code).toBe(0);
    const order = named().filter((call) => /apply|deploy --message/.test(call));
    expect(order.map((call) => call.split(" ")[0])).toEqual(["deploy", "d1"]);
  });

  it("puts the version before back when the new one does not answer, and rolls back when asked; the database stays", async () => {
    expect((await deploy()).code).toBe(0);
    isWell = false;
    const { code, said } = await deploy();
    expect([code, said]).toEqual([1, expect.stringMatching(/\/healthz answers 503\. Version version-1 serves again/)]);
    expect(account().versions).toEqual(["version-1", "version-2", "version-1"]);
    isWell = true;
    forget();
    expect((await deploy(["--rollback", "version-2"])).code).toBe(0);
    expect(account().versions.at(-1)).toBe("version-2");
    expect(named().filter((call) => /migrations|time-travel/.test(call))).toEqual([]);
  });

  it("keeps environments apart; changes nothing in a dry run; tells objects of a restored database", async () => {
    const dry = await deploy(["--env", "staging", "--dry-run"]);
    expect([dry.code, account()]).toEqual([
      0,
      {
        databases: [],
        queues: [],
        secrets: {},
        migrations: [],
        keys: [],
        versions: [],
      },
    ]);
    expect(dry.said).toMatch(/database gatehouse-staging: would be made/);
    expect((await deploy(["--env", "staging"])).code).toBe(0);
    expect(account().databases).toEqual(["gatehouse-staging"]);
    expect(account().queues.every((name) => name.startsWith("gatehouse-staging-"))).toBe(true);
    expect(calls().every(({ args }) => args.includes("--env=staging"))).toBe(true);
    expect((await deploy(["--env", "staging", "--restored"])).code).toBe(0);
    expect(account().secrets.RESTORED_AT).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const unknown = await deploy(["--env", "nowhere"]);
    expect([unknown.code, unknown.said]).toEqual([2, expect.stringContaining("→ ")]);
    expect((await deploy(["--wrong"])).code).toBe(2);
    forget();
    const clear = await deploy(["--url", "http://auth.example.com"], { GATEHOUSE_ADMIN_TOKEN: "t".repeat(48) });
    expect([clear.code, clear.said, calls()]).toEqual([2, expect.stringContaining("in the clear"), []]);
  });
});

describe("a migration is additive", () => {
  it.each<[string, boolean]>([
    ["CREATE TABLE `a` (`id` integer); --> statement-breakpoint\nCREATE UNIQUE INDEX `a_by` ON `a` (`id`);", true],
    ["CREATE INDEX `b_by` ON `b` (`id`);", true],
    ["ALTER TABLE `b` ADD `note` text;", true],
    ["ALTER TABLE `b` ADD `count` integer DEFAULT 0 NOT NULL;", true],
    ["ALTER TABLE `b` ADD `count` integer NOT NULL;", false],
    ["CREATE UNIQUE INDEX `b_by` ON `b` (`id`);", false],
    ["DROP TABLE `b`;", false],
    ["ALTER TABLE `b` RENAME COLUMN `x` TO `y`;", false],
    ["UPDATE `b` SET `x` = 1;", false],
    ["CREATE TRIGGER t AFTER INSERT ON b BEGIN DELETE FROM b; END;", false],
  ])("%s: %s", (sql, expected) => {
    expect(isAdditive(sql)).toBe(expected);
  });
});
