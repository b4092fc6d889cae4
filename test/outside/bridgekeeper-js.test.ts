import { createRequire } from "node:module";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { makeSite, originOf, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";

const chromium = useChromium();
let site: Site;
let bundle = "";

beforeAll(async () => {
  site = await makeSite("bridgekeeper");
  const built = await build({
    entryPoints: [createRequire(import.meta.url).resolve("@quintype/bridgekeeper-js")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bridgekeeper",
    define: { global: "globalThis" },
    logLevel: "silent",
  });
  bundle = built.outputFiles[0]?.text ?? "";
});

/** A page of one of the sites with the client loaded, as a publisher's front end loads it. */
async function openSite(host: string, page: Page): Promise<void> {
  await page.goto(`${originOf(host)}/`);
  await page.addScriptTag({ content: bundle });
}

/** Calls one function of the client in the page. A Response is answered as its status. */
function call(page: Page, name: string, ...args: unknown[]): Promise<unknown> {
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

describe("@quintype/bridgekeeper-js, unmodified, in a real browser", () => {
  it("registers, knows the user, changes the profile, signs out and in again", async () => {
    const context = await chromium.context({ bypassCSP: true });
    const page = await context.newPage();
    const host = site.hosts[1] ?? "";
    await openSite(host, page);
    const email = "brid@example.com";

    expect(await call(page, "currentUser")).toMatchObject({
      error: { message: "Could not find qt-auth cookie or X-QT-AUTH header, please Login." },
    });
    const registered = await call(page, "register", {
      name: "Brid Keeper",
      email,
      username: email,
      password,
      "dont-login": false,
    });
    expect(registered).toMatchObject({ user: { name: "Brid Keeper", email }, source: "bridgekeeper" });

    const cookies = await context.cookies(originOf(host));
    expect(cookies.find((cookie) => cookie.name === "qt-auth")).toMatchObject({
      name: "qt-auth",
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
      domain: host,
    });

    expect(await call(page, "currentUser")).toMatchObject({ user: { email }, "active-sessions-count": 1 });
    const changed = await call(page, "updateUserProfile", { name: "Brid K.", "phone-number": "+8801712345678" });
    expect(changed).toMatchObject({ user: { name: "Brid K.", "phone-number": "+8801712345678" } });
    expect(await call(page, "currentUser")).toMatchObject({ user: { name: "Brid K." } });

    expect(await call(page, "logout")).toBe(204);
    expect(await call(page, "currentUser")).toMatchObject({ error: { code: "session-required" } });

    expect(await call(page, "login", { username: email, password: "wrong password" })).toMatchObject({
      error: { code: "bad_credential" },
    });
    expect(await call(page, "login", { username: email, email, password })).toMatchObject({
      user: { email },
      "active-sessions-count": 1,
    });
    expect(await call(page, "register", { name: "Other", email, username: email, password })).toMatchObject({
      error: { message: "User Already exists" },
    });
    await context.close();
  });
});
