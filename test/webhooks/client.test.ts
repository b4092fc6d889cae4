import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { handOverForm, handOverUrl, liveKick, verifySession, verifyWebhook } from "../../src/client/index.ts";
import { newWebhookSecret, signWebhook } from "../../src/crypto/webhook-signature.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body: '{"test": 2432232314}' };
const known = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const now = message.timestamp * 1000;
const headersWith = (signature: string, more: Record<string, string> = {}) => ({
  "webhook-id": message.id,
  "webhook-timestamp": String(message.timestamp),
  "webhook-signature": signature,
  ...more,
});

describe("SS-05 signatures of webhooks (Standard Webhooks 1.0)", () => {
  it("are those of the standard's own example, and of another implementation", async () => {
    expect(await signWebhook(secret, message.id, message.timestamp, message.body)).toBe(known);
    const made = newWebhookSecret();
    expect(made).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const theirs = new Webhook(made).sign("evt_1", new Date(1_700_000_000_000), "{}");
    expect(await signWebhook(made, "evt_1", 1_700_000_000, "{}")).toBe(theirs);
  });

  it.each([
    ["plain", headersWith(known), secret],
    ["one good among others", headersWith(`v1a,abc v1,AAAA ${known}`), secret],
    ["the second secret", headersWith(known), [newWebhookSecret(), secret]],
    ["Headers", new Headers(headersWith(known)), secret],
    [
      "headers in capitals",
      { "Webhook-Id": message.id, "Webhook-Timestamp": "1614265330", "WEBHOOK-SIGNATURE": known },
      secret,
    ],
  ])("the client takes %s", async (_, headers, secrets) => {
    expect(await verifyWebhook(headers, message.body, secrets, { now })).toEqual({ test: 2432232314 });
    const bytes = new TextEncoder().encode(message.body);
    expect(await verifyWebhook(headers, bytes, secrets, { now })).toEqual({ test: 2432232314 });
  });

  it.each([
    ["another body", headersWith(known), `${message.body} `, now],
    ["another id", headersWith(known, { "webhook-id": "msg_other" }), message.body, now],
    ["another time", headersWith(known, { "webhook-timestamp": "1614265331" }), message.body, now],
    ["no signature", headersWith(""), message.body, now],
    ["a signature of another version", headersWith(known.replace("v1", "v2")), message.body, now],
    ["half a signature", headersWith(known.slice(0, 20)), message.body, now],
    ["an old message", headersWith(known), message.body, now + 301_000],
    ["a message of the future", headersWith(known), message.body, now - 301_000],
    ["a timestamp that is none", headersWith(known, { "webhook-timestamp": "now" }), message.body, now],
    ["no headers", {}, message.body, now],
  ])("the client refuses %s", async (_, headers, body, at) => {
    await expect(verifyWebhook(headers, body, secret, { now: at })).rejects.toMatchObject({ name: "WebhookRefused" });
  });

  it("the client signs nothing off with an empty or a short secret", async () => {
    for (const bad of ["", "whsec_", "whsec_AAAA", "not base64 !"])
      await expect(verifyWebhook(headersWith(known), message.body, bad, { now })).rejects.toThrow(TypeError);
  });
});

const user = { user_id: "7", quickpass_user_id: "qp_7", name: null, email: null, roles: ["user"], source: "shop" };

