import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { readDevVars } from "../../scripts/start/dev-vars.mjs";
import { freePort } from "../../scripts/start/ports.mjs";
import { starter } from "../../scripts/start/starter-realm.mjs";
import { originOf } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import { untilAnswering } from "./support/run-example.ts";

const chromium = useChromium();
const root = join(import.meta.dirname, "../..");
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(root, "my-app-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it("docs/getting-started.md leads a newcomer to a working partner application, with its commands and its program as they stand there", async () => {
  const page = await readFile(join(root, "docs/getting-started.md"), "utf8");
  const blocks = [...page.matchAll(/```(?:sh|js)\n([\s\S]*?)```/g)].map(([, code = ""]) => code.trim());
  const [start, register = "", program = "", run = ""] = blocks;
  const port = String(await freePort());
  const here = (text: string): string =>
    text.replaceAll("localhost:3000", `localhost:${port}`).replaceAll("http://auth.daily.localhost:8787", issuer);
  const issuer = originOf(starter.authDomain);
  expect(start).toBe("npm ci && npm start");

  // As a newcomer types it, but for the port and an answer that a program reads.
  const command = here(register).replace(/^npm run gatehouse --/, "node scripts/gatehouse.mjs");
  const env = { ...process.env, GATEHOUSE_URL: inject("baseUrl"), ADMIN_TOKEN: inject("adminToken") };
  const { stdout } = await promisify(execFile)("sh", ["-c", `${command} --json`], { cwd: root, env });
  const made = JSON.parse(stdout) as { client_id: string; client_secret: string };

  await writeFile(join(directory, "my-app.mjs"), program.replace("./scripts/", "../scripts/"));
  const filled = here(run)
    .replace("CLIENT_ID=…", `CLIENT_ID=${made.client_id}`)
    .replace("CLIENT_SECRET=…", `CLIENT_SECRET=${made.client_secret}`);
  const app = spawn("sh", ["-c", `exec env ${filled}`], {
    cwd: directory,
    env: { ...process.env, PORT: port },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await untilAnswering(`http://localhost:${port}/nothing`);
    const context = await chromium.context();
    const browser = await context.newPage();
    await browser.goto(`http://localhost:${port}`);
    const vars = readDevVars(join(root, ".dev.vars"));
    await fillSignIn(browser, starter.reader, vars.STARTER_PASSWORD_READER ?? "");
    await browser.click("#consent-allow");
    await browser.waitForURL(`http://localhost:${port}/callback?**`);
    expect(await browser.textContent("body")).toBe(`Hello Rita Reader, your address is ${starter.reader}.`);
    await browser.goto(`http://localhost:${port}`);
    expect(await browser.textContent("body")).toContain("Hello Rita Reader");
    await context.close();
  } finally {
    const ended = once(app, "exit");
    app.kill();
    await ended;
  }
});
