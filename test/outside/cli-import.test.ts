import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { firebaseExample, foreignHashes, foreignPassword } from "../support/foreign-hashes.ts";
import { emailOf, families, writeManyUsers } from "./support/many-users.ts";
import { program, runCli } from "./support/run-cli.ts";

const env = { GATEHOUSE_URL: inject("baseUrl"), ADMIN_TOKEN: inject("adminToken") };
const stamp = Date.now().toString(36);
/** `npm run import:trial` takes 100,000. */
const manyUsers = Number(process.env.IMPORT_USERS ?? 10_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-import-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const gatehouse = (...args: string[]) => runCli(args, env);

async function makeRealm(label: string): Promise<{ name: string; host: string }> {
  const [name, host] = [`${label}-${stamp}`, `${label}-${stamp}.localhost`];
  const made = await gatehouse("realm", "create", name, "--domain", host, "--auth-domain", host);
  expect(made, made.stderr).toMatchObject({ exitCode: 0 });
  return { name, host };
}

async function signIn(host: string, email: string, password: string): Promise<number> {
  const { protocol, port } = new URL(env.GATEHOUSE_URL);
  const response = await localFetch(`${protocol}//${host}:${port}/api/auth/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  return response.status;
}

async function fileWith(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function importFile(realm: string, path: string, ...options: string[]) {
  const outcome = await gatehouse("users", "import", realm, path, "--json", ...options);
  expect([0, 4], outcome.stderr).toContain(outcome.exitCode);
  return { ...outcome, json: JSON.parse(outcome.stdout) as Record<string, unknown> };
}

describe("an import of many users", () => {
  it(
    "resumes after being killed half-way, loses and doubles none, and everybody signs in",
    async () => {
      const { name, host } = await makeRealm("many");
      const path = join(folder, "many.ndjson");
      const { broken } = await writeManyUsers(path, manyUsers);
      const parameters = await fileWith("parameters.json", JSON.stringify(firebaseExample.parameters));
      const checkpoint = join(folder, "many.checkpoint");
      const words = ["users", "import", name, path, "--checkpoint", checkpoint, "--firebase-parameters", parameters];

      const begunAt = Date.now();
      const kills = await killedAt([0.3, 0.6], words, checkpoint);
      const last = await gatehouse(...words, "--json");
      const seconds = (Date.now() - begunAt) / 1000;
      expect(last, last.stderr).toMatchObject({ exitCode: 4 });
      expect(kills).toBe(2);

      const { users, created, skipped, failed } = JSON.parse(last.stdout) as Record<string, number>;
      expect([users, failed]).toEqual([manyUsers, broken]);
      // What was under way when it was killed is there already when it comes again.
      expect((created ?? 0) + (skipped ?? 0)).toBe(manyUsers - broken);
      expect(existsSync(checkpoint)).toBe(false);
      const rejected = (await readFile(`${path}.rejected.ndjson`, "utf8")).trimEnd().split("\n");
      expect(rejected.map((line) => (JSON.parse(line) as { number: number }).number)).toEqual(
        Array.from({ length: broken }, (_, index) => (index + 1) * 1000),
      );

      const exported = join(folder, "many.export.ndjson");
      expect(await gatehouse("users", "export", name, "--output", exported)).toMatchObject({ exitCode: 0 });
      const emails = (await readFile(exported, "utf8"))
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { email: string }).email);
      const wanted = Array.from({ length: manyUsers }, (_, index) => index).filter((index) => index % 1000 !== 999);
      expect(emails.toSorted()).toEqual(wanted.map(emailOf).toSorted());

      for (const [index, { password }] of families.entries())
        expect(await signIn(host, emailOf(index), password), `family ${index}`).toBe(200);
      console.log(`imported ${manyUsers} users in ${seconds.toFixed(1)} s, killed twice`);
    },
    15 * 60_000,
  );
});

/** Runs the command once for each share and kills it there, unless it is through before. Answers how often it was killed. */
async function killedAt(shares: readonly number[], words: readonly string[], checkpoint: string): Promise<number> {
  let kills = 0;
  for (const share of shares) {
    const child = spawn(process.execPath, [program, ...words], { env: { ...process.env, ...env }, stdio: "ignore" });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    while (child.exitCode === null && doneIn(checkpoint) < manyUsers * share)
      await new Promise((resolve) => setTimeout(resolve, 5));
    if (child.kill("SIGKILL")) kills++;
    await gone;
  }
  return kills;
}

function doneIn(checkpoint: string): number {
  try {
    return (JSON.parse(readFileSync(checkpoint, "utf8")) as { done: number }).done;
  } catch {
    return 0;
  }
}

describe("files of other systems", () => {
  it("are told apart by themselves, and their users sign in with their old passwords", async () => {
    const { name, host } = await makeRealm("moved");
    const auth0 = {
      _id: { $oid: "5f0c" },
      email: "ada@auth0.example",
      email_verified: true,
      passwordHash: foreignHashes["bcrypt of libxcrypt"],
      identities: [{ provider: "google-oauth2", user_id: "42", isSocial: true }],
    };
    const keycloak = {
      realm: "old",
      roles: { users: ["not these"] },
      users: [
        {
          id: "kc-1",
          username: "kay",
          email: "kay@keycloak.example",
          emailVerified: true,
          firstName: "Kay",
          enabled: true,
          createdTimestamp: 1_500_000_000_000,
          attributes: { town: ['Köln [\\]"}'] },
          credentials: [{ type: "password", ...(foreignHashes["PBKDF2 of Keycloak"] as object) }],
        },
        { id: "kc-2", username: "lou", enabled: false },
      ],
    };
    const firebase = {
      users: [
        {
          localId: "fb-1",
          email: "fay@firebase.example",
          passwordHash: firebaseExample.hash.hash,
          salt: firebaseExample.hash.salt,
          createdAt: "1500000000000",
          providerUserInfo: [{ providerId: "google.com", rawId: "43" }],
        },
      ],
    };
    const shown = `hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: ${firebaseExample.parameters.signer_key},\n  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}`;
    const csv = `email,name,roles,metadata,password_hash\ncat@csv.example,"Cat ""the"" O'Hara\nJr.",user;admin,"{""a"":1}",${foreignHashes["salted SHA-1 of LDAP"]}\n`;
    const files = [
      await fileWith("auth0.json", `${JSON.stringify(auth0)}\n`),
      await fileWith("keycloak.json", JSON.stringify(keycloak, null, 2)),
      await fileWith("firebase.json", JSON.stringify(firebase)),
      await fileWith("people.csv", csv.replace("\nJr.", " Jr.")),
    ];
    const parameters = await fileWith("shown.txt", shown);
    for (const path of files) {
      const { json, stderr } = await importFile(name, path, "--firebase-parameters", parameters);
      expect(json, stderr).toMatchObject({ failed: 0 });
    }
    for (const email of ["ada@auth0.example", "kay@keycloak.example", "cat@csv.example"])
      expect(await signIn(host, email, foreignPassword), email).toBe(200);
    expect(await signIn(host, "fay@firebase.example", firebaseExample.password)).toBe(200);
    const kay = await gatehouse("user", "show", name, "kay@keycloak.example", "--json");
    expect(JSON.parse(kay.stdout)).toMatchObject({
      external_id: "kc-1",
      username: "kay",
      first_name: "Kay",
      metadata: { town: ['Köln [\\]"}'] },
      created_at: "2017-07-14T02:40:00.000Z",
    });
  });

  it("writes rejected lines aside with the reason, readable by the owner only, and says so by its exit code", async () => {
    const { name } = await makeRealm("rejected");
    const path = await fileWith(
      "odd.ndjson",
      '{"email":"ok@odd.example"}\n{"email":\n{"email":"ok2@odd.example","password_hash":"md5"}\n',
    );
    const { exitCode, json } = await importFile(name, path);
    expect([exitCode, json.created, json.failed]).toEqual([4, 1, 2]);
    const rejected = (await readFile(`${path}.rejected.ndjson`, "utf8")).trimEnd().split("\n");
    expect(rejected.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ number: 2, code: "unreadable" }),
      expect.objectContaining({ number: 3, code: "password-hash-malformed", field: "password_hash" }),
    ]);
  });

  it("goes on from no checkpoint of another import", async () => {
    const { name } = await makeRealm("wrong-point");
    const path = await fileWith("one.ndjson", '{"email":"one@odd.example"}\n');
    const checkpoint = await fileWith("other.checkpoint", '{"of":"another","done":1}');
    const outcome = await gatehouse("users", "import", name, path, "--checkpoint", checkpoint);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toContain("belongs to another import");
  });
});

describe("an export", () => {
  it("to CSV hands no formula to a spreadsheet, and reads back as it was", async () => {
    const { name } = await makeRealm("sheet");
    const user = {
      email: "mal@sheet.example",
      name: '=HYPERLINK("https://evil.example","x")',
      first_name: "@SUM(1)",
      last_name: "'+1",
      phone_number: "+442079460999",
      metadata: { note: 'a,b\n"c"' },
    };
    await importFile(name, await fileWith("mal.ndjson", JSON.stringify(user)));
    const csv = join(folder, "sheet.csv");
    expect(await gatehouse("users", "export", name, "--format", "csv", "--output", csv)).toMatchObject({ exitCode: 0 });
    const text = await readFile(csv, "utf8");
    expect(text).toContain(`"'=HYPERLINK(""https://evil.example"",""x"")"`);
    for (const cell of text.split("\r\n").slice(1).join(",").split(",")) expect(cell).not.toMatch(/^"?[=+\-@]/);
    expect(await gatehouse("users", "export", name, "--output", csv)).toMatchObject({ exitCode: 2 });

    const again = await makeRealm("sheet-again");
    const { json, stderr } = await importFile(again.name, csv);
    expect(json, stderr).toMatchObject({ created: 1, failed: 0 });
    const read = await gatehouse("user", "show", again.name, user.email, "--json");
    expect(JSON.parse(read.stdout)).toMatchObject(user);
  });

  it("to standard output is one user a line and nothing else, without password hashes", async () => {
    const { name } = await makeRealm("piped");
    const lines = [1, 2, 3].map((index) =>
      JSON.stringify({ email: `p${index}@piped.example`, password_hash: families[0]?.hash }),
    );
    await importFile(name, await fileWith("piped.ndjson", lines.join("\n")));
    const plain = await gatehouse("users", "export", name);
    expect(
      plain.stdout
        .trimEnd()
        .split("\n")
        .map((line) => Object.keys(JSON.parse(line) as object).includes("password_hash")),
    ).toEqual([false, false, false]);
    const withHashes = await gatehouse("users", "export", name, "--password-hashes");
    expect(withHashes.stdout.match(/\$2b\$05\$/g)).toHaveLength(3);
  });
});
