import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { operate } from "../admin/support.ts";
import { makeClient, makeRealm, request } from "../support/world.ts";
import { browserCookie, type ConsoleAnswer, consolePath, makeOperator, type Operator } from "./support.ts";

let context: RealmContext;
let sysadmin: Operator;
beforeAll(async () => {
  context = await makeRealm();
  sysadmin = await makeOperator(context, ["user", "admin", "sysadmin"]);
});

const realmNow = async () => (await operate("GET", `/realms/${context.realm.id}`)).json;
const settingsNow = async () => (await realmNow()).settings as Record<string, unknown>;
const clientNow = async (id: string) => (await operate("GET", `/realms/${context.realm.id}/clients/${id}`)).json;
const problemAt = (page: ConsoleAnswer, id: string): string | undefined =>
  new RegExp(`<p id="${id}-problem" class="problem">([^<]*)`).exec(page.html)?.[1];

describe("a form of the console with what is not right", () => {
  it.each([
    [
      "a setting beyond its range",
      "/settings/session",
      "settings-form",
      { max_sessions: "201" },
      "settings-form-max_sessions",
    ],
    [
      "a setting that is no number",
      "/settings/session",
      "settings-form",
      { max_sessions: "many" },
      "settings-form-max_sessions",
    ],
    [
      "a deep setting",
      "/settings/limits",
      "settings-form",
      { "rate_limits.password_failures_before_delay": "99" },
      "settings-form-rate_limits-password_failures_before_delay",
    ],
    ["broken JSON", "/settings/apis", "settings-form", { resources: "{" }, "settings-form-resources"],
    [
      "JSON of another shape",
      "/settings/apis",
      "settings-form",
      { resources: '{"https://api.test/": 3}' },
      "settings-form-resources",
    ],
    ["a domain that is none", "/domains", "add-form", { domain: "https://evil.test/x" }, "add-form-domain"],
    [
      "a redirect URI with a fragment",
      "/clients/new?kind=web",
      "new-form",
      { name: "New", redirect_uris: "https://a.test/#x" },
      "new-form-redirect_uris",
    ],
    ["an application without a name", "/clients/new?kind=service", "new-form", { name: " " }, "new-form-name"],
    [
      "a provider with a bad issuer",
      "/providers/new?preset=other",
      "new-form",
      {
        name: "idp",
        issuer: "http://10.0.0.1",
        client_id: "x",
        client_secret: "hush-hush-9",
        "purposes=sign-in": "true",
      },
      "new-form-issuer",
    ],
    [
      "a provider's name",
      "/providers/new?preset=other",
      "new-form",
      {
        name: "No Name",
        issuer: "https://idp.example.com",
        client_id: "x",
        client_secret: "hush-hush-9",
        "purposes=sign-in": "true",
      },
      "new-form-name",
    ],
    [
      "a registration token for nobody",
      "/registration-tokens",
      "create-form",
      { uses: "0", days: "7" },
      "create-form-uses",
    ],
    [
      "a registration token for ever",
      "/registration-tokens",
      "create-form",
      { uses: "1", days: "9999" },
      "create-form-days",
    ],
  ] as [string, string, string, Record<string, string>, string][])(
    "%s: comes back with what was typed and says what is wrong beside the field",
    async (_, path, form, typed, field) => {
      const before = await realmNow();
      const page = await sysadmin.open(consolePath(context, path));
      const answer = await sysadmin.submit(page, form, typed);
      expect(answer.status, answer.html.slice(-2000)).toBe(422);
      expect(problemAt(answer, field)).toMatch(/\S/);
      expect(answer.html).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
      for (const [name, value] of Object.entries(typed).filter(
        ([name, value]) => !/secret|purposes/.test(name) && value.trim() !== "",
      ))
        expect([name, answer.html.includes(value.replaceAll('"', "&quot;"))]).toEqual([name, true]);
      expect(answer.html).not.toContain("hush-hush-9");
      expect(await realmNow()).toEqual(before);
    },
  );

  it("asks for the name before anything is deleted", async () => {
    const client = await makeClient(context, {}, { firstParty: false, name: "Dear one" });
    const path = consolePath(context, `/clients/${client.clientId}`);
    const page = await sysadmin.open(path);
    const wrong = await sysadmin.submit(page, "delete-form", { confirmation: "dear one" });
    expect([wrong.status, problemAt(wrong, "delete-form-confirmation")]).toEqual([422, "Type it exactly as shown."]);
    expect((await clientNow(client.clientId)).name).toBe("Dear one");
    const right = await sysadmin.submit(page, "delete-form", { confirmation: "Dear one" });
    expect([right.status, right.location]).toEqual([303, `${consolePath(context, "/clients")}?done=removed`]);
    expect((await sysadmin.open(path)).status).toBe(404);
  });
});

