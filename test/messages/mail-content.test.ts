import { describe, expect, it } from "vitest";
import type { Notice } from "../../src/domain/mail/notice.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { Realm } from "../../src/domain/realms/realm.ts";
import { type Message, writeMessage } from "../../src/http/messages/message.ts";
import { textsFor } from "../../src/pages/texts/index.ts";
import { writtenLanguages } from "../../src/pages/texts/languages.ts";
import { byTag, parseHtml, visibleText } from "../pages/parse-html.ts";
import { makeRealm } from "../support/world.ts";

const email = { kind: "email", value: "reader@example.test" } as const;
const phone = { kind: "phone", value: "+4915112345678" } as const;
const link = "https://auth.daily.test/reset-password?token=t1.abc_DEF-123&x=%22%3E%3Cb%3E";

const ofShop = { provider: "drive", clientId: "shop" } as const;
const noCall = { statusCode: null, lastCallId: null } as const;

const notices = (to: Notice["to"]): Notice[] => [
  { type: "one-time-code", to, code: "012345", isNewcomer: false },
  { type: "one-time-code", to, code: "012345", isNewcomer: true },
  { type: "address-code", to, code: "012345" },
  { type: "verification-link", to, link },
  { type: "password-reset", to, link, code: "012345" },
  { type: "password-changed", to },
  { type: "address-changed", to, changed: "email" },
  { type: "address-changed", to, changed: "phone" },
  { type: "factors-changed", to, event: "tfa-enabled" },
  { type: "factors-changed", to, event: "tfa-disabled" },
  { type: "factors-changed", to, event: "tfa-reset" },
  { type: "factors-changed", to, event: "recovery-code-used" },
  { type: "factors-changed", to, event: "recovery-codes-renewed" },
  { type: "factors-changed", to, event: "passkey-added" },
  { type: "factors-changed", to, event: "passkey-removed" },
  {
    type: "new-device",
    to,
    device: { browser: "Firefox", system: "Linux", network: "203.0.113.0/24", at: 1_793_000_000_000 },
  },
  { type: "theft", to, application: "Crossword Club", at: 1_793_000_000_000 },
  { type: "account-changed", to, event: "account-linked" },
  { type: "account-changed", to, event: "account-unlinked" },
  { type: "account-changed", to, event: "device-linked" },
  { type: "account-changed", to, event: "username-changed" },
  { type: "account-changed", to, event: "data-downloaded" },
  { type: "account-changed", to, event: "account-deleted" },
  {
    type: "vault-report",
    to,
    failures: {
      lines: [
        { ...ofShop, code: "API_ERROR", count: 3, statusCode: 503, lastCallId: "call_1" },
        { ...ofShop, code: "INVALID_OAUTHID", count: 1, statusCode: null, lastCallId: "call_2" },
      ],
      more: 2,
    },
    consents: { lines: [{ ...ofShop, ...noCall, code: "USER_CONSENT_SUCCESS", count: 2 }], more: 1 },
  },
  {
    type: "vault-report",
    to,
    failures: { lines: [], more: 0 },
    consents: { lines: [{ ...ofShop, ...noCall, code: "USER_CONSENT_DISCONNECT", count: 1 }], more: 0 },
  },
];

async function realmNamed(name: string, settings: Record<string, unknown> = {}): Promise<Realm> {
  const { realm }: RealmContext = await makeRealm(settings);
  return { ...realm, name };
}

const write = (realm: Realm, notice: Notice, language = "en"): Message =>
  writeMessage(realm, textsFor(language, undefined, []), notice, Date.now());

