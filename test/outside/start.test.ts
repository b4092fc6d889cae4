import { spawn } from "node:child_process";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";
import { adminApi, eachOf } from "../../scripts/admin-api.mjs";
import { completeDevVars, parseDevVars } from "../../scripts/start/dev-vars.mjs";
import { freePort } from "../../scripts/start/ports.mjs";
import { completePartnerClient, completeStarterRealm, starter } from "../../scripts/start/starter-realm.mjs";
import { checkSealingKeys, emptyState, makeState, readJson } from "../../scripts/start/state.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const temporaryDirectory = () => mkdtemp(join(tmpdir(), "gatehouse-start-"));

function start(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, "scripts/start.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => child.on("close", (exitCode) => resolve({ exitCode, output })));
}

describe("npm start", () => {
  it.each([
    [["--port", "0"], "--port 0 is not supported"],
    [["--port", "65535"], "1 to 65534"],
    [["--port", "80a"], "1 to 65534"],
    [["--sideways"], "--sideways"],
    [["stray"], "stray"],
  ])("refuses %j with a sentence", async (args, sentence) => {
    const { exitCode, output } = await start(...args);
    expect(exitCode).toBe(2);
    expect(output).toContain(sentence);
    expect(output).not.toContain("at file://");
  });

  it("names the port that another program holds", async () => {
    const other = createServer();
    const port = (await freePort(1)) + 1;
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    const asWorker = await start("--port", String(port), "--state", await temporaryDirectory());
    const asPartner = await start("--port", String(port - 1), "--state", await temporaryDirectory());
    other.close();
    expect(asWorker).toMatchObject({ exitCode: 1, output: expect.stringMatching(`Port ${port}.*Worker.*--port N`) });
    expect(asPartner).toMatchObject({ exitCode: 1, output: expect.stringMatching(`Port ${port}.*partner.*--no-demo`) });
  });
});

describe("secrets of a first start", () => {
  it("makes what is missing, each time anew, readable by the owner only", async () => {
    const [one, other] = [join(await temporaryDirectory(), ".dev.vars"), join(await temporaryDirectory(), ".dev.vars")];
    const { vars, added } = await completeDevVars(one);
    expect(added).toHaveLength(6);
    expect((await stat(one)).mode & 0o777).toBe(0o600);
    expect(parseDevVars(await readFile(one, "utf8"))).toEqual(vars);
    expect(vars.ENVIRONMENT).toBe("development");
    expect(vars.ADMIN_TOKEN).toMatch(/^[\w-]{43,}$/);
    expect(vars.OPERATORS_REALM).toBe(starter.authDomain);
    expect(vars.KEY_ENCRYPTION_KEYS).toMatch(/^k1:[\w-]{43}$/);
    const again = (await completeDevVars(other)).vars;
    for (const name of [
      "ADMIN_TOKEN",
      "KEY_ENCRYPTION_KEYS",
      "STARTER_PASSWORD_READER",
      "STARTER_PASSWORD_ADMIN",
    ] as const)
      expect(again[name]).not.toBe(vars[name]);
  });

  it("keeps every value and comment that is there", async () => {
    const path = join(await temporaryDirectory(), ".dev.vars");
    const mine = '# mine\nADMIN_TOKEN="kept-as-it-is-0123456789abcdef0123456789"\nOTHER=1';
    await writeFile(path, mine, { mode: 0o644 });
    const { vars, added } = await completeDevVars(path);
    expect(vars.ADMIN_TOKEN).toBe("kept-as-it-is-0123456789abcdef0123456789");
    expect(added).not.toContain("ADMIN_TOKEN");
    const text = await readFile(path, "utf8");
    expect(text.startsWith(`${mine}\n`)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await completeDevVars(path)).added).toEqual([]);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("ships an example without a usable value", async () => {
    const values = parseDevVars(await readFile(join(root, ".dev.vars.example"), "utf8"));
    expect(Object.keys(values)).toEqual(expect.arrayContaining(["ADMIN_TOKEN", "KEY_ENCRYPTION_KEYS"]));
    expect(Object.values(values).filter((value) => value !== "")).toEqual([]);
  });
});

describe("local state", () => {
  it("is not opened with other sealing keys, and is with a rotated list or when it is fresh", async () => {
    const directory = await temporaryDirectory();
    await makeState(join(directory, "v3"));
    await checkSealingKeys(directory, "k1:first");
    await checkSealingKeys(directory, "k2:second,k1:first");
    await expect(checkSealingKeys(directory, "k1:other")).rejects.toThrow("--fresh");
    await checkSealingKeys(directory, "k2:second");
    await emptyState(directory);
    await checkSealingKeys(directory, "k1:other");
  });

  it("loses nothing but its own files to --fresh", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "thesis.txt"), "years of work");
    await makeState(join(directory, "v3"));
    await emptyState(directory);
    expect(await readFile(join(directory, "thesis.txt"), "utf8")).toBe("years of work");
    await expect(stat(join(directory, "v3"))).rejects.toThrow("ENOENT");
  });
});

