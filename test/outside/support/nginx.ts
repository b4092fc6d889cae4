import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../scripts/start/ports.mjs";

const binary = "/usr/sbin/nginx";

/** Installs Debian's nginx where that can be done. False where there is none to be had. */
export function ensureNginx(): boolean {
  if (!existsSync(binary)) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const words of [["update"], ["install", "-y", "--no-install-recommends", "nginx-light"]])
      spawnSync("apt-get", words, { stdio: "ignore", env });
  }
  return existsSync(binary);
}

export interface Nginx {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** Runs nginx with the example's configuration, filled in, on a free port of this machine. */
export async function startNginx(filled: Readonly<Record<string, string>>): Promise<Nginx> {
  const home = await mkdtemp(join(tmpdir(), "gatehouse-nginx-"));
  const port = await freePort();
  const template = await readFile(
    join(import.meta.dirname, "../../../examples/gateway-nginx/gatehouse.conf.template"),
    "utf8",
  );
  const values: Readonly<Record<string, string>> = { ...filled, LISTEN: `127.0.0.1:${port}` };
  const server = template.replaceAll(/\$\{([A-Z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((of) => `${of}_temp_path ${home}/${of};`);
  await writeFile(
    join(home, "nginx.conf"),
    `daemon off; pid ${home}/pid; error_log stderr warn; events {} http { access_log off; ${temporary.join(" ")} ${server} }`,
  );
  const words = ["-p", home, "-c", join(home, "nginx.conf"), "-e", "stderr"];
  execFileSync(binary, [...words, "-t"], { stdio: "pipe" });
  const child = spawn(binary, words, { stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  await untilListening(origin, child);
  return {
    origin,
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGQUIT");
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function untilListening(origin: string, child: ChildProcess): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until && child.exitCode === null; ) {
    const answered = await fetch(origin).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("nginx did not start");
}
