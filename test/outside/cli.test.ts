import { describe, expect, inject, it } from "vitest";
import { buildProgram } from "../../scripts/cli/program.mjs";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { type Outcome, runCli } from "./support/run-cli.ts";

const baseUrl = inject("baseUrl");
const adminToken = inject("adminToken");
const stamp = Date.now().toString(36);

/** The command line, pointed at the running deployment. */
const gatehouse = (...args: string[]) => runCli(args, { GATEHOUSE_URL: baseUrl, ADMIN_TOKEN: adminToken });
const gatehouseWithInput = (stdin: string, ...args: string[]) =>
  runCli(args, { GATEHOUSE_URL: baseUrl, ADMIN_TOKEN: adminToken }, stdin);
/** The command line where no call may go out: nothing listens on this port. */
const offline = (...args: string[]) =>
  runCli(args, { GATEHOUSE_URL: "http://127.0.0.1:9", ADMIN_TOKEN: "x".repeat(40) });

const succeeded = (outcome: Outcome) => {
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
  return outcome.stdout;
};

async function json(...args: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(succeeded(await gatehouse(...args, "--json")));
}

const line = (output: string, label: string) => output.split("\n").find((text) => text.startsWith(`${label} `)) ?? "";

async function signIn(host: string, email: string, password: string) {
  const { protocol, port } = new URL(baseUrl);
  const response = await localFetch(`${protocol}//${host}${port && `:${port}`}/api/auth/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  return response.status;
}

async function makeRealm(label: string) {
  const host = `${label}-${stamp}.localhost`;
  const realm = await json("realm", "create", `${label}-${stamp}`, "--domain", host, "--auth-domain", host);
  return { host, name: `${label}-${stamp}`, id: String(realm.id) };
}

describe("without a server", () => {
  it("explains every command with an example", async () => {
    expect(succeeded(await offline("--help"))).toContain("Exit codes");
    const nouns = buildProgram().commands.filter(({ commands }) => commands.length > 0);
    expect(nouns.length).toBeGreaterThan(10);
    for (const noun of nouns) {
      for (const verb of noun.commands) {
        let help = "";
        verb.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
        expect(help).toContain(`npm run gatehouse -- ${noun.name()} ${verb.name()}`);
        expect(help).toMatch(new RegExp(`^Usage: gatehouse ${noun.name()} ${verb.name()}`));
      }
    }
  });

  it.each([
    ["an unknown command", ["realm", "frobnicate"], "unknown command"],
    ["a missing argument", ["realm", "create"], "missing required argument"],
    ["an unknown option", ["realm", "list", "--sideways"], "unknown option"],
    ["a value outside the choices", ["client", "create", "daily", "X", "--type", "odd"], "Allowed choices"],
    ["a region that is none", ["realm", "create", "x", "--jurisdiction", "mars"], "Allowed choices"],
    ["broken JSON", ["realm", "create", "x", "--settings", "{"], "not JSON"],
    [
      "two sources of one password",
      ["user", "create", "d", "a@b.c", "--password-stdin", "--generate-password"],
      "cannot be used with",
    ],
    ["an empty password on standard input", ["user", "create", "d", "a@b.c", "--password-stdin"], "found nothing"],
    ["a deletion that nobody can confirm", ["realm", "delete", "daily"], "--yes"],
    ["a revocation that nobody can confirm", ["key", "revoke", "daily", "kid"], "--yes"],
    ["an address that is none", ["realm", "list", "--url", "example"], "--url"],
  ])("answers %s with exit code 2 and a reason", async (_, args, reason) => {
    const outcome = await offline(...args);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toContain(reason);
  });

  it("keeps the operator token from unencrypted connections to other machines", async () => {
    const outcome = await offline("realm", "list", "--url", "http://example.com");
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain("https");
  });

  it("does not take this machine's token for another deployment", async () => {
    const outcome = await runCli(["realm", "list", "--url", "https://example.com"], {});
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain("No operator token");
  });

  it("answers exit code 3 when nothing listens", async () => {
    const outcome = await offline("realm", "list");
    expect(outcome).toMatchObject({ exitCode: 3, stdout: "" });
    expect(outcome.stderr).toContain("Cannot reach http://127.0.0.1:9");
  });
});

describe("realms and domains", () => {
  it("makes, finds, changes and deletes a realm", async () => {
    const { id, name, host } = await makeRealm("tribune");
    expect(succeeded(await gatehouse("realm", "list"))).toMatch(new RegExp(`${id} +${name} +frontend`));
    for (const reference of [id, name, host]) expect((await json("realm", "show", reference)).id).toBe(id);

    const extra = `sport-${stamp}.localhost`;
    expect((await json("domain", "add", name, extra)).domains).toEqual(expect.arrayContaining([host, extra]));
    expect((await json("domain", "remove", name, extra)).domains).toEqual([host]);
    expect(line(succeeded(await gatehouse("realm", "update", name, "--name", `${name}-2`)), "name")).toContain(
      `${name}-2`,
    );

    expect(succeeded(await gatehouse("realm", "delete", id, "--yes"))).toBe("The realm is deleted.\n");
    expect(await gatehouse("realm", "show", id)).toMatchObject({ exitCode: 1 });
  });

  it("passes on why the API refuses, with exit code 1", async () => {
    const { host, id } = await makeRealm("gazette");
    const outcome = await gatehouse("realm", "create", "another", "--domain", host, "--auth-domain", host);
    expect(outcome).toMatchObject({ exitCode: 1, stdout: "" });
    expect(outcome.stderr).toContain("code domain-already-in-realm, status 409");
    const wrongToken = await runCli(["realm", "show", id], { GATEHOUSE_URL: baseUrl, ADMIN_TOKEN: "x".repeat(40) });
    expect(wrongToken.exitCode).toBe(1);
    expect(wrongToken.stderr).toContain("status 401");
  });

  it("asks for a region, which workerd does not have: no realm is made (decision 31)", async () => {
    const host = `far-${stamp}.localhost`;
    const refused = await gatehouse("realm", "create", "far", "--domain", host, "--jurisdiction", "eu");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain("jurisdiction: is none in which this deployment can keep objects");
    expect(await gatehouse("realm", "show", host)).toMatchObject({ exitCode: 1 });
    expect((await json("realm", "create", "far", "--domain", host)).jurisdiction).toBeNull();
  });

  it("makes the two realms of a publisher", async () => {
    const [cms, www] = [`cms-${stamp}.localhost`, `www-${stamp}.localhost`];
    succeeded(await gatehouse("publisher", "create", `pub-${stamp}`, "--editor-domain", cms, "--frontend-domain", www));
    expect((await json("realm", "show", cms)).kind).toBe("editor");
    expect((await json("realm", "show", www)).kind).toBe("frontend");
  });

  it("prints the API's answer byte for byte with --json", async () => {
    const { id } = await makeRealm("courier");
    const response = await localFetch(`${baseUrl}/admin/v1/realms/${id}`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    expect(succeeded(await gatehouse("realm", "show", id, "--json"))).toBe(`${(await response.text()).trimEnd()}\n`);
  });
});

describe("clients", () => {
  it("registers, shows, changes, re-keys and deletes a client; the secret appears once", async () => {
    const { id: realm } = await makeRealm("clients");
    const redirect = "https://partner.example.com/callback";
    const created = succeeded(
      await gatehouse(
        "client",
        "create",
        realm,
        "Partner",
        "--redirect-uri",
        redirect,
        "--scope",
        "openid",
        "profile",
        "--no-first-party",
      ),
    );
    const clientId = line(created, "client_id").split(/ +/)[1] ?? "";
    const secret = line(created, "client_secret").split(/ +/)[1] ?? "";
    expect(secret.length).toBeGreaterThan(20);

    expect(await json("client", "show", realm, clientId)).toMatchObject({
      name: "Partner",
      type: "confidential",
      first_party: false,
      redirect_uris: [redirect],
      scopes: ["openid", "profile"],
    });
    const later = succeeded(await gatehouse("client", "show", realm, clientId, "--json"));
    expect(later).not.toContain(secret);
    expect(later).not.toContain('client_secret"');

    expect((await json("client", "update", realm, clientId, "--name", "Renamed")).name).toBe("Renamed");
    expect(succeeded(await gatehouse("client", "list", realm))).toContain("Renamed");
    const rotated = await json("client", "rotate-secret", realm, clientId);
    expect(rotated.client_secret).toEqual(expect.any(String));
    expect(rotated.client_secret).not.toBe(secret);

    succeeded(await gatehouse("client", "delete", realm, clientId, "--yes"));
    expect(await gatehouse("client", "show", realm, clientId)).toMatchObject({ exitCode: 1 });
  });
});

describe("users", () => {
  it("RC-16 makes a user whose generated password, shown once, signs nobody in unless that is wanted", async () => {
    const { name, host } = await makeRealm("people");
    const created = await gatehouse(
      "user",
      "create",
      name,
      "jo@example.com",
      "--name",
      "Jo Doe",
      "--generate-password",
    );
    succeeded(created);
    const password = /shown this once: (\S+)/.exec(created.stderr)?.[1] ?? "";
    expect(created.stdout).not.toContain(password);
    expect(await signIn(host, "jo@example.com", password)).toBe(403);
    const more = ["--generate-password", "--no-temporary"];
    const final = await gatehouse("user", "create", name, "al@example.com", ...more);
    expect(await signIn(host, "al@example.com", /shown this once: (\S+)/.exec(final.stderr)?.[1] ?? "")).toBe(200);
    const sessions = await json("user", "sessions", name, "al@example.com");
    expect(sessions.sessions).toHaveLength(1);
    succeeded(await gatehouse("user", "kick", name, "al@example.com"));
    expect((await json("user", "sessions", name, "al@example.com")).sessions).toHaveLength(0);
    const reset = await json("user", "reset-password", name, "al@example.com", "--temporary", "--yes");
    expect(await signIn(host, "al@example.com", String(reset.temporary_password))).toBe(403);
    succeeded(await gatehouse("user", "reset-password", name, "al@example.com", "--yes"));
  });

  it("takes a password from standard input", async () => {
    const { name, host } = await makeRealm("typed");
    const password = "correct horse battery staple 7";
    succeeded(
      await gatehouseWithInput(
        `${password}\n`,
        "user",
        "create",
        name,
        "ed@example.com",
        "--password-stdin",
        "--no-temporary",
      ),
    );
    expect(await signIn(host, "ed@example.com", password)).toBe(200);
    expect(await signIn(host, "ed@example.com", `${password}x`)).toBe(401);
  });

  it("searches, gives roles, disables, enables and deletes", async () => {
    const { name, host } = await makeRealm("roles");
    const password = "correct horse battery staple 7";
    await gatehouseWithInput(password, "user", "create", name, "amy@example.com", "--password-stdin", "--no-temporary");
    await gatehouse("user", "create", name, "bob@example.com");

    const found = await json("user", "list", name, "--q", "amy@example.com");
    expect(found.users).toEqual([expect.objectContaining({ email: "amy@example.com" })]);
    expect((await json("user", "roles", name, "amy@example.com", "user", "admin")).roles).toEqual(["user", "admin"]);

    succeeded(await gatehouse("user", "disable", name, "amy@example.com"));
    expect(await signIn(host, "amy@example.com", password)).toBe(401);
    succeeded(await gatehouse("user", "enable", name, "amy@example.com"));
    expect(await signIn(host, "amy@example.com", password)).toBe(200);

    succeeded(await gatehouse("user", "delete", name, "amy@example.com", "--yes"));
    const gone = await gatehouse("user", "show", name, "amy@example.com");
    expect(gone).toMatchObject({ exitCode: 1 });
    expect(gone.stderr).toContain('no user "amy@example.com"');
  });

  it("keeps control characters in a name from reaching the terminal", async () => {
    const { name } = await makeRealm("odd");
    const response = await localFetch(`${baseUrl}/admin/v1/realms/${name}/users`, {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ email: "eve@example.com", name: "Eve", metadata: { note: "\u001b]0;pwned\u0007\u202e" } }),
    });
    expect(response.status).toBe(201);
    const shown = succeeded(await gatehouse("user", "show", name, "eve@example.com"));
    expect(shown).toContain("pwned");
    for (const character of ["\u001b", "\u0007", "\u202e"]) expect(shown).not.toContain(character);
  });
});

describe("providers", () => {
  it("sets one up, changes what is given and nothing else, shows it without its secret, and deletes it", async () => {
    const { name } = await makeRealm("provided");
    const secret = "canary-of-the-provider";
    const options = ["--issuer", "https://login.example.com", "--client-id", "daily", "--client-secret-stdin"];
    const made = await gatehouseWithInput(`${secret}\n`, "provider", "set", name, "staff", ...options);
    expect(line(succeeded(made), "client_secret_set")).toMatch(/true$/);
    const changed = await json("provider", "set", name, "staff", "--label", "Staff", "--trusts-email");
    expect(changed).toMatchObject({
      issuer: "https://login.example.com",
      label: "Staff",
      client_secret_set: true,
      version: 2,
    });
    expect(await json("provider", "set", name, "staff", "--disabled")).toMatchObject({
      label: "Staff",
      disabled: true,
    });
    const moved = await json("provider", "set", name, "staff", "--token-url", "https://elsewhere.example.com/token");
    expect(moved).toMatchObject({ client_secret_set: false });

    const shown = succeeded(await gatehouse("provider", "show", name, "staff"));
    expect(shown).toContain("/api/auth/v1/staff/callback");
    const listed = succeeded(await gatehouse("provider", "list", name));
    expect(listed).toContain("staff");
    expect(made.stdout + shown + listed + JSON.stringify(changed)).not.toContain(secret);

    expect((await gatehouse("provider", "delete", name, "staff")).exitCode).toBe(2);
    succeeded(await gatehouse("provider", "delete", name, "staff", "--yes"));
    expect((await gatehouse("provider", "show", name, "staff")).exitCode).toBe(1);
  });

  it("says which field of a new one is missing", async () => {
    const { name } = await makeRealm("unprovided");
    const refused = await gatehouse("provider", "set", name, "google", "--client-id", "ours");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain("client_secret: missing");
    const empty = await gatehouseWithInput(
      "",
      "provider",
      "set",
      name,
      "google",
      "--client-id",
      "x",
      "--client-secret-stdin",
    );
    expect(empty).toMatchObject({ exitCode: 2, stdout: "" });
    expect(empty.stderr).toContain("--client-secret-stdin found nothing");
  });
});

describe("keys and settings", () => {
  it("lists, rotates and revokes signing keys", async () => {
    const { name } = await makeRealm("keys");
    const kids = async () => {
      const { keys } = await json("key", "list", name);
      return (Array.isArray(keys) ? keys : []).map((key: { kid: string }) => key.kid);
    };
    const before = await kids();
    succeeded(await gatehouse("key", "rotate", name, "--alg", "ES256"));
    const fresh = (await kids()).filter((kid) => !before.includes(kid));
    expect(fresh.length).toBeGreaterThan(0);
    // One id in sixty-four begins as an option does.
    succeeded(await gatehouse("key", "revoke", "--yes", "--", name, fresh[0] ?? ""));
    expect(line(succeeded(await gatehouse("key", "list", name)), fresh[0] ?? "")).toMatch(/revoked|^$/);
  });

  it("reads a setting's value as JSON, or else as text, and leaves the others alone", async () => {
    const { name } = await makeRealm("settings");
    succeeded(await gatehouse("setting", "set", name, "max_sessions", "3"));
    succeeded(await gatehouse("setting", "set", name, "tfa", "required"));
    succeeded(await gatehouse("setting", "set", name, "rate_limits.password_failures_before_delay", "5"));
    const settings = succeeded(await gatehouse("setting", "list", name));
    expect(line(settings, "max_sessions")).toMatch(/ 3$/);
    expect(line(settings, "tfa")).toMatch(/ required$/);
    expect(line(settings, "rate_limits.password_failures_before_delay")).toMatch(/ 5$/);

    const refused = await gatehouse("setting", "set", name, "max_sessions", "9999");
    expect(refused.exitCode).toBe(1);
    expect(line(succeeded(await gatehouse("setting", "list", name)), "max_sessions")).toMatch(/ 3$/);
  });
});
