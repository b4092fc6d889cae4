import { execFileSync } from "node:child_process";
import { describe, expect, inject, it } from "vitest";
import { runCli } from "./support/run-cli.ts";

const env = { GATEHOUSE_URL: inject("baseUrl"), ADMIN_TOKEN: inject("adminToken") };
const gatehouse = (...args: string[]) => runCli(args, env);
const stamp = Date.now().toString(36);

describe("gatehouse doctor", () => {
  it("finds nothing broken in a deployment that was just started, and looks at all of it", async () => {
    const outcome = await gatehouse("doctor");
    expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ exitCode: 0 });
    for (const name of [
      "clock",
      "database",
      "grants",
      "objects",
      "queue",
      "mail",
      "KEY_ENCRYPTION_KEYS",
      "signing keys",
      "domains",
    ])
      expect(outcome.stdout).toMatch(new RegExp(`^(ok|warn) +${name} `, "m"));
    expect(outcome.stdout).not.toMatch(/^fail/m);
  });

  it("finds a domain that does not lead here, says what to do, and answers with exit code 1", async () => {
    const host = `nowhere-${stamp}.gatehouse.example`;
    const name = `doctored-${stamp}`;
    const own = `${name}.localhost`;
    const made = await gatehouse("realm", "create", name, "--domain", own, host, "--auth-domain", own);
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    const outcome = await gatehouse("doctor", "--json");
    await gatehouse("realm", "delete", name, "--yes");
    expect(outcome.exitCode).toBe(1);
    const { healthy, checks } = JSON.parse(outcome.stdout) as { healthy: boolean; checks: Record<string, unknown>[] };
    expect(healthy).toBe(false);
    expect(checks.filter(({ state }) => state === "fail")).toEqual([
      expect.objectContaining({
        name: "domains",
        detail: expect.stringContaining(host),
        remedy: expect.stringContaining(host),
      }),
    ]);
  });
});

describe("--dry-run", () => {
  it("deletes nothing, asks nothing, and shows what would be sent without its secrets", async () => {
    const outcome = await gatehouse("realm", "delete", "daily", "--dry-run");
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).toMatch(/^Would send: DELETE \/admin\/v1\/realms\/\S+\n$/);
    expect(await gatehouse("realm", "show", "daily")).toMatchObject({ exitCode: 0 });
    const made = await runCli(
      ["user", "create", "daily", "dry@example.com", "--password-stdin", "--dry-run"],
      env,
      "canary-password-9",
    );
    expect(made.stdout).toContain("/users");
    expect(made.stdout + made.stderr).not.toContain("canary-password-9");
    expect(await gatehouse("user", "show", "daily", "dry@example.com")).toMatchObject({ exitCode: 1 });
  });
});

describe("shell completion", () => {
  const complete = async (words: string[]) => {
    const { stdout: script } = await gatehouse("completion", "bash");
    const quoted = words.map((word) => `"${word}"`).join(" ");
    const probe = `${script}\nCOMP_WORDS=(gatehouse ${quoted}); COMP_CWORD=${words.length}; _gatehouse; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["-c", probe], { encoding: "utf8" }).trim().split("\n");
  };

  it("offers nouns, verbs, options and what an option may be, in bash", async () => {
    expect(await complete(["web"])).toEqual(["webhook"]);
    expect(await complete(["webhook", "re"])).toEqual(["replay", "replay-dead"]);
    expect(await complete(["user", "import", "daily", "f", "--che"])).toEqual(["--checkpoint"]);
    expect(await complete(["users", "import", "daily", "f", "--format", ""])).toEqual([
      "auto",
      "ndjson",
      "csv",
      "auth0",
      "keycloak",
      "firebase",
    ]);
  });

  it.each([
    ["zsh", "bashcompinit"],
    ["fish", "complete -c gatehouse -f -n '__fish_use_subcommand' -a webhook"],
  ])("has a script for %s", async (shell, part) => {
    const outcome = await gatehouse("completion", shell);
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).toContain(part);
  });

  it("knows no other shell", async () => {
    expect(await gatehouse("completion", "tcsh")).toMatchObject({ exitCode: 2 });
  });
});
