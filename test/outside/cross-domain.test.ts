import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import { type Product, startProduct } from "./support/product.ts";

// Three unrelated registrable domains over TLS, in a browser that sends no third-party cookies.
const hosts = { auth: "auth.media-house.test", alpha: "www.alpha-news.test", beta: "www.beta-sport.test" };
const person = { email: "wanda@example.com", password: "amber-lantern-quarry-47" };
const chromium = useChromium(["--test-third-party-cookie-phaseout"]);
let product: Product;
let origins: Record<keyof typeof hosts, string>;

beforeAll(async () => {
  product = await startProduct("--https", "--no-demo");
  const { port } = new URL(product.baseUrl);
  origins = {
    auth: `https://${hosts.auth}:${port}`,
    alpha: `https://${hosts.alpha}:${port}`,
    beta: `https://${hosts.beta}:${port}`,
  };
  const realm = await admin<{ id: string }>("/realms", {
    name: "Media house",
    auth_domain: hosts.auth,
    domains: Object.values(hosts),
  });
  await admin(`/realms/${realm.id}/users`, { ...person, name: "Wanda Wide", email_verified: true });
});

afterAll(() => product?.stop());

async function admin<Answer>(path: string, body: unknown): Promise<Answer> {
  const response = await localFetch(`${product.baseUrl}/admin/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.adminToken}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** What a site's front end links to: the auth domain's way to this very site. */
const enter = (site: string, authPage: string): string =>
  `${origins.auth}/authenticate?${new URLSearchParams({ "callback-url": site, "redirect-url": `${site}/`, ...(authPage === "" ? {} : { "auth-page": authPage }) })}`;

const signedInAs = (page: Page): Promise<string | null> => page.textContent("#user-label");

/** The site's page with the script that listens for the end of the session; answers when it was heard, and why. */
async function listen(page: Page): Promise<() => Promise<{ reason: string; at: number }>> {
  await page.evaluate(() => {
    const heard = new Promise((resolve) =>
      document.addEventListener("gatehouse:session-ended", (event) =>
        resolve({ ...(event as CustomEvent).detail, at: Date.now() }),
      ),
    );
    Object.assign(globalThis, { heard });
  });
  const connected = page.waitForEvent("websocket");
  await page.addScriptTag({ url: "/live.js" });
  await connected;
  await page.waitForTimeout(300);
  return () => page.evaluate(() => (globalThis as unknown as { heard: Promise<{ reason: string; at: number }> }).heard);
}

async function signInOnAlpha(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(enter(origins.alpha, `${origins.auth}/sign-in`));
  expect(new URL(page.url()).origin).toBe(origins.auth);
  await fillSignIn(page, person.email, person.password);
  await page.waitForURL(`${origins.alpha}/`);
  return page;
}

describe("one account on unrelated domains, third-party cookies blocked", () => {
  it("signs in from site A, is known on B without a form, and a kick from elsewhere is heard on both within a second", async () => {
    const context = await chromium.context({ bypassCSP: true });
    const alpha = await signInOnAlpha(context);
    expect(await signedInAs(alpha)).toBe("Wanda Wide");

    const beta = await context.newPage();
    await beta.goto(enter(origins.beta, ""));
    expect(beta.url()).toBe(`${origins.beta}/`);
    expect(await signedInAs(beta)).toBe("Wanda Wide");

    const sids = await Promise.all(
      Object.values(origins).map(async (origin) => {
        const cookie = (await context.cookies(origin)).find((candidate) => candidate.name === "qt-auth");
        return JSON.parse(Buffer.from(cookie?.value.split(".")[1] ?? "", "base64url").toString()).sid as string;
      }),
    );
    expect(new Set(sids).size).toBe(1);

    const heard = [await listen(alpha), await listen(beta)];
    const elsewhere = await chromium.context();
    const other = await signInOnAlpha(elsewhere);
    const cookie =
      (await elsewhere.cookies(origins.alpha)).find((candidate) => candidate.name === "qt-auth")?.value ?? "";
    const kickedAt = Date.now();
    const kick = await localFetch(`${origins.alpha}/api/auth/v1/kick`, {
      method: "POST",
      headers: { cookie: `qt-auth=${cookie}` },
    });
    expect(kick.status).toBe(200);
    for (const ended of heard) {
      const { reason, at } = await ended();
      expect(reason).toBe("kicked");
      expect(at - kickedAt).toBeLessThan(1000);
    }
    for (const [page, origin] of [
      [alpha, origins.alpha],
      [beta, origins.beta],
    ] as const) {
      const me = await page.goto(`${origin}/api/auth/v1/users/me`);
      expect([me?.status(), (await me?.json())?.error?.code]).toEqual([403, "session-revoked"]);
    }
    expect((await other.goto(`${origins.alpha}/api/auth/v1/users/me`))?.status()).toBe(200);
    await Promise.all([context.close(), elsewhere.close()]);
  });

  it("sends somebody who is nowhere signed in back with logged_in=false (Auto SSO)", async () => {
    const context = await chromium.context();
    const page = await context.newPage();
    await page.goto(enter(origins.beta, ""));
    expect(page.url()).toBe(`${origins.beta}/?logged_in=false`);
    await page.waitForSelector("#sign-in-link");
    await context.close();
  });
});