describe("the starter realm", () => {
  const api = adminApi({ url: inject("baseUrl"), token: inject("adminToken") });
  const passwords = { STARTER_PASSWORD_READER: "unused-here-1234", STARTER_PASSWORD_ADMIN: "unused-here-1234" };

  async function members(path: string, member: string) {
    const found = [];
    for await (const item of eachOf(api, path, member)) found.push(item);
    return found;
  }

  it("has its domains, its two users and the partner application, and a second run adds nothing", async () => {
    const realm = await completeStarterRealm(api, passwords);
    const { json } = await api.request("GET", realm);
    expect(json).toMatchObject({ name: "daily", kind: "frontend", auth_domain: starter.authDomain });
    expect(json.domains).toEqual(expect.arrayContaining(starter.domains));
    const all = await members(`${realm}/users`, "users");
    expect(all).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ email: starter.reader, email_verified: true }),
        expect.objectContaining({ email: starter.admin, roles: expect.arrayContaining(["user", "admin", "sysadmin"]) }),
      ]),
    );
    expect(await completeStarterRealm(api, passwords)).toBe(realm);
    const again = (await members(`${realm}/users`, "users")).map(({ email }) => email);
    for (const email of [starter.reader, starter.admin])
      expect(again.filter((found) => found === email)).toHaveLength(1);
    expect((await members("/realms", "realms")).filter(({ name }) => name === "daily")).toHaveLength(1);
  });

  it("registers the partner application once, follows its port, and replaces a lost secret", async () => {
    const host = `starter-${Date.now().toString(36)}.localhost`;
    const { json } = await api.request("POST", "/realms", {
      name: host,
      kind: "frontend",
      domains: [host],
      auth_domain: host,
    });
    const realm = `/realms/${json.id}`;
    const stateDirectory = await temporaryDirectory();
    const at = (port: number) => ({ stateDirectory, baseUrl: `http://${starter.partnerHost}:${port}` });

    const first = await completePartnerClient(api, realm, at(4001));
    expect((await stat(join(stateDirectory, "partner-app.json"))).mode & 0o777).toBe(0o600);
    expect(await completePartnerClient(api, realm, at(4001))).toEqual(first);

    expect(await completePartnerClient(api, realm, at(4011))).toEqual(first);
    const moved = await api.request("GET", `${realm}/clients/${first.clientId}`);
    expect(moved.json.redirect_uris).toEqual([`http://${starter.partnerHost}:4011/callback`]);
    expect(moved.json.post_logout_redirect_uris).toEqual([`http://${starter.partnerHost}:4011/`]);

    await writeFile(join(stateDirectory, "partner-app.json"), "{");
    const renewed = await completePartnerClient(api, realm, at(4011));
    expect(renewed.clientId).toBe(first.clientId);
    expect(renewed.clientSecret).not.toBe(first.clientSecret);
    expect(await readJson(stateDirectory, "partner-app.json")).toMatchObject({ client_secret: renewed.clientSecret });
    expect(await members(`${realm}/clients`, "clients")).toHaveLength(1);
  });
});