describe.each(writtenLanguages)("every message in %s", (language) => {
  it.each(notices(email).map((notice) => [notice.type, notice] as const))(
    "%s says the same in its plain part and its HTML part",
    async (_, notice) => {
      const message = write(await realmNamed("The Daily"), notice, language);
      expect(message.subject).toContain("The Daily");
      expect(message.html).toMatch(new RegExp(`^<!doctype html><html lang="${language}" dir="ltr">`));
      const elements = await parseHtml(message.html);
      const seen = visibleText(message.html.replace(/<body[^>]*>/, "<body>"));
      for (const paragraph of message.text.split("\n\n").filter((text) => !/https?:|^-- /.test(text)))
        expect(seen).toContain(paragraph.replaceAll(/\s+/g, " ").trim());
      if ("code" in notice) expect(message.text).toMatch(/^012345$/m);
      if ("link" in notice) {
        expect(message.text).toContain(`\n${link}\n`);
        expect(new Set(byTag(elements, "a").map((anchor) => anchor.attributes.get("href")))).toEqual(new Set([link]));
      }
      expect(message.html).not.toMatch(/<script|<img|<link|<iframe|@import|url\(/);
    },
  );

  it.each(notices(phone).map((notice) => [notice.type, notice] as const))(
    "%s is short as a text message",
    async (_, notice) => {
      const message = write(await realmNamed("The Daily"), notice, language);
      expect(message).toMatchObject({ channel: "sms", subject: "", html: "", to: phone.value });
      expect(message.text).not.toContain("\n");
      expect(message.text).toContain("The Daily");
      if ("code" in notice) expect(message.text).toMatch(/^012345 /);
      if (notice.type !== "verification-link") expect(message.text.length).toBeLessThan(200);
    },
  );

  it("has six digits in a row in one place only: programs look for them there", async () => {
    for (const notice of notices(email)) {
      const { html, text } = write(await realmNamed("The Daily"), notice, language);
      const expected = "code" in notice ? ["012345"] : [];
      expect([...html.matchAll(/(?<![\w])\d{6}(?![\w])/g)].map(([digits]) => digits)).toEqual(expected);
      expect([...text.matchAll(/(?<![\w])\d{6}(?![\w])/g)].map(([digits]) => digits)).toEqual(expected);
    }
  });
});

describe("RC-14 nothing that somebody chose becomes a header or markup of a mail", () => {
  it.each([
    '"><a href=https://evil.test>',
    "<script>alert(1)</script>",
    "Daily\r\nBcc: everybody@example.test",
    "Daily\nSubject: other",
    "Daily\u2028\u2029\u0085next",
    "\u202eylliad",
    "</title></head><body onload=alert(1)>",
    "{{7*7}} #{7*7} %0d%0aBcc:",
    "x".repeat(5000),
  ])("a realm named %j", async (name) => {
    const realm = await realmNamed(name);
    for (const notice of [...notices(email), ...notices(phone)]) {
      const { subject, from, html, text } = write(realm, notice);
      for (const line of [subject, from.name]) {
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
        expect(line.length).toBeLessThan(160);
      }
      expect(text).not.toMatch(/^(?:Bcc|Subject):/m);
      expect(text).not.toMatch(/[\r\u2028\u2029\u0085\u202e]/);
      if (html !== "") {
        const elements = await parseHtml(html);
        expect(elements.map(({ tag }) => tag)).not.toContain("script");
        expect(elements.flatMap(({ attributes }) => [...attributes.keys()]).filter((key) => /^on/.test(key))).toEqual(
          [],
        );
        expect(byTag(elements, "body")).toHaveLength(1);
        expect(byTag(elements, "title")).toHaveLength(1);
        expect(
          byTag(elements, "a").every((anchor) => /^https:\/\/auth\./.test(anchor.attributes.get("href") ?? "")),
        ).toBe(true);
      }
    }
  });

  it("a link that is no web address is not written at all", async () => {
    const realm = await realmNamed("The Daily");
    const notice: Notice = { type: "verification-link", to: email, link: "javascript:alert(1)" };
    expect(() => write(realm, notice)).toThrow(TypeError);
  });

  it.each([
    { mail: { from_name: "Daily\r\nBcc: a@b.test" } },
    { mail: { from_name: "" } },
    { mail: { from_address: "a@b.test\r\nBcc: c@d.test" } },
    { mail: { from_address: "Daily <a@b.test>" } },
    { mail: { from_address: "a@b.test,c@d.test" } },
    { mail: { reply_to: "a@b.test" } },
  ])("a realm's settings cannot be %j", async (settings) => {
    await expect(makeRealm(settings)).rejects.toThrow();
  });
});

describe("a realm's look and sender", () => {
  it("come from its settings", async () => {
    const mail = { from_address: "hello@daily.example", from_name: "Reader desk" };
    const realm = await realmNamed("The Daily", { mail, theme: { accent_color: "#ffcc00" } });
    const message = write(realm, notices(email)[4] ?? notices(email)[0] ?? { type: "password-changed", to: email });
    expect(message.from).toEqual({ address: "hello@daily.example", name: "Reader desk" });
    expect(message.html).toContain("background:#ffcc00;color:#000000");
    expect(write(await realmNamed("The Daily"), { type: "password-changed", to: email }).from).toEqual({
      address: null,
      name: "The Daily",
    });
  });
});
