import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { type MadeClient, makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import { program, runCli } from "./support/run-cli.ts";

const chromium = useChromium();
const email = "olga@example.com";

let site: Site;
let client: MadeClient;
let home: string;
beforeAll(async () => {
  site = await makeSite("operated");
  client = await makeClient(site, {
    name: "Command line",
    type: "public",
    first_party: true,
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    scopes: ["openid", "roles", "offline_access"],
  });
  await makeUser(site, email, { roles: ["user", "admin"] });
  home = await mkdtemp(join(tmpdir(), "gatehouse-login-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const gatehouse = (...args: string[]) => runCli(args, { GATEHOUSE_URL: site.issuer, XDG_CONFIG_HOME: home });
const logins = () => join(home, "gatehouse", "logins.json");
const readLogin = async () =>
  (JSON.parse(await readFile(logins(), "utf8")) as Record<string, { access_token: string; expires_at: number }>)[
    site.issuer
  ];

/** Runs `gatehouse login` and does in a browser what it asks for. */
async function logIn(): Promise<number | null> {
  const child = spawn(process.execPath, [program, "login", "--client", client.client_id], {
    env: { PATH: process.env.PATH, GATEHOUSE_URL: site.issuer, XDG_CONFIG_HOME: home },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await expect.poll(() => said, { timeout: 15_000 }).toMatch(/type {2}\S+/);
  const context = await chromium.context();
  const page = await context.newPage();
  await page.goto(/Open (\S+)/.exec(said)?.[1] ?? "");
  await page.fill("#user-code", /type {2}(\S+)/.exec(said)?.[1] ?? "");
  await page.click("#device-button");
  await page.waitForSelector("#sign-in-form");
  await fillSignIn(page, email, password);
  await page.click("#device-allow");
  await page.waitForSelector("#device-outcome");
  await context.close();
  return gone;
}

describe("gatehouse login (RFC 8628)", () => {
  it("MR-03 lets an administrator operate their realm and no other, without the operator token", async () => {
    expect(await logIn()).toBe(0);
    expect((await stat(logins())).mode & 0o777).toBe(0o600);
    const listed = await gatehouse("user", "list", site.realmId, "--json");
    expect(listed, listed.stderr).toMatchObject({ exitCode: 0 });
    expect(listed.stdout).toContain(email);
    const refused = await gatehouse("realm", "create", "another", "--domain", "another.localhost");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("status 403");

    const before = await readLogin();
    if (before === undefined) throw new Error("nobody is signed in");
    await writeFile(logins(), JSON.stringify({ [site.issuer]: { ...before, expires_at: 0 } }));
    expect(await gatehouse("user", "list", site.realmId)).toMatchObject({ exitCode: 0 });
    const renewed = await readLogin();
    expect(renewed?.access_token).not.toBe(before.access_token);
    expect(renewed?.expires_at).toBeGreaterThan(Date.now());

    expect(await gatehouse("logout")).toMatchObject({ exitCode: 0 });
    expect(await readLogin()).toBeUndefined();
    const late = await localFetch(`${site.issuer}/admin/v1/realms`, {
      headers: { authorization: `Bearer ${renewed?.access_token}` },
    });
    expect(late.status).toBe(401);
    expect((await gatehouse("logout")).exitCode).toBe(1);
  });

  it("says why an application may not sign anybody in", async () => {
    const other = await makeClient(site, { name: "No device", type: "public" });
    const outcome = await gatehouse("login", "--client", other.client_id);
    expect(outcome).toMatchObject({ exitCode: 1, stdout: "" });
    expect(outcome.stderr).toContain("may not sign anybody in");
  });
});