describe("settings in the console", () => {
  it("are taken, and taken back to their default one by one", async () => {
    const path = consolePath(context, "/settings/session");
    const page = await sysadmin.open(path);
    const saved = await sysadmin.submit(page, "settings-form", {
      max_sessions: "3",
      session_limit_policy: "evict_oldest",
      embedding: "true",
    });
    expect(saved.location).toBe(`${path}?done=saved`);
    expect(await settingsNow()).toMatchObject({
      max_sessions: 3,
      session_limit_policy: "evict_oldest",
      embedding: true,
    });
    const reset = await sysadmin.submit(await sysadmin.open(path), "reset-form", { reset: "max_sessions" });
    expect(reset.location).toBe(`${path}?done=reset`);
    expect(await settingsNow()).toMatchObject({
      max_sessions: 0,
      session_limit_policy: "evict_oldest",
      embedding: true,
    });
    const emptied = await sysadmin.open(path);
    await sysadmin.submit(emptied, "settings-form", { session_limit_policy: "reject", session_idle_seconds: "" });
    expect(await settingsNow()).toMatchObject({
      session_limit_policy: "reject",
      session_idle_seconds: 2_592_000,
      embedding: false,
    });
  });

  it("take nested ones back without touching their neighbours", async () => {
    const path = consolePath(context, "/settings/limits");
    const names = [
      "rate_limits.messages_per_recipient_per_hour",
      "rate_limits.password_failures_before_delay",
    ] as const;
    await sysadmin.submit(await sysadmin.open(path), "settings-form", { [names[0]]: "7", [names[1]]: "4" });
    await sysadmin.submit(await sysadmin.open(path), "reset-form", { reset: names[0] });
    expect((await settingsNow()).rate_limits).toMatchObject({
      messages_per_recipient_per_hour: 5,
      password_failures_before_delay: 4,
    });
  });

  it("MR-02 cannot be reset by a name that is none of the group's", async () => {
    const page = await sysadmin.open(consolePath(context, "/settings/session"));
    for (const reset of ["__proto__", "rate_limits", "name", "constructor.prototype", ""])
      expect((await sysadmin.submit(page, "reset-form", { reset })).status).toBe(404);
  });
});

describe("two operators at once", () => {
  it.each([
    ["settings", "/settings/sign-in", "settings-form", { password_min_length: "12" }, { password_min_length: "15" }],
    ["a realm", "", "change-form", { name: "First" }, { name: "Second" }],
    ["domains", "/domains", "add-form", { domain: "first-site.example.com" }, { domain: "second-site.example.com" }],
  ] as [string, string, string, Record<string, string>, Record<string, string>][])(
    "MR-11 %s: the second is told, keeps what was typed, and overwrites nothing (RFC 9110 §13.1.1)",
    async (_, path, form, first, second) => {
      const own = await makeRealm();
      const [one, other] = [await makeOperator(own, ["sysadmin"]), await makeOperator(own, ["sysadmin"])];
      const pages = [await one.open(consolePath(own, path)), await other.open(consolePath(own, path))] as const;
      expect((await one.submit(pages[0], form, first)).status).toBe(303);
      const after = (await operate("GET", `/realms/${own.realm.id}`)).json;
      const refused = await other.submit(pages[1], form, second);
      expect(refused.status).toBe(412);
      expect(refused.html).toContain("Somebody else has changed this in the meantime");
      for (const value of Object.values(second)) expect(refused.html).toContain(value);
      // Pressing the button again does not get it through unseen.
      expect((await other.submit(refused, form, second)).status).toBe(412);
      expect((await operate("GET", `/realms/${own.realm.id}`)).json).toEqual(after);
    },
  );

  it("MR-11 an application: an old form takes no redirect URI back", async () => {
    const client = await makeClient(
      context,
      { redirect_uris: ["https://partner.test/callback"] },
      { firstParty: false },
    );
    const path = consolePath(context, `/clients/${client.clientId}/edit`);
    const [early, late] = [await sysadmin.open(path), await sysadmin.open(path)];
    const typed = { redirect_uris: "https://partner.test/new", name: client.name, scopes: "openid" };
    expect((await sysadmin.submit(early, "edit-form", typed)).status).toBe(303);
    expect((await sysadmin.submit(late, "edit-form", { ...typed, redirect_uris: "https://old.test/" })).status).toBe(
      412,
    );
    expect((await clientNow(client.clientId)).redirect_uris).toEqual(["https://partner.test/new"]);
  });
});

