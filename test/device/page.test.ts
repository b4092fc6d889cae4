import { beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { expectOAuthError, tokenAnswer } from "../support/token-side.ts";
import { goodPassword, makeRealm, makeUser, request, type TestClient } from "../support/world.ts";
import { codePage, decide, letIn, makeTv, poll, signedInPerson, typeCode, verdict, waiting } from "./support.ts";

let context: RealmContext;
let tv: TestClient;
beforeEach(async () => {
  context = await makeRealm();
  tv = await makeTv(context);
});

const pending = "400 authorization_pending";

describe("DV-04 the page where a device is let in (RFC 8628 §3.3)", () => {
  it("names the application, the code, the device, the account and each scope, and asks", async () => {
    const device = await waiting(context, tv, { scope: "openid email" });
    const { browser, user } = await signedInPerson(context, await makeUser(context, { name: "Una <b>User" }));
    const page = await typeCode(context, browser, device.user_code);
    expect(page.status).toBe(200);
    expect(page.forms.map((form) => form.id)).toEqual(["device-confirm-form"]);
    for (const shown of ["Connect Living Room TV to your account?", device.user_code, "TV/1.0", "Una &lt;b&gt;User"])
      expect(page.html).toContain(shown);
    for (const scope of ["Recognise you by your account here", "See your email address"])
      expect(page.html).toContain(scope);
    expect(page.html).toMatch(/id="device-asked">\d seconds? ago|id="device-asked">now/);
    expect(await verdict(await poll(context, tv, device))).toBe(pending);
    const done = await decide(browser, page, "allow");
    expect([done.status, done.html.includes("Your device is connected")]).toEqual([200, true]);
    const tokens = await tokenAnswer(await poll(context, tv, device));
    expect(JSON.parse(atob(tokens.access_token.split(".")[1] ?? "")).sub).toBe(String(user.id));
  });

  it("asks for the first-party application of the house, too", async () => {
    const own = await makeTv(context, {}, { firstParty: true });
    const device = await waiting(context, own);
    const page = await typeCode(context, (await signedInPerson(context)).browser, device.user_code);
    expect(page.forms[0]?.id).toBe("device-confirm-form");
    expect(await verdict(await poll(context, own, device))).toBe(pending);
  });

  it("approves nothing by GET, whatever the address brings along, signed in or not (§3.3.1, §5.4)", async () => {
    const device = await waiting(context, tv);
    const { browser } = await signedInPerson(context);
    const prefilled = await browser.open(device.verification_uri_complete, "cross-site");
    expect(prefilled.forms[0]?.fields.find((field) => field.name === "user-code")?.value).toBe(device.user_code);
    for (const more of ["&decision=allow", "&interaction=x&decision=allow", "&csrf=x&user-code=1"])
      expect((await browser.open(`${device.verification_uri_complete}${more}`)).forms[0]?.id).toBe("device-form");
    expect((await request(codePage(context), { method: "HEAD" })).status).toBe(200);
    const confirm = await browser.submit(prefilled, "device-form");
    expect(confirm.forms[0]?.id).toBe("device-confirm-form");
    expect(await verdict(await poll(context, tv, device))).toBe(pending);
  });

  it.each([
    ["in small letters", (code: string) => code.toLowerCase()],
    ["without its hyphen", (code: string) => code.replace("-", "")],
    ["with blanks", (code: string) => ` ${[...code].join(" ")} `],
    ["with a dash", (code: string) => code.replace("-", "–")],
  ])("takes the code %s (§6.1)", async (_how, typed) => {
    const device = await waiting(context, tv);
    const { browser } = await signedInPerson(context);
    const page = await typeCode(context, browser, typed(device.user_code));
    expect(page.forms[0]?.id).toBe("device-confirm-form");
    expect(page.html).toContain(device.user_code);
  });

  it("sends somebody who is not signed in there first, and keeps what was typed", async () => {
    const user = await makeUser(context);
    const device = await waiting(context, tv);
    const browser = new Browser(context.realm.hosts);
    const signIn = await typeCode(context, browser, device.user_code);
    expect([signIn.url.pathname, signIn.trail.map((hop) => hop.status)]).toEqual(["/sign-in", [303]]);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const wrong = await browser.submit(signIn, "sign-in-form", { ...typed, password: "wrong-harbour-quill-1" });
    const confirm = await browser.submit(wrong, "sign-in-form", typed);
    expect(confirm.html).toContain(device.user_code);
    expect((await decide(browser, confirm, "allow")).html).toContain("Your device is connected");
    await tokenAnswer(await poll(context, tv, device));
  });

  it("takes a newcomer through sign-up", async () => {
    const device = await waiting(context, tv);
    const browser = new Browser(context.realm.hosts);
    const signUp = await browser.follow(await typeCode(context, browser, device.user_code), "sign-up-link");
    const newcomer = { name: "Nora", email: `nora-${crypto.randomUUID()}@example.test`, password: goodPassword };
    const confirm = await browser.submit(signUp, "sign-up-form", newcomer);
    expect((await decide(browser, confirm, "allow")).html).toContain("Your device is connected");
    await tokenAnswer(await poll(context, tv, device));
  });

  it("uses the realm's own sign-in form, which brings the browser back to the very host", async () => {
    context = await makeRealm({}, { authenticationUrl: "https://login.news.test/form" });
    const device = await waiting(context, await makeTv(context));
    const left = await typeCode(context, new Browser(context.realm.hosts), device.user_code);
    expect(left.url.origin + left.url.pathname).toBe("https://login.news.test/form");
    expect(left.url.searchParams.get("redirect-url")).toContain(
      `${context.realm.issuer}/authorize/resume?interaction=`,
    );
  });

  it("lets somebody change the account, and lets the device into that one", async () => {
    const device = await waiting(context, tv);
    const { browser } = await signedInPerson(context);
    const other = await makeUser(context, { name: "Olga Other" });
    const page = await typeCode(context, browser, device.user_code);
    const signIn = await browser.follow(page, "switch-account-link");
    const typed = { identifier: other.email ?? "", password: goodPassword };
    const confirm = await browser.submit(signIn, "sign-in-form", typed);
    expect(confirm.html).toContain("Olga Other");
    await decide(browser, confirm, "allow");
    const tokens = await tokenAnswer(await poll(context, tv, device));
    expect(JSON.parse(atob(tokens.access_token.split(".")[1] ?? "")).sub).toBe(String(other.id));
  });

  it("remembers the consent as for any other application", async () => {
    const device = await waiting(context, tv);
    const person = await signedInPerson(context);
    await letIn(context, person, device);
    const standing = await context.objects.read(person.user.id, (object) =>
      object.sessionAndConsent(person.sid, tv.clientId),
    );
    expect(standing?.consented).toEqual(["openid", "profile"]);
  });

  it("says that it is too late when the code has been decided on meanwhile, and changes nothing", async () => {
    const device = await waiting(context, tv);
    const [first, second] = [await signedInPerson(context), await signedInPerson(context)];
    const pages = await Promise.all([first, second].map(({ browser }) => typeCode(context, browser, device.user_code)));
    const [one, other] = pages;
    if (one === undefined || other === undefined) throw new Error("no pages");
    await decide(first.browser, one, "deny");
    const late = await decide(second.browser, other, "allow");
    expect([late.status, late.html.includes("This code is over")]).toEqual([409, true]);
    await expectOAuthError(await poll(context, tv, device), 400, "access_denied");
    const left = await context.objects.call(second.user.id, (object) => object.sessions());
    expect(left.map((session) => session.sid)).toEqual([second.sid]);
  });

  it("lets one of fifty people in who allow the same code at once", async () => {
    const device = await waiting(context, tv);
    const people = await Promise.all(Array.from({ length: 50 }, () => signedInPerson(context)));
    const asked: [Browser, Page][] = [];
    for (const { browser } of people) asked.push([browser, await typeCode(context, browser, device.user_code)]);
    const done = await Promise.all(asked.map(([browser, page]) => decide(browser, page, "allow")));
    expect(done.filter((page) => page.status === 200)).toHaveLength(1);
    const owner = people[done.findIndex((page) => page.status === 200)];
    const tokens = await tokenAnswer(await poll(context, tv, device));
    expect(JSON.parse(atob(tokens.access_token.split(".")[1] ?? "")).sub).toBe(String(owner?.user.id));
    for (const person of people) {
      const held = await context.objects.call(person.user.id, (object) => object.sessions());
      expect(held.length).toBe(person === owner ? 2 : 1);
    }
  });
});
