import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { randomUserCode } from "../../src/domain/device/user-code.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { travel } from "../support/clock.ts";
import { makeRealm, type TestClient } from "../support/world.ts";
import { decide, letIn, makeTv, poll, signedInPerson, typeCode, verdict, type Waiting, waiting } from "./support.ts";

let context: RealmContext;
let tv: TestClient;
beforeEach(async () => {
  context = await makeRealm();
  tv = await makeTv(context);
  travel(0);
});
afterEach(() => {
  vi.useRealTimers();
});

const outcome = (page: Page): string => (page.forms[0]?.id === "device-confirm-form" ? "found" : String(page.status));

async function guess(browser: Browser, code: string): Promise<string> {
  return outcome(await typeCode(context, browser, code));
}

/** The page but for what differs in each answer, and for the code that was typed. */
const bare = (page: Page, typed: string): string =>
  page.html
    .replaceAll(/nonce="[^"]*"/g, "")
    .replaceAll(/name="csrf" value="[^"]*"/g, "")
    .replaceAll(/name="user-code"([^>]*) value="[^"]*"/g, 'name="user-code"$1')
    .replaceAll(typed, "");

describe("DV-03 guessing user codes (RFC 8628 §5.1)", () => {
  it("ends after five wrong ones in a minute, for the right one too, and says how long to wait", async () => {
    const device = await waiting(context, tv);
    const { browser } = await signedInPerson(context);
    const answers: string[] = [];
    const form = await browser.open(`${context.realm.issuer}/device`);
    for (let tried = 0; tried < 100; tried++)
      answers.push(outcome(await browser.submit(form, "device-form", { "user-code": randomUserCode() })));
    expect(answers).toEqual([...Array<string>(5).fill("400"), ...Array<string>(95).fill("429")]);
    const refused = await typeCode(context, browser, device.user_code);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([429, "rate-limited"]);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(refused.html).toContain("Try again in 1 minute.");
    travel(59);
    expect(await guess(browser, device.user_code)).toBe("429");
    travel(1);
    expect(await guess(browser, device.user_code)).toBe("found");
  });

  it("ends as early when all are tried at once", async () => {
    const { browser } = await signedInPerson(context);
    const form = await browser.open(`${context.realm.issuer}/device`);
    const pages = await Promise.all(
      Array.from({ length: 30 }, () => browser.submit(form, "device-form", { "user-code": randomUserCode() })),
    );
    expect(pages.filter((page) => page.status === 400)).toHaveLength(5);
    expect(pages.filter((page) => page.status === 429)).toHaveLength(25);
  });

  it("is counted for the address, whoever signs in and in whichever browser", async () => {
    const answers: string[] = [];
    for (let person = 0; person < 8; person++)
      answers.push(await guess((await signedInPerson(context)).browser, randomUserCode()));
    expect(answers).toEqual([...Array<string>(5).fill("400"), "429", "429", "429"]);
    context = await makeRealm();
    expect(await guess((await signedInPerson(context)).browser, randomUserCode())).toBe("400");
  });

  it("is not set back by a right one in between, such as the guesser's own device", async () => {
    const { browser } = await signedInPerson(context);
    const own = await waiting(context, tv);
    const answers: string[] = [];
    for (let round = 0; round < 4; round++) {
      for (let tried = 0; tried < 2; tried++) answers.push(await guess(browser, randomUserCode()));
      answers.push(await guess(browser, own.user_code));
    }
    const stopped = ["429", "429", "429"];
    expect(answers).toEqual(["400", "400", "found", "400", "400", "found", "400", "429", "429", ...stopped]);
  });

  it("does not hold up twenty people of one address with the right codes, all at once", async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => signedInPerson(context)));
    const pages = await Promise.all(
      people.map(async ({ browser }) => typeCode(context, browser, (await waiting(context, tv)).user_code)),
    );
    expect(pages.map(outcome)).toEqual(Array<string>(20).fill("found"));
  });

  it("needs an account: without one nothing is looked up, and a right code looks like a wrong one", async () => {
    const device = await waiting(context, tv);
    for (const code of [device.user_code, ...Array.from({ length: 10 }, randomUserCode)]) {
      const page = await typeCode(context, new Browser(context.realm.hosts), code);
      expect([page.url.pathname, page.status]).toEqual(["/sign-in", 200]);
      expect(page.html).not.toContain("Living Room TV");
    }
  });

  it("learns nothing from how it fails: near misses, old, decided and malformed codes look alike", async () => {
    const { browser: first } = await signedInPerson(context);
    const right = (await waiting(context, tv)).user_code;
    const last = right.endsWith("B") ? "C" : "B";
    const denied: Waiting = await waiting(context, tv);
    await decide(first, await typeCode(context, first, denied.user_code), "deny");
    const used = await waiting(context, tv);
    await letIn(context, await signedInPerson(context), used);
    const codes = [`${right.slice(0, -1)}${last}`, randomUserCode(), denied.user_code, used.user_code, "AEIO-U123"];
    const pages: string[] = [];
    for (const code of codes) {
      travel(61);
      const page = await typeCode(context, first, code);
      expect([page.status, page.headers.get("x-error-code")]).toEqual([400, "user-code-wrong"]);
      pages.push(bare(page, code));
    }
    expect(new Set(pages).size).toBe(1);
    expect(await verdict(await poll(context, tv, used))).toBe("tokens");
  });

  it("asks for a code where there is none, and counts that as no guess", async () => {
    const { browser } = await signedInPerson(context);
    for (let tried = 0; tried < 7; tried++) {
      const page = await typeCode(context, browser, "");
      expect([page.status, page.headers.get("x-error-code")]).toEqual([422, "user-code-missing"]);
    }
    expect(await guess(browser, (await waiting(context, tv)).user_code)).toBe("found");
  });

  it("is limited for the realm as a whole", async () => {
    context = await makeRealm({ rate_limits: { user_codes_per_realm_per_minute: 10 } });
    const device = await waiting(context, await makeTv(context));
    const { browser } = await signedInPerson(context);
    const answers: string[] = [];
    for (let tried = 0; tried < 12; tried++) answers.push(await guess(browser, device.user_code));
    expect(answers).toEqual([...Array<string>(10).fill("found"), "429", "429"]);
  });

  it("RL-01 is not used up for the realm by somebody without an account", async () => {
    context = await makeRealm({ rate_limits: { user_codes_per_realm_per_minute: 10 } });
    const stranger = new Browser(context.realm.hosts);
    for (let tried = 0; tried < 12; tried++) expect(await guess(stranger, "AEIO-U123")).toMatch(/^4/);
    travel(61);
    const device = await waiting(context, await makeTv(context));
    expect(await guess((await signedInPerson(context)).browser, device.user_code)).toBe("found");
  });
});