describe("forged posts to the console", () => {
  it("SE-08 do nothing without the token of this browser and this realm, or from a foreign page", async () => {
    const path = consolePath(context);
    const page = await sysadmin.open(path);
    const before = await realmNow();
    const stranger = await makeOperator(await makeRealm(), ["sysadmin"]);
    const theirs = (await stranger.open(consolePath(stranger.context))).forms
      .find(({ id }) => id === "change-form")
      ?.fields.find(({ name }) => name === "csrf")?.value;
    for (const csrf of [undefined, "", "x", theirs])
      expect((await sysadmin.submit(page, "change-form", { csrf, name: "Forged" })).status).toBe(403);
    const honest = page.forms.find(({ id }) => id === "change-form")?.fields ?? [];
    for (const headers of [
      { origin: "https://evil.test" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", origin: context.realm.issuer },
    ]) {
      const body = new URLSearchParams(
        honest.filter(({ name }) => name !== "").map(({ name, value }) => [name, value]),
      );
      body.set("name", "Forged");
      const response = await request(`${context.realm.issuer}${path}`, {
        method: "POST",
        body: body.toString(),
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          cookie: `qt-auth=${sysadmin.session}; ${browserCookie}=x`,
          ...headers,
        },
      });
      expect(response.status).toBe(403);
    }
    expect(await realmNow()).toEqual(before);
  });

  it("SE-08 know no action but the page's own", async () => {
    const page = await sysadmin.open(consolePath(context));
    for (const does of ["", "nothing", "constructor", "__proto__", "rotate-secret"])
      expect((await sysadmin.submit(page, "change-form", { do: does })).status).toBe(404);
  });

  it("MR-03 an admin who posts what only sysadmins may is refused before anything is read", async () => {
    const admin = await makeOperator(context, ["admin"]);
    const before = await realmNow();
    const page = await admin.open(consolePath(context, "/clients"));
    const csrf = page.forms[0]?.fields.find(({ name }) => name === "csrf")?.value ?? "";
    const form = (action: string) => ({
      ...page,
      forms: [
        { id: "x", method: "post", action, fields: [{ name: "csrf", value: csrf, type: "hidden", autocomplete: "" }] },
      ],
    });
    for (const [path, does] of [
      ["", "change"],
      ["", "delete"],
      ["/domains", "add"],
      ["/settings/session", "change"],
      ["/keys", "rotate"],
      ["/providers/new", "create"],
    ]) {
      const answer = await admin.submit(form(consolePath(context, path)), "x", { do: does, name: "Climbed" });
      expect([path, does, answer.status]).toEqual([path, does, 403]);
    }
    expect(await realmNow()).toEqual(before);
  });

  it("MR-04 an admin can give nobody a first-party application, and sees no button for it", async () => {
    const admin = await makeOperator(context, ["admin"]);
    const page = await admin.open(consolePath(context, "/clients/new?kind=web"));
    expect(page.html).not.toContain("first_party");
    const client = await makeClient(context, {}, { firstParty: true });
    const own = await admin.open(consolePath(context, `/clients/${client.clientId}`));
    expect(own.forms.map(({ id }) => id)).toEqual(["sign-out-form"]);
    const edit = await admin.open(consolePath(context, `/clients/${client.clientId}/edit`));
    const refused = await admin.submit(edit, "edit-form", {
      name: "Taken",
      redirect_uris: "https://evil.test/",
      first_party: undefined,
    });
    expect(refused.status).toBe(403);
    expect((await clientNow(client.clientId)).name).toBe(client.name);
  });
});
