import { readFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { verifySession, verifyWebhook } from "../../src/client/index.ts";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";

interface Heard {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver {
  readonly id: string;
  readonly secret: string;
  readonly heard: Heard[];
}

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: { readonly status: number | null; readonly error: string | null; readonly duration_ms: number }[];
}

const root = join(import.meta.dirname, "../..");
const servers: Server[] = [];
let site: Site;
let user: { id: number };

beforeAll(async () => {
  site = await makeSite("webhooks");
  user = await makeUser(site, "willa@example.com");
});

/** One that hangs for one test is not asked in the next. */
afterEach(async () => {
  const { webhooks } = await admin<{ webhooks: { id: string }[] }>("GET", `/realms/${site.realmId}/webhooks`);
  for (const { id } of webhooks) await admin("DELETE", `/realms/${site.realmId}/webhooks/${id}`);
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function makeReceiver(answer: (time: number, response: ServerResponse) => unknown): Promise<Receiver> {
  const heard: Heard[] = [];
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    heard.push({ at: Date.now(), path: incoming.url ?? "", headers: incoming.headers, body });
    answer(heard.length, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const made = await admin<{ id: string; secret: string }>("POST", `/realms/${site.realmId}/webhooks`, {
    url,
    events: ["session.created"],
  });
  return { ...made, heard };
}

const deliveriesOf = async ({ id }: Receiver): Promise<Delivery[]> =>
  (await admin<{ deliveries: Delivery[] }>("GET", `/realms/${site.realmId}/webhooks/${id}/deliveries`)).deliveries;

async function signIn(): Promise<string> {
  const response = await localFetch(`${site.issuer}/api/auth/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-qt-auth": "dummy" },
    body: JSON.stringify({ email: "willa@example.com", password }),
  });
  expect(response.status).toBe(200);
  return response.headers.get("x-qt-auth") ?? "";
}

const patient = { timeout: 30_000, interval: 200 };

describe("webhooks over real sockets", () => {
  it("SS-02 SS-04 SS-05 SS-06 a good endpoint hears at once, whatever the others do", async () => {
    const good = await makeReceiver((_, response) => response.writeHead(204).end());
    const hanging = await makeReceiver(() => undefined);
    const failingOnce = await makeReceiver((time, response) => response.writeHead(time === 1 ? 500 : 200).end());
    const redirecting = await makeReceiver((_, response) => response.writeHead(307, { location: "/elsewhere" }).end());
    const endless = await makeReceiver((_, response) => {
      response.writeHead(200, { "content-type": "text/plain", "content-length": String(2 ** 30) });
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const begun = Date.now();
    await signIn();
    expect(Date.now() - begun).toBeLessThan(4_000);
    await vi.waitFor(() => expect(good.heard).toHaveLength(1), patient);
    const [heard] = good.heard;
    if (heard === undefined) throw new Error("nothing was heard");
    expect(new Webhook(good.secret).verify(heard.body, heard.headers as Record<string, string>)).toMatchObject({
      type: "session.created",
      data: { user_id: String(user.id) },
    });
    expect((await verifyWebhook(heard.headers, heard.body, good.secret)).id).toBe(heard.headers["webhook-id"]);

    await vi.waitFor(() => expect(failingOnce.heard).toHaveLength(2), patient);
    const [first, second] = failingOnce.heard;
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(4_000);

    await vi.waitFor(async () => expect((await deliveriesOf(endless))[0]?.state).toBe("delivered"), patient);
    await vi.waitFor(async () => expect((await deliveriesOf(redirecting))[0]?.attempts[0]?.status).toBe(307), patient);
    expect(redirecting.heard.every(({ path }) => path === "/hook")).toBe(true);
    await vi.waitFor(
      async () => expect((await deliveriesOf(hanging))[0]?.attempts[0]?.error).toBe("no answer in time"),
      patient,
    );
    const tookMs = (await deliveriesOf(hanging))[0]?.attempts[0]?.duration_ms ?? 0;
    expect(tookMs).toBeGreaterThanOrEqual(4_900);
    expect(tookMs).toBeLessThan(8_000);
    expect(await deliveriesOf(good)).toMatchObject([{ state: "delivered", attempts: [{ status: 204 }] }]);
  });

  it("SS-05 RE-05 one that fails four times gets the event once more, and then no more", async () => {
    const failing = await makeReceiver((time, response) => response.writeHead(time <= 4 ? 500 : 200).end());
    await signIn();
    // The second time by itself, after five seconds; then nobody waits five minutes for the third, and the fourth comes by itself again.
    await vi.waitFor(() => expect(failing.heard).toHaveLength(2), patient);
    const again = async (): Promise<unknown> => {
      const [delivery] = await deliveriesOf(failing);
      return admin("POST", `/realms/${site.realmId}/webhooks/${failing.id}/deliveries/${delivery?.id}/replay`);
    };
    const attempts = async (): Promise<unknown> =>
      (await deliveriesOf(failing))[0]?.attempts.map(({ status }) => status);
    await vi.waitFor(async () => expect(await attempts()).toHaveLength(2), patient);
    await again();
    await vi.waitFor(async () => expect(await attempts()).toHaveLength(4), patient);
    expect(await deliveriesOf(failing)).toMatchObject([{ state: "pending" }]);
    await again();
    await vi.waitFor(async () => expect(await deliveriesOf(failing)).toMatchObject([{ state: "delivered" }]), patient);
    expect(await attempts()).toEqual([500, 500, 500, 500, 200]);
    expect(failing.heard).toHaveLength(5);
    expect(new Set(failing.heard.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    for (const { headers, body } of failing.heard)
      expect(new Webhook(failing.secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: "session.created",
        data: { user_id: String(user.id) },
      });
  });

  it("the example of docs/webhooks.md takes a message once, and refuses a forged one", async () => {
    const receiver = await makeReceiver((_, response) => response.writeHead(204).end());
    await signIn();
    await vi.waitFor(() => expect(receiver.heard).toHaveLength(1), patient);
    const [heard] = receiver.heard;
    const text = await readFile(join(root, "docs/webhooks.md"), "utf8");
    const [, example = ""] = /```js\n([\s\S]*?)```/.exec(text) ?? [];
    const built = await esbuild.build({
      stdin: { contents: example, resolveDir: root },
      alias: { "gatehouse/client": join(root, "src/client/index.ts") },
      bundle: true,
      format: "esm",
      write: false,
    });
    const code = built.outputFiles[0]?.text ?? "";
    const { receive } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      receive: (headers: IncomingHttpHeaders, body: string, secrets: string[]) => Promise<number>;
    };
    const { headers = {}, body = "" } = heard ?? {};
    expect(await receive(headers, body, [receiver.secret])).toBe(204);
    expect(await receive(headers, body, [receiver.secret])).toBe(204);
    expect(await receive(headers, body.replace("session.created", "user.deleted"), [receiver.secret])).toBe(400);
  });

  it("the client verifies a session over the wire, until it is over (S0.3)", async () => {
    const base = `/realms/${site.realmId}/sources/shop`;
    await admin("PUT", base, { issuer: "shop", algorithm: "HS256", secret: "a secret that both sides of it know" });
    const { api_key: apiKey } = await admin<{ api_key: string }>("POST", `${base}/api-keys`, {
      scopes: ["sessions:verify"],
    });
    const token = await signIn();
    const options = { issuer: site.issuer, apiKey, fetch: localFetch as typeof fetch };
    await vi.waitFor(
      async () =>
        expect(await verifySession(token, options)).toMatchObject({
          valid: true,
          user: { user_id: String(user.id), email: "willa@example.com" },
        }),
      patient,
    );
    const out = await localFetch(`${site.issuer}/api/auth/v1/logout`, { headers: { "x-qt-auth": token } });
    expect(out.status).toBe(204);
    expect(await verifySession(token, options)).toEqual({ valid: false, reason: "not-valid" });
    expect(await verifySession(token, { ...options, apiKey: `gk_${"a".repeat(43)}` })).toEqual({
      valid: false,
      reason: "unavailable",
      status: 401,
    });
  });

  it("the client weighs less than 6 kB", async () => {
    const built = await esbuild.build({
      entryPoints: [join(root, "src/client/index.ts")],
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    expect(built.outputFiles[0]?.contents.byteLength).toBeLessThan(6_000);
  });
});
