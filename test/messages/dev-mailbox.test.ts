import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { requestIn } from "../support/watched-env.ts";
import { makeRealm, makeUser, request } from "../support/world.ts";
import { post } from "../surfaces/session-api.ts";
import { type MailboxMessage, messagesTo } from "./mailbox.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const json = { headers: { accept: "application/json" } };
const page = { headers: { accept: "text/html,*/*;q=0.8" } };

describe("GET /dev/mailbox (contract §8)", () => {
  it("lists what was sent to somebody, the newest first, each with all its parts", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const from = Date.now();
    await post(context, "/users/send-otp", { email: user.email });
    travel(5);
    await post(context, "/users/forgot-password", { email: user.email });
    travel(5);
    await post(context, "/users/send-verification-link", { email: user.email, "redirect-url": "/" });
    const messages = await messagesTo(context, user.email);
    expect(messages.map(({ subject }) => subject.split(" ")[0])).toEqual(["Confirm", "Set", "Your"]);
    for (const message of messages) {
      expect(Object.keys(message).sort()).toEqual(["html", "id", "sent_at", "subject", "text", "to"]);
      expect(message.to).toBe(user.email);
      expect(message.html).toMatch(/^<!doctype html><html lang="en"/);
      expect(message.sent_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Date.parse(message.sent_at)).toBeGreaterThanOrEqual(from);
    }
    expect(new Set(messages.map(({ id }) => id)).size).toBe(3);
  });

  it("keeps the order of what was sent within one millisecond", async () => {
    travel(0);
    const user = await makeUser(context, { emailVerified: true });
    for (let sent = 0; sent < 5; sent++) await post(context, "/users/send-otp", { email: user.email });
    const all = await messagesTo(context, user.email);
    await post(context, "/users/forgot-password", { email: user.email });
    const again = await messagesTo(context, user.email);
    expect(again.slice(1)).toEqual(all);
    expect(again[0]?.subject).toMatch(/^Set a new password/);
  });

  it.each([
    ["as it is written", (email: string) => email],
    ["in capitals", (email: string) => email.toUpperCase()],
    ["with blanks around", (email: string) => ` ${email} `],
  ])("finds an address %s, and nobody else's messages", async (_, write) => {
    const user = await makeUser(context, { emailVerified: true });
    const other = await makeUser(context, { emailVerified: true });
    await post(context, "/users/send-otp", { email: user.email });
    await post(context, "/users/send-otp", { email: other.email });
    const messages = await messagesTo(context, write(user.email ?? ""));
    expect(messages.map(({ to }) => to)).toEqual([user.email]);
  });

  it("shows text messages under the number, with its plus or what a URL makes of it", async () => {
    await post(context, "/users/send-otp", { "phone-number": "+49 151 1111 2222" });
    for (const to of ["%2B4915111112222", "+4915111112222", "4915111112222"]) {
      const response = await request(`${context.realm.issuer}/dev/mailbox?to=${to}`, json);
      const { messages } = await response.json<{ messages: MailboxMessage[] }>();
      expect(messages).toMatchObject([{ to: "+4915111112222", subject: "", html: "" }]);
      expect(messages[0]?.text).toMatch(/^\d{6} is your code for Realm /);
    }
  });

  it("is a page for people, which runs nothing, and shows each mail's HTML by itself in a sandbox", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await post(context, "/users/forgot-password", { email: user.email });
    const query = new URLSearchParams({ to: user.email ?? "" });
    const response = await request(`${context.realm.issuer}/dev/mailbox?${query}`, page);
    const html = await response.text();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).not.toContain("<script");
    expect(html).toContain(user.email);
    expect(html).toMatch(/<a href="https:\/\/auth\.[^"]+\/reset-password\?token=[\w.-]+">/);
    const part = /href="(\/dev\/mailbox\?[^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    const mail = await request(`${context.realm.issuer}${part}`, page);
    expect(mail.headers.get("content-security-policy")).toMatch(/^sandbox allow-popups; default-src 'none'/);
    expect(await mail.text()).toBe((await messagesTo(context, user.email))[0]?.html);
    expect((await request(`${context.realm.issuer}${part}x`, page)).status).toBe(404);
  });

  it("answers on this machine's hosts, also by number, and on a realm's, and says so when there is nothing", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await post(context, "/users/send-otp", { email: user.email });
    const own = `${context.realm.id}.example.com`;
    await env.DB.prepare("INSERT INTO domains (host, realm_id) VALUES (?, ?)").bind(own, context.realm.id).run();
    for (const host of [...context.realm.hosts, "127.0.0.1", "nobody.test", own]) {
      const url = `https://${host}/dev/mailbox?${new URLSearchParams({ to: user.email ?? "" })}`;
      const { messages } = await (await request(url, json)).json<{ messages: unknown[] }>();
      expect(messages).toHaveLength(1);
    }
    const empty = await request("https://127.0.0.1/dev/mailbox?to=nobody@example.test", page);
    expect(await empty.text()).toContain('id="mailbox-empty"');
    const everybody = await request("https://127.0.0.1/dev/mailbox", json);
    expect((await everybody.json<{ messages: unknown[] }>()).messages.length).toBeGreaterThan(1);
  });

  it.each([
    "attacker.example.com",
    "attacker.example.com:8787",
    "127.0.0.1.example.com",
    "localhost.example.com",
    "203.0.113.7",
    "[2001:db8::1]",
  ])(
    "AU-10 is nobody's page at %s: a name may be pointed at this machine, for its pages to read what was sent",
    async (host) => {
      for (const path of ["/dev/mailbox", "/dev/pictures/x"]) {
        const response = await request(`http://${host}${path}`, json);
        expect([response.status, response.headers.get("x-error-code")]).toEqual([404, "unknown-host"]);
      }
    },
  );

  it.each(["production", undefined])("AU-10 does not exist when ENVIRONMENT is %s", async (environment) => {
    const { ENVIRONMENT: _, ...rest } = env;
    const bindings = environment === undefined ? rest : { ...rest, ENVIRONMENT: environment };
    const user = await makeUser(context, { emailVerified: true });
    await post(context, "/users/send-otp", { email: user.email });
    const address = `${context.realm.issuer}/dev/mailbox?to=${user.email}`;
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const response = await requestIn(bindings, address, { method, ...json });
      expect([method, response.status, response.headers.get("allow")]).toEqual([method, 404, null]);
      expect(await response.text()).not.toContain("messages");
    }
    const unknownHost = await requestIn(bindings, "https://127.0.0.1/dev/mailbox", json);
    expect([unknownHost.status, unknownHost.headers.get("x-error-code")]).toEqual([404, "unknown-host"]);
  });

  it("takes nothing but GET under development either", async () => {
    for (const method of ["POST", "PUT", "DELETE"])
      expect((await request(`${context.realm.issuer}/dev/mailbox`, { method })).status).toBe(404);
  });
});