describe("verifySession of the client fails closed (RE-05)", () => {
  const check = (...answers: (() => Response | Promise<Response>)[]) => checkShown("a token", ...answers);
  const checkShown = async (token: string, ...answers: (() => Response | Promise<Response>)[]) => {
    const sent: Request[] = [];
    const send = async (url: string | URL | Request, init?: RequestInit) => {
      const { redirect: _, ...rest } = init ?? {};
      sent.push(new Request(url, rest));
      return (answers[sent.length - 1] ?? answers.at(-1) ?? Response.error)();
    };
    const options = { issuer: "https://auth.example.com", apiKey: "gk_x", timeoutMs: 200, fetch: send as typeof fetch };
    return { answer: await verifySession(token, options), sent };
  };
  const down = () => new Response(null, { status: 503, headers: { "retry-after": "0" } });

  it("sends the hash and never the token", async () => {
    const { answer, sent } = await check(() => Response.json({ valid: true, user }));
    expect(answer).toEqual({ valid: true, user });
    expect(sent.map(({ url }) => url)).toEqual(["https://auth.example.com/api/v1/sessions/verify"]);
    expect(sent[0]?.headers.get("x-api-key")).toBe("gk_x");
    expect(await sent[0]?.json()).toEqual({
      token_hash: "e3316e2bafebb6103a3418e8778c0adc960d40213a03a7e7f4fcd3426ed807bf",
    });
  });

  it("takes nobody at the hash of a token, which is in logs and stores that no token is in", async () => {
    const known = "e3316e2bafebb6103a3418e8778c0adc960d40213a03a7e7f4fcd3426ed807bf";
    for (const shown of [known, known.toUpperCase()]) {
      const { sent } = await checkShown(shown, () => Response.json({ valid: false }));
      const { token_hash: asked } = (await sent[0]?.json<{ token_hash: string }>()) ?? {};
      expect(asked).toMatch(/^[0-9a-f]{64}$/);
      expect(asked).not.toBe(known);
    }
  });

  it("asks again after a 503, a 429 and a broken connection", async () => {
    const limited = () => new Response(null, { status: 429, headers: { "retry-after": "1" } });
    const broken = () => Promise.reject(new TypeError("connection lost"));
    for (const failing of [down, limited, broken]) {
      const { answer, sent } = await check(failing, () => Response.json({ valid: false }));
      expect([answer, sent.length]).toEqual([{ valid: false, reason: "not-valid" }, 2]);
    }
  });

  it.each([
    ["a server that stays down", down, 503, 3],
    ["a wrong key", () => new Response(null, { status: 401 }), 401, 1],
    ["a long wait", () => new Response(null, { status: 429, headers: { "retry-after": "60" } }), 429, 1],
    ["an answer of somebody else", () => new Response("<p>Hello</p>"), null, 3],
    ["a valid answer without a user", () => Response.json({ valid: true }), 200, 1],
    ['valid: "true"', () => Response.json({ valid: "true", user }), 200, 1],
  ])("knows nothing after %s", async (_, answering, status, times) => {
    const { answer, sent } = await check(answering);
    expect(answer).toEqual({ valid: false, reason: "unavailable", status });
    expect(sent).toHaveLength(times);
  });
});

describe("handing over by the client (contract §5)", () => {
  const handOver = {
    issuer: "https://auth.example.com",
    token: 'a.b"><script>',
    redirectUrl: "https://shop.test/?a=1&b=2",
  };

  it("makes a form in which nothing breaks out", () => {
    expect(handOverForm(handOver, "Go <on>")).toBe(
      '<form method="post" action="https://auth.example.com/api/v1/auth/jwt">' +
        '<input type="hidden" name="token" value="a.b&#34;&#62;&#60;script&#62;">' +
        '<input type="hidden" name="redirect_url" value="https://shop.test/?a=1&#38;b=2"><button>Go &#60;on&#62;</button></form>',
    );
  });

  it("makes an address", () => {
    const url = new URL(handOverUrl(handOver));
    expect(`${url.origin}${url.pathname}`).toBe("https://auth.example.com/api/v1/auth/jwt");
    expect(Object.fromEntries(url.searchParams)).toEqual({ token: handOver.token, redirect_url: handOver.redirectUrl });
  });
});

describe("liveKick of the client", () => {
  class FakeSocket extends EventTarget {
    static readonly all: FakeSocket[] = [];
    readonly readyState = 1;
    readonly url: string;
    isClosed = false;
    constructor(url: string) {
      super();
      this.url = url;
      FakeSocket.all.push(this);
    }
    send(): void {}
    close(): void {
      this.isClosed = true;
      this.drop();
    }
    say(data: unknown): void {
      this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(data) }));
    }
    drop(): void {
      this.dispatchEvent(new Event("close"));
    }
  }

  it("tells once why the session ended, survives a lost connection, and is quiet when closed", async () => {
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.useFakeTimers();
    FakeSocket.all.length = 0;
    const reasons: string[] = [];
    liveKick("https://news.test/api/auth/v1/sessions/live", (reason) => reasons.push(reason));
    expect(FakeSocket.all.map(({ url }) => url)).toEqual(["wss://news.test/api/auth/v1/sessions/live"]);
    FakeSocket.all[0]?.drop();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.all[1]?.say({ type: "session-ended", reason: "replaced" });
    expect(reasons).toEqual([]);
    FakeSocket.all[1]?.say({ type: "session-ended", reason: "kicked" });
    FakeSocket.all[1]?.say({ type: "session-ended", reason: "kicked" });
    expect(reasons).toEqual(["kicked"]);
    FakeSocket.all[1]?.drop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSocket.all).toHaveLength(2);

    const quiet = liveKick("https://news.test/api/auth/v1/sessions/live", (reason) => reasons.push(reason));
    quiet.close();
    expect(FakeSocket.all[2]?.isClosed).toBe(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSocket.all).toHaveLength(3);
  });
});
