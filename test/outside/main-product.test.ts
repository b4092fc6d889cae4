import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeSite, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { type ExampleProduct, startExampleProduct } from "./support/example-product.ts";

const chromium = useChromium();
const anna = { id: "anna", name: "Anna Arrives", email: "anna@example.com", password: "her password there" };
let site: Site;
let product: ExampleProduct;

beforeAll(async () => {
  site = await makeSite("main-product", { rate_limits: { sign_in_per_address_per_minute: 0 } });
  product = await startExampleProduct(site, [anna]);
});
afterAll(() => product?.stop());

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const handOver = (token: string): Promise<Response> =>
  localFetch(`${site.issuer}/api/v1/auth/jwt`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });

interface Refused {
  readonly code: string;
  readonly errors?: Record<string, string>;
}

async function refusal(token: string): Promise<{ status: number; code: string; faults: string[] }> {
  const response = await handOver(token);
  expect(response.headers.getSetCookie()).toEqual([]);
  const { code, errors = {} } = (await response.json()) as Refused;
  expect(response.headers.get("x-error-code")).toBe(code);
  return { status: response.status, code, faults: Object.keys(errors) };
}

const countUsers = async (): Promise<number> =>
  (await admin<{ users: unknown[] }>("GET", `/realms/${site.realmId}/users`)).users.length;

describe("the main product of examples/main-product (contract §5)", () => {
  it.each([
    ["by itself", true],
    ["by a button, without JavaScript", false],
  ])("S0.17–S0.22 hands its signed-in user over by a form, %s", async (_, javaScriptEnabled) => {
    const httpCredentials = { username: anna.id, password: anna.password };
    const context = await chromium.context({ javaScriptEnabled, httpCredentials });
    const page = await context.newPage();
    await page.goto(`${product.origin}/continue`, { waitUntil: "commit" });
    if (!javaScriptEnabled) await page.click("button");
    await page.waitForURL(`${site.issuer}/?handed=over`);
    expect(await page.textContent("main")).toContain(anna.name);
    await context.close();
  });

  it("hands over nobody who is not signed in there", async () => {
    const response = await localFetch(`${product.origin}/continue`);
    expect([response.status, await response.text()]).toEqual([401, ""]);
  });
});

