import { afterAll, beforeAll, expect, it } from "vitest";
import { makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { fillSignIn } from "./support/pages.ts";
import { listen, type RunningServer } from "./support/real-provider.ts";

const chromium = useChromium();
let site: Site;
let evil: RunningServer;
let authorize = "";

beforeAll(async () => {
  site = await makeSite("framing");
  await makeUser(site, "framed@example.com");
  const redirectUri = "https://partner.example/callback";
  const client = await makeClient(site, { redirect_uris: [redirectUri], first_party: false });
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid email",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  authorize = `${site.issuer}/authorize?${query}`;
  evil = await listen(() => (request, response) => {
    const target = new URL(request.url ?? "/", "http://x").searchParams.get("target") ?? "";
    const address = target.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<h1>Win a prize</h1><iframe id="ours" src="${address}" width="600" height="600"></iframe>`);
  });
});
afterAll(() => evil.stop());

const targets: [string, () => string, signedIn: boolean][] = [
  ["sign-in", () => `${site.issuer}/sign-in`, false],
  ["sign-up", () => `${site.issuer}/sign-up`, false],
  ["an application's request", () => authorize, false],
  ["consent", () => authorize, true],
  ["the home page, with its sign-out", () => `${site.issuer}/`, true],
  ["an error", () => `${site.issuer}/authorize?client_id=nobody`, false],
];

it.each(targets)("WB-03 a frame on another site shows nothing of %s", async (_, target, signedIn) => {
  const context = await chromium.context();
  const page = await context.newPage();
  if (signedIn) {
    await page.goto(`${site.issuer}/sign-in`);
    await fillSignIn(page, "framed@example.com", password);
    await page.waitForSelector("#sign-out-button");
  }
  // By itself the page is there.
  const alone = await page.goto(target());
  expect(alone?.headers()["content-type"]).toContain("text/html");

  const refusals: string[] = [];
  page.on("console", (message) => refusals.push(message.text()));
  await page.goto(`${evil.origin}/?${new URLSearchParams({ target: target() })}`);
  await expect.poll(() => refusals.join("\n")).toMatch(/frame-ancestors/);
  const framed = () => page.frames().find((candidate) => candidate !== page.mainFrame());
  await expect.poll(() => framed()?.url()).toBe("chrome-error://chromewebdata/");
  await context.close();
});
