import { createRequire } from "node:module";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { originOf } from "./admin.ts";

let bundled: Promise<string> | undefined;

/** Bridgekeeper's public client, unmodified, as one script. */
async function bundleClient(): Promise<string> {
  const built = await build({
    entryPoints: [createRequire(import.meta.url).resolve("@quintype/bridgekeeper-js")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bridgekeeper",
    define: { global: "globalThis" },
    logLevel: "silent",
  });
  return built.outputFiles[0]?.text ?? "";
}

/** A page of one of the sites with the client loaded, as a publisher's front end loads it. */
export async function openSite(host: string, page: Page): Promise<void> {
  bundled ??= bundleClient();
  await page.goto(`${originOf(host)}/`);
  await page.addScriptTag({ content: await bundled });
}

/** Calls one function of the client in the page. A Response is answered as its status. */
export function call(page: Page, name: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(
    async ([called, given]) => {
      const client = (
        globalThis as unknown as { bridgekeeper: Record<string, (...values: unknown[]) => Promise<unknown>> }
      ).bridgekeeper;
      const answer = await client[called as string]?.(...(given as unknown[]));
      return answer instanceof Response ? answer.status : answer;
    },
    [name, args] as const,
  );
}

/** Sends a picture to the bucket as front ends do: the signed fields, then the file. Answers the status. */
export function uploadPicture(page: Page, signed: Record<string, string>): Promise<number> {
  return page.evaluate(async ({ action, ...fields }) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([new Uint8Array([137, 80, 78, 71])], { type: "image/png" }), "me.png");
    const { bridgekeeper } = globalThis as unknown as {
      bridgekeeper: { uploadS3ToTemp(url: string | undefined, body: FormData): Promise<Response> };
    };
    return (await bridgekeeper.uploadS3ToTemp(action, form)).status;
  }, signed);
}
