import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { operate } from "../admin/support.ts";
import { makeRealm } from "../support/world.ts";
import { type ConsoleAnswer, consolePath, makeOperator, type Operator } from "./support.ts";

let context: RealmContext;
let sysadmin: Operator;
beforeAll(async () => {
  context = await makeRealm();
  sysadmin = await makeOperator(context, ["user", "admin", "sysadmin"]);
});

const settingsNow = async () =>
  (await operate("GET", `/realms/${context.realm.id}`)).json.settings as Record<string, Record<string, unknown>>;
const openLook = () => sysadmin.open(consolePath(context, "/look"));
const typedIn = ({ html }: ConsoleAnswer, name: string): string | undefined =>
  new RegExp(` name="${name.replaceAll(".", "\\.")}"[^>]*? value="([^"]*)"`).exec(html)?.[1];
const problemAt = ({ html }: ConsoleAnswer, name: string): string | undefined =>
  new RegExp(`<p id="look-form-${name.replaceAll(".", "-")}-problem" class="problem">([^<]*)`).exec(html)?.[1];
const tokensOf = ({ html }: ConsoleAnswer, scheme: "light" | "dark"): string =>
  new RegExp(`\\.scene\\[data-scheme=${scheme}\\]\\{([^}]*)\\}`).exec(html)?.[1] ?? "";
const rowOf = ({ html }: ConsoleAnswer, pair: string): string =>
  new RegExp(`<tr id="contrast-${pair}".*?</tr>`, "s").exec(html)?.[0] ?? "";

