import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { accountPaths, accountPlaces } from "../../src/pages/account/paths.ts";
import { codeIn, countTo, messagesTo, newestTo } from "../messages/mailbox.ts";
import { travel } from "../support/clock.ts";
import { goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { get, logIn } from "../surfaces/session-api.ts";
import { elevenMinutes, post, proveAgain, readerOf, saidOn } from "./support.ts";

let context: RealmContext;
const next = "cobalt-meadow-lantern-52";

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const reload = async (id: number) => {
  const user = await context.users.findById(id);
  if (user === null) throw new Error("the user is gone");
  return user;
};

describe("one's own pages (S1.10)", () => {
  it.each(accountPlaces)("SE-01 %s leads whoever is not signed in through sign-in and back", async (place) => {
    const reader = await readerOf(context);
    const home = await reader.browser.open(`${context.realm.issuer}/`);
    await reader.browser.submit(home, "sign-out-form");
    const asked = await reader.open(place);
    expect(asked.url.pathname).toBe("/sign-in");
    const back = await proveAgain(reader, asked);
    expect(back.url.pathname).toBe(accountPaths[place]);
    expect(back.status).toBe(200);
    expect(back.html).toContain(`id="place-${place}" href="${accountPaths[place]}" aria-current="page"`);
    expect(back.headers.get("cache-control")).toBe("no-store");
    expect(back.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("says who is signed in and how safe the account is", async () => {
    const { open, user } = await readerOf(context);
    const { html } = await open("overview");
    expect(html).toContain(`<bdi>${user.email}</bdi>`);
    expect(html).toMatch(/id="glance-password"><span class="spread"><span>Set</);
    expect(html).toMatch(/id="glance-two-step"><span class="spread"><span>Off</);
    expect(html).toMatch(/id="glance-devices"><span class="spread"><span>1</);
  });

  it("WB-04 says only what is in its own lists, whatever the address says", async () => {
    const { open } = await readerOf(context);
    expect(saidOn(await open("overview", "?done=saved"))).toBe("Saved.");
    for (const query of ["?done=toString", "?done=<b>x", "?done=__proto__", "?problem=gone"])
      expect((await open("overview", query)).html).not.toContain('role="alert"');
  });
});

describe("the profile", () => {
  it("keeps names, picture and language, and empties what is emptied", async () => {
    const reader = await readerOf(context);
    const typed = { name: "Zoë", "first-name": "Zo", "avatar-url": "https://cdn.test/z.png", locale: "fr" };
    const saved = await reader.send("profile", "profile-form", typed);
    expect(saved.trail.map(({ status }) => status)).toEqual([303]);
    expect(saidOn(saved)).toBe("C’est enregistré.");
    expect(saved.html).toContain('<html lang="fr"');
    const user = await reload(reader.user.id);
    expect(user).toMatchObject({ name: "Zoë", firstName: "Zo", lastName: null, locale: "fr" });
    await reader.send("profile", "profile-form", { name: "", locale: "" });
    expect(await reload(reader.user.id)).toMatchObject({ name: null, firstName: "Zo", locale: null });
  });

  it("speaks the chosen language in mails and on every page, whatever the browser says", async () => {
    const reader = await readerOf(context);
    await reader.send("profile", "profile-form", { locale: "fr" });
    expect((await reader.browser.open(`${context.realm.issuer}/`)).html).toContain('<html lang="fr"');
    await reader.send("password", "password-form", { current: goodPassword, password: next });
    expect((await newestTo(context, reader.user.email)).subject).toContain("mot de passe");
  });

  it.each([
    ["avatar-url", "javascript:alert(1)", "https://"],
    ["name", "a\u2028b", "200 characters"],
  ])("refuses %s %j, keeps what was typed, and changes nothing", async (field, value, said) => {
    const reader = await readerOf(context);
    const page = await reader.send("profile", "profile-form", { [field]: value });
    expect(page.status).toBe(422);
    expect(page.headers.get("x-error-code")).toBe("validation-failed");
    expect(saidOn(page)).toContain(said);
    expect(await reload(reader.user.id)).toEqual(reader.user);
  });

  it("PW-07 PW-19 changes the username after a fresh sign-in, tells the owner, and never to another's", async () => {
    const other = await makeUser(context, { username: `taken-${Date.now()}` });
    const reader = await readerOf(context, await makeUser(context, { username: `una-${Date.now()}` }));
    const taken = await reader.send("profile", "username-form", { username: other.username ?? "" });
    expect([taken.status, saidOn(taken)]).toEqual([409, "Somebody else has this already."]);
    const wanted = `una2-${Date.now()}`;
    expect(saidOn(await reader.send("profile", "username-form", { username: wanted }))).toBe("Saved.");
    expect((await reload(reader.user.id)).username).toBe(wanted);
    expect((await newestTo(context, reader.user.email)).subject).toContain("username");
  });

  it("RC-10 takes a new address once its code came back, and tells the old one", async () => {
    const reader = await readerOf(context);
    const wanted = `new-${crypto.randomUUID()}@example.test`;
    const asked = await reader.send("profile", "email-form", { email: wanted });
    expect(asked.url.pathname).toBe(accountPaths.addressCode);
    expect((await reload(reader.user.id)).email).toBe(reader.user.email);
    const wrong = await reader.browser.submit(asked, "address-code-form", { code: "000000" });
    expect([wrong.status, saidOn(wrong)]).toEqual([401, "This code is not right, has been used, or is too old."]);
    const code = codeIn(await newestTo(context, wanted));
    const done = await reader.browser.submit(wrong, "address-code-form", { code });
    expect(saidOn(done)).toBe("The address is confirmed.");
    expect(await reload(reader.user.id)).toMatchObject({ email: wanted, emailVerified: true });
    expect((await newestTo(context, reader.user.email)).subject).toContain("email address");
  });

  it("confirms an address that was never confirmed, by a code that is sent again", async () => {
    const reader = await readerOf(context, await makeUser(context, { emailVerified: false }));
    const asked = await reader.send("profile", "confirm-email-form");
    const code = codeIn(await newestTo(context, reader.user.email));
    await reader.browser.submit(asked, "address-code-form", { code });
    expect((await reload(reader.user.id)).emailVerified).toBe(true);
  });
});

describe("what matters needs a fresh sign-in (ASVS 7.5.1)", () => {
  it.each<[keyof typeof accountPaths, Record<string, string>]>([
    ["username", { username: "somebody-new" }],
    ["address", { kind: "email", email: "elsewhere@example.test" }],
    ["removePasskey", { id: "AAAA" }],
    ["recoveryCodes", {}],
    ["connect", { provider: "google" }],
    ["disconnect", { source: "google", "source-id": "1" }],
    ["download", {}],
    ["deleteAccount", { confirmation: "x" }],
  ])("PW-07 %s asks again after ten minutes, comes back to its page, and does nothing before", async (form, fields) => {
    const reader = await readerOf(context);
    const mails = await countTo(context, reader.user.email);
    travel(elevenMinutes);
    const asked = await post(reader, form, fields);
    expect(asked.url.pathname).toBe("/sign-in");
    expect(asked.html).toContain("Confirm that it is you");
    expect(asked.html).toContain(`value="${reader.user.email}"`);
    expect(await reload(reader.user.id)).toEqual(reader.user);
    expect(await countTo(context, reader.user.email)).toBe(mails);
    const back = await proveAgain(reader, asked);
    expect(back.url.pathname).toMatch(/^\/account\/[a-z-]+$/);
    expect(back.status).toBe(200);
  });

  it("offers the way there in place of the forms", async () => {
    const reader = await readerOf(context);
    travel(elevenMinutes);
    const page = await reader.open("data");
    expect(page.forms.map(({ id }) => id)).toEqual(["sign-out-form"]);
    const back = await proveAgain(reader, await reader.browser.follow(page, "confirm-link"));
    expect(back.url.pathname).toBe(accountPaths.data);
    expect(back.forms.map(({ id }) => id)).toEqual(["sign-out-form", "download-form", "delete"]);
  });

  it("WB-03 asks again on its own pages only", async () => {
    const reader = await readerOf(context);
    for (const to of ["https://evil.test", "//evil.test", "nowhere", ""])
      expect((await reader.open("confirm", `?to=${encodeURIComponent(to)}`)).status).toBe(404);
  });
});

describe("the password", () => {
  it("changes for who knows it; other devices are signed out, this one stays", async () => {
    const reader = await readerOf(context);
    const elsewhere = await signIn(context, reader.user);
    const wrong = await reader.send("password", "password-form", { current: "not it at all", password: next });
    expect([wrong.status, saidOn(wrong)]).toEqual([401, "This is not your current password."]);
    const weak = await reader.send("password", "password-form", { current: goodPassword, password: "password1234" });
    expect(weak.status).toBe(422);
    const done = await reader.send("password", "password-form", { current: goodPassword, password: next });
    expect(saidOn(done)).toContain("Your password is changed.");
    expect((await logIn(context, reader.user.email, next)).status).toBe(200);
    expect((await get(context, "/users/me", elsewhere)).status).toBe(403);
    expect((await reader.open("overview")).status).toBe(200);
    const subjects = (await messagesTo(context, reader.user.email)).map(({ subject }) => subject);
    expect(subjects).toEqual([
      expect.stringContaining("A new device signed in"),
      expect.stringContaining("password"),
      ...subjects.slice(2),
    ]);
  });

  it("is set by a code for an account that has none, and the session goes on", async () => {
    const reader = await readerOf(context);
    await context.users.update(reader.user.id, reader.user.version, { passwordHash: null }, Date.now());
    expect((await reader.open("password")).forms.map(({ id }) => id)).toEqual(["sign-out-form", "password-code-form"]);
    const asked = await reader.send("password", "password-code-form");
    const code = /\b\d{6}\b/.exec((await newestTo(context, reader.user.email)).text)?.[0] ?? "";
    const wrong = await reader.browser.submit(asked, "set-password-form", { code: "000000", password: next });
    expect([wrong.status, saidOn(wrong)]).toEqual([401, "This code is not right, has been used, or is too old."]);
    const done = await reader.browser.submit(wrong, "set-password-form", { code, password: next });
    expect(saidOn(done)).toContain("Your password is changed.");
    expect((await logIn(context, reader.user.email, next)).status).toBe(200);
    expect((await reader.open("overview")).url.pathname).toBe("/account");
  });
});

it("RL-01 PW-14 guesses at the current password are counted as at any sign-in from this device", async () => {
  const reader = await readerOf(context);
  const statuses: number[] = [];
  for (let guess = 0; guess < 12 && statuses.at(-1) !== 429; guess++)
    statuses.push((await reader.send("password", "password-form", { current: `no ${guess}`, password: next })).status);
  expect(statuses.at(-1)).toBe(429);
  const name = "__Host-gatehouse-browser";
  const cookie = `${name}=${reader.browser.cookie(context.realm.authDomain, name)}`;
  expect((await logIn(context, reader.user.email, goodPassword, { cookie })).status).toBe(429);
  expect((await messagesTo(context, reader.user.email)).some(({ subject }) => /changed/.test(subject))).toBe(false);
});

it("SE-04 a cookie of another realm opens nobody's pages here", async () => {
  const foreign = await makeRealm();
  const cookie = await signIn(foreign, await makeUser(foreign));
  const response = await request(`${context.realm.issuer}/account`, { headers: { cookie: `qt-auth=${cookie}` } });
  expect([response.status, response.headers.get("location")?.split("?")[0]]).toEqual([
    302,
    `${context.realm.issuer}/sign-in`,
  ]);
});
