import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photoShop } from "../../examples/photo-printing/shop.mjs";
import { vault } from "../../examples/photo-printing/vault.mjs";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeClient, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import { useChromium } from "./support/chromium.ts";
import { type CloudDrive, startCloudDrive } from "./support/cloud-drive.ts";
import { fillSignIn } from "./support/pages.ts";
import { client, listen, type RunningServer, signInUpstream } from "./support/real-provider.ts";

const chromium = useChromium();
const megan = "megan@personalemail.test";
let site: Site;
let skybox: CloudDrive;
let nimbus: CloudDrive;
let shop: RunningServer;
let gatehouse: ReturnType<typeof vault>;
let keys: Record<string, string>;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

beforeAll(async () => {
  site = await makeSite("photos");
  const callback = `${site.issuer}/integrate/command`;
  skybox = await startCloudDrive(callback, {
    rotates: true,
    refreshTokenOnce: false,
    list: (bytes) => ({ files: [{ id: "p1", name: "Beach.jpg", size: String(bytes) }] }),
  });
  nimbus = await startCloudDrive(callback, {
    rotates: false,
    refreshTokenOnce: true,
    list: (bytes) => ({ value: [{ key: "q1", meta: { title: "Hills.jpg" }, bytes }] }),
  });
  for (const [name, drive] of Object.entries({ skybox, nimbus }))
    await admin("PUT", `/realms/${site.realmId}/providers/${name}`, {
      label: name,
      purposes: ["vault"],
      issuer: drive.origin,
      client_id: client.id,
      client_secret: client.secret,
      vault_scopes: ["openid", "offline_access"],
      authorize_parameters: { prompt: "consent" },
      api_hosts: [new URL(drive.origin).host],
    });
  await makeUser(site, megan, { external_id: "megan" });
  let listener: ReturnType<typeof photoShop> = () => undefined;
  shop = await listen(() => (request, response) => listener(request, response));
  const made = await makeClient(site, { name: "PrintPixie", redirect_uris: [`${shop.origin}/`] });
  keys = { public_key: made.client_id, private_key: made.client_secret };
  gatehouse = vault({
    gatehouse: site.issuer,
    clientId: made.client_id,
    clientSecret: made.client_secret,
    fetch: localFetch as typeof fetch,
  });
  listener = photoShop({ vault: gatehouse, drives: ["skybox", "nimbus"], customer: "megan", baseUrl: shop.origin });
  await gatehouse.writeMappings({
    GetListOfPhotos: {
      interface: {
        skybox: {
          url: `${skybox.origin}/api/files`,
          select: "{photos: files[].{id: id, name: name, bytes: to_number(size)}}",
        },
        nimbus: {
          url: `${nimbus.origin}/api/children`,
          select: "{photos: value[].{id: key, name: meta.title, bytes: bytes}}",
        },
      },
    },
    GetPhoto: {
      interface: {
        skybox: { url: `${skybox.origin}/api/original`, queryString: { id: "{{id}}" }, stream: true },
        nimbus: { url: `${nimbus.origin}/api/original`, queryString: { id: "{{id}}" }, stream: true },
      },
    },
  });
});
afterAll(async () => {
  await skybox?.stop();
  await nimbus?.stop();
  await shop?.stop();
});

interface Row {
  pincStatus: string;
  statusCode: number;
  code?: string;
  data: unknown;
}

async function call(provider: string, url: string): Promise<Row> {
  const query = new URLSearchParams({ ...keys, user_id: "megan" });
  const answer = await localFetch(`${site.issuer}/oauth/method/${provider}/call?${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url, method: "GET" }),
  });
  const { rows } = (await answer.json()) as { rows: Row[] };
  if (rows[0] === undefined) throw new Error("no row");
  return rows[0];
}

async function connect(page: Page, drive: string): Promise<void> {
  await page.click(`#connect-${drive}`);
  await page.waitForSelector(`#identifier, #state-${drive}`);
  if (await page.isVisible("#identifier")) await fillSignIn(page, megan, password);
  // The shop is not the realm's own: a page of ours names it first.
  await page.waitForSelector(`#state-${drive}`);
  await page.click(`#connect-${drive}`);
  await page.waitForSelector('input[name="login"]');
  await signInUpstream(page, "megan");
  await page.waitForSelector(`#photos-${drive}`);
}

describe("PrintPixie (examples/photo-printing): two cloud drives, oidc-provider unmodified", () => {
  it("S3.14 S3.15 shows megan's photos of both drives by one method, once she has connected them", async () => {
    const page = await (await chromium.context()).newPage();
    await page.goto(shop.origin);
    await connect(page, "skybox");
    await connect(page, "nimbus");
    expect(await page.locator(".photo").allTextContents()).toEqual(["Beach.jpg", "Hills.jpg"]);
  });

  it("fetches an original in full resolution as a stream", async () => {
    for (const [name, drive] of Object.entries({ skybox, nimbus })) {
      const answer = await fetch(`${shop.origin}/photo?drive=${name}&id=p1`);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
      expect(answer.headers.get("content-length")).toBe(String(drive.original.length));
      expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(sha256(drive.original));
    }
  });

  it("S3.6 refreshes once for a hundred calls with a token that is over, and all of them succeed", async () => {
    for (const [name, drive] of Object.entries({ skybox, nimbus })) {
      drive.expire();
      const rows = await Promise.all(Array.from({ length: 100 }, () => call(name, `${drive.origin}/api/list`)));
      expect(rows.filter(({ pincStatus }) => pincStatus === "success")).toHaveLength(100);
      expect(drive.refreshes).toBe(1);
      drive.expire();
      expect((await call(name, `${drive.origin}/api/list`)).pincStatus).toBe("success");
      expect(drive.refreshes).toBe(2);
    }
  });

  it("FE-11 SS-04 stays within bounds when a drive is down, slow, lying or endless; the other is none the slower", async () => {
    const begun = Date.now();
    const faults = Promise.all(
      ["down", "slow", "lying", "huge"].map((fault) => call("skybox", `${skybox.origin}/api/${fault}`)),
    );
    const fine = await Promise.all(Array.from({ length: 10 }, () => call("nimbus", `${nimbus.origin}/api/list`)));
    expect(fine.every(({ pincStatus }) => pincStatus === "success")).toBe(true);
    expect(Date.now() - begun).toBeLessThan(15_000);
    const rows = await faults;
    expect(rows.map(({ pincStatus, statusCode, code }) => [pincStatus, statusCode, code])).toEqual([
      ["error", 502, "API_ERROR"],
      ["error", 504, "API_ERROR"],
      ["error", 502, "API_ERROR"],
      ["error", 502, "API_ERROR"],
    ]);
    expect(skybox.sentOfHuge).toBeLessThan(200 * 1024 * 1024);
    const log = await localFetch(`${site.issuer}/api/v1/calls?${new URLSearchParams({ ...keys, status: "error" })}`);
    const { calls } = (await log.json()) as { calls: { url: string }[] };
    const logged = calls.map(({ url }) => new URL(url).pathname).toSorted();
    expect(logged).toEqual(expect.arrayContaining(["/api/down", "/api/huge", "/api/lying", "/api/slow"]));
  });
});