describe("the console's page about a realm's look", () => {
  it("shows what is typed, in both schemes, and saves nothing of it", async () => {
    const before = await operate("GET", `/realms/${context.realm.id}`);
    const answer = await sysadmin.submit(await openLook(), "look-form", {
      show: "true",
      "theme.site_name": "Le Courrier <b>",
      "theme.accent_color": "#0b4f9c",
      "theme.background_color_dark": "#101820",
      "theme.radius": "none",
      "theme.font": "serif",
      "theme.terms_url": "https://courrier.example/terms",
      "page_texts.en.sign_in_title": "Good <i>morning</i>",
    });
    expect(answer.status).toBe(200);
    expect(tokensOf(answer, "light")).toContain("--accent:#0b4f9c;");
    expect(tokensOf(answer, "dark")).toContain("--page:#101820;");
    expect(answer.html).toMatch(/\.scene\{--font:Charter,.*?--radius:0;/);
    expect(answer.html).toContain("Good &lt;i&gt;morning&lt;/i&gt;");
    expect(answer.html).toContain("<u>Terms of service</u>");
    expect(typedIn(answer, "theme.site_name")).toBe("Le Courrier &lt;b&gt;");
    expect(typedIn(answer, "theme.accent_color")).toBe("#0b4f9c");
    expect(answer.html).toContain("Everything can be read.");
    expect((await operate("GET", `/realms/${context.realm.id}`)).json).toEqual(before.json);
  });

  it("says of each pair how well it can be read, what to change, and puts it in when asked (WCAG 2.2 §1.4.3)", async () => {
    const typed = {
      "theme.background_color": "#777777",
      "theme.accent_color": "#f6d743",
      "theme.accent_ink": "#ffffff",
    };
    const shown = await sysadmin.submit(await openLook(), "look-form", { ...typed, show: "true" });
    expect(shown.html).toContain("Something cannot be read well enough");
    const nearest = /name="take" value="theme\.background_color=(#[0-9a-f]{6})"/.exec(rowOf(shown, "background"))?.[1];
    expect(rowOf(shown, "background")).toContain("At least 4.5:1 is needed.");
    expect(rowOf(shown, "background").match(/>enough</g)).toHaveLength(1);
    expect(problemAt(shown, "theme.background_color")).toContain(`The nearest colour that has it: ${nearest}`);
    expect(rowOf(shown, "button").match(/name="take" value="theme\.accent_ink=/g)).toHaveLength(2);
    // Yellow on paper would not be seen: links are drawn darker, and that is no fault.
    expect(rowOf(shown, "link")).toMatch(/Drawn as #[0-9a-f]{6}\./);
    expect(rowOf(shown, "link")).not.toContain("too little");

    const taken = await sysadmin.submit(shown, "look-form", { ...typed, take: `theme.background_color=${nearest}` });
    expect(typedIn(taken, "theme.background_color")).toBe(nearest);
    expect(problemAt(taken, "theme.background_color")).toBeUndefined();
    expect(problemAt(taken, "theme.accent_ink")).toMatch(/\S/);
    expect((await settingsNow()).theme).toEqual({});
  });

  it("refuses to save what cannot be read, in the operator's language, with what was typed", async () => {
    const page = await sysadmin.open(consolePath(context, "/look"), { "accept-language": "fr" });
    const form = page.forms.find(({ id }) => id === "look-form");
    expect(form?.fields.some(({ name }) => name === "page_texts.fr.sign_in_lead")).toBe(true);
    const answer = await sysadmin.submit(page, "look-form", { "theme.background_color": "#777777" });
    expect([answer.status, answer.headers.get("x-error-code")]).toEqual([422, "validation-failed"]);
    expect(problemAt(answer, "theme.background_color")).toMatch(/needed|faut/);
    expect(typedIn(answer, "theme.background_color")).toBe("#777777");
    expect((await settingsNow()).theme).toEqual({});
  });

  it.each([
    ["a colour that is none", { "theme.accent_color": "red;}body{display:none" }, "theme.accent_color"],
    ["a font that nobody has", { "theme.font": "Comic Sans" }, "theme.font"],
    ["a logo without TLS", { "theme.logo_url": "http://pictures.example/a.png" }, "theme.logo_url"],
    ["a logo that would run something", { "theme.logo_url": "javascript:alert(1)" }, "theme.logo_url"],
    ["a title that is too long", { "page_texts.en.sign_in_title": "x".repeat(81) }, "page_texts.en.sign_in_title"],
  ])("WB-02 shows the rest beside %s, and says so at the field", async (_, typed, name) => {
    const answer = await sysadmin.submit(await openLook(), "look-form", {
      ...typed,
      "theme.background_color": "#ffffff",
      show: "true",
    });
    expect(answer.status).toBe(200);
    expect(problemAt(answer, name)).toMatch(/\S/);
    expect(tokensOf(answer, "light")).toContain("--page:#ffffff;");
    expect(answer.html.split("</style>")[0]).not.toContain("display:none}");
    expect(answer.headers.get("content-security-policy")).toContain("img-src 'self' data:; connect-src 'self';");
    const saved = await sysadmin.submit(await openLook(), "look-form", typed);
    expect(saved.status).toBe(422);
    expect(problemAt(saved, name)).toMatch(/\S/);
  });

  it("lets in the host of a logo that is only shown, and no other", async () => {
    const answer = await sysadmin.submit(await openLook(), "look-form", {
      "theme.logo_url": "https://pictures.example/logo.svg",
      show: "true",
    });
    expect(answer.headers.get("content-security-policy")).toContain("img-src 'self' data: https://pictures.example;");
    expect(answer.html.match(/<img src="https:\/\/pictures\.example\/logo\.svg"/g)).toHaveLength(2);
  });

  it("saves look and words, keeps words of languages that are not offered, and takes it all back", async () => {
    const path = `/realms/${context.realm.id}`;
    await operate("PATCH", path, { settings: { page_texts: { de: { sign_in_title: "Anmelden" } } } });
    const page = await openLook();
    const saved = await sysadmin.submit(page, "look-form", {
      "theme.accent_color": "#0b4f9c",
      "theme.imprint_url": "https://courrier.example/imprint",
      "page_texts.fr.home_title": "Bonjour",
    });
    expect([saved.status, saved.location]).toEqual([303, consolePath(context, "/look?done=saved")]);
    const { theme, page_texts } = await settingsNow();
    expect(theme).toEqual({ accent_color: "#0b4f9c", imprint_url: "https://courrier.example/imprint" });
    expect(page_texts).toEqual({ de: { sign_in_title: "Anmelden" }, fr: { home_title: "Bonjour" } });

    const late = await sysadmin.submit(page, "look-form", { "theme.accent_color": "#aa0000" });
    expect(late.html).toContain("Somebody else has changed this in the meantime");
    expect(typedIn(late, "theme.accent_color")).toBe("#aa0000");
    expect((await settingsNow()).theme).toEqual(theme);

    const emptied = await sysadmin.submit(await openLook(), "look-form", { "page_texts.fr.home_title": "" });
    expect(emptied.status).toBe(303);
    expect((await settingsNow()).page_texts).toEqual({ de: { sign_in_title: "Anmelden" } });

    const reset = await sysadmin.submit(await openLook(), "reset-form");
    expect(reset.location).toBe(consolePath(context, "/look?done=reset"));
    expect(await settingsNow()).toMatchObject({ theme: {}, page_texts: {} });
  });

  it("stands where the list of all settings leads for its settings, and in none of the groups' forms", async () => {
    const list = await sysadmin.open(consolePath(context, "/settings"));
    expect(list.html).toContain(`href="${consolePath(context, "/look#look-form-theme-accent_color")}"`);
    const page = await openLook();
    expect(page.html).toContain('id="look-form-theme-accent_color"');
    expect(page.html).toContain('id="look-form-page_texts"');
    expect((await sysadmin.open(consolePath(context, "/settings/look"))).status).toBe(404);
  });
});