describe("tokens with the product's own key that are not right", () => {
  const now = Math.floor(Date.now() / 1000);
  const forgeries: Record<string, () => string | Promise<string>> = {
    "token-unsigned": async () => `${part({ alg: "none" })}.${(await product.token()).split(".")[1]}.`,
    "token-malformed": async () => `${await product.token()}.`,
    "token-type-wrong": () => product.token({}, { typ: "at+jwt" }),
    "token-issuer-unknown": () => product.token({ iss: "https://foreign.example" }),
    "token-algorithm-wrong": async () => {
      const input = `${part({ alg: "HS256" })}.${(await product.token()).split(".")[1]}`;
      const secret = JSON.stringify(product.publicJwk);
      return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
    },
    "token-signature-wrong": async () => {
      const [head, claims] = (await product.token()).split(".");
      return `${head}.${claims}.${(await product.token()).split(".")[2]}`;
    },
    "token-claims-missing": () => product.token({ user_id: undefined }),
    "token-claims-malformed": () => product.token({ exp: "tomorrow" }),
    "token-lifetime-too-long": () => product.token({ iat: now, exp: now + 16 * 60 }),
    "token-not-yet-valid": () => product.token({ nbf: now + 240 }),
    "token-audience-wrong": () => product.token({ aud: "https://elsewhere.example" }),
    "token-user-invalid": () => product.token({ user_id: 0 }),
    "token-expired": () => product.token({ iat: now - 600, exp: now - 300 }),
    "token-consumed": async () => {
      const token = await product.token({ user_id: "replayed" });
      expect((await handOver(token)).status).toBe(200);
      return token;
    },
  };

  it.each(Object.entries(forgeries))("JWT-02 JWT-03 JWT-07 are refused with the code %s", async (code, make) => {
    const token = await make();
    const before = await countUsers();
    expect(await refusal(token)).toMatchObject({ status: code === "token-consumed" ? 403 : 401, code });
    expect(await countUsers()).toBe(before);
  });

  it.each(["iss", "user_id", "iat", "exp"])("lack %s, and are told so", async (claim) => {
    expect(await refusal(await product.token({ [claim]: undefined }))).toEqual({
      status: 401,
      code: "token-claims-missing",
      faults: [claim],
    });
  });

  it("have these codes and no others: they are the table of docs/hand-over.md", async () => {
    const page = await readFile(join(import.meta.dirname, "../../docs/hand-over.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(token-[a-z-]+)` \| (\d+) \|/gm)].map(([, code]) => code);
    expect(rows).toEqual(Object.keys(forgeries));
  });
});

describe("one token, sixty-four times at once", () => {
  it("RE-01 opens one session, and sixty-three are told that it has been used", async () => {
    const token = await product.token({ user_id: "sixty-four", name: "Sixty Four" });
    const answers = await Promise.all(Array.from({ length: 64 }, () => handOver(token)));
    const [won, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    if (won === undefined) throw new Error("nobody was signed in");
    const codes = answers
      .filter((answer) => answer !== won)
      .map(({ status, headers }) => `${status} ${headers.get("x-error-code")}`);
    expect(codes).toEqual(Array.from({ length: 63 }, () => "403 token-consumed"));
    const cookie = won.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const listed = await localFetch(`${site.issuer}/api/auth/v1/sessions`, { headers: { cookie } });
    const { sessions } = (await listed.json()) as { sessions: { current?: boolean }[] };
    expect(sessions).toHaveLength(1);
    const { user, active_sessions_count } = (await won.json()) as {
      user: { quickpass_user_id: string };
      active_sessions_count: number;
    };
    expect(active_sessions_count).toBe(1);
    const path = `/realms/${site.realmId}/users/${user.quickpass_user_id.replace("qp_", "")}/sessions`;
    expect((await admin<{ sessions: unknown[] }>("GET", path)).sessions).toHaveLength(1);
  });
});

describe("the product's server asks about sessions (POST /api/v1/sessions/verify)", () => {
  it("S0.25 RL-01 a hundred times a minute: the hundred and first is 429, and says when to come back", async () => {
    const base = `/realms/${site.realmId}/sources/main_product/api-keys`;
    const [first, second] = await Promise.all([
      admin<{ api_key: string }>("POST", base, { scopes: ["sessions:verify"] }),
      admin<{ api_key: string }>("POST", base, { scopes: ["sessions:verify"] }),
    ]);
    const arrived = await handOver(await product.token({ user_id: "asked-about" }));
    const token = /^qt-auth=([^;]+)/.exec(arrived.headers.getSetCookie().join())?.[1] ?? "";
    const ask = (key: string): Promise<Response> =>
      localFetch(`${site.issuer}/api/v1/sessions/verify`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key },
        body: JSON.stringify({ token_hash: createHash("sha256").update(token).digest("hex") }),
      });
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(first.api_key)));
    for (const answer of answers)
      expect([answer.status, ((await answer.json()) as { valid: boolean }).valid]).toEqual([200, true]);
    const refused = await ask(first.api_key);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([429, "rate-limited"]);
    const waits = Number(refused.headers.get("retry-after"));
    expect(waits).toBeGreaterThan(0);
    expect(waits).toBeLessThanOrEqual(60);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "ratelimit-limit": "100",
      "ratelimit-remaining": "0",
      "ratelimit-reset": String(waits),
      "ratelimit-policy": '"key";q=100;w=60',
      ratelimit: `"key";r=0;t=${waits}`,
    });
    expect((await ask(second.api_key)).status).toBe(200);
  });
});
