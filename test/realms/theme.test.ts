import { describe, expect, it } from "vitest";
import { contrastFaults } from "../../src/config/theme.ts";
import { patchedSettings } from "../../src/domain/realms/settings-patch.ts";
import type { Problem } from "../../src/errors/errors.ts";
import { contrastRatio, type HexColor, isHexColor } from "../../src/lib/color.ts";
import { newestTo } from "../messages/mailbox.ts";
import { byTag, parseHtml, visibleText } from "../pages/parse-html.ts";
import { jsonBody, makeRealm, makeUser, request } from "../support/world.ts";

const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function signInPage(settings: Record<string, unknown>, language = "en") {
  const context = await makeRealm(settings);
  const response = await request(`${context.realm.issuer}/sign-in`, { headers: { "accept-language": language } });
  const html = await response.text();
  return { html, elements: await parseHtml(html), policy: response.headers.get("content-security-policy") ?? "" };
}

/** The last declaration of a custom property in the light and in the dark scheme. */
function declared(html: string, name: string): { light: HexColor; dark: HexColor } {
  const [light, dark] = [...html.matchAll(new RegExp(`--${name}:(#[0-9a-f]{6})`, "gi"))].map((match) => match[1] ?? "");
  if (!isHexColor(light) || !isHexColor(dark)) throw new Error(`--${name} is not declared twice`);
  return { light, dark };
}

describe("colours of a theme (WCAG 2.2 §1.4.3)", () => {
  it.each([
    [{ background_color: "#808080" }, "background_color"],
    [{ background_color: "#101010" }, "background_color"],
    [{ background_color_dark: "#6a6a6a" }, "background_color_dark"],
    [{ background_color_dark: "#ffffff" }, "background_color_dark"],
    [{ accent_color: "#777777", accent_ink: "#999999" }, "accent_ink"],
    [{ accent_color: "#ffff00", accent_ink: "#ffffff" }, "accent_ink"],
  ] as const)("%j are refused with what was measured and the nearest colour that passes", (theme, name) => {
    const settings = patchedSettings.bind(null, {} as never);
    const failure = (() => {
      try {
        return settings({ theme }) as never;
      } catch (error) {
        return error as Problem;
      }
    })();
    expect([failure.reason, Object.keys(failure.fields ?? {})]).toEqual(["body-invalid", [`settings.theme.${name}`]]);
    const said = failure.fields?.[`settings.theme.${name}`] ?? "";
    const [, measured, nearest] =
      /^contrast is ([\d.]+):1, at least 4\.5:1 is needed; nearest: (#[0-9a-f]{6})$/.exec(said) ?? [];
    expect(Number(measured)).toBeLessThan(4.5);
    expect(contrastFaults({ ...theme, [name]: nearest })).toEqual({});
  });

  it.each([
    { background_color: "#fff8e7", background_color_dark: "#0b1f2a", accent_color: "#ffd400", accent_ink: "#000000" },
    { accent_color: "#777777" },
    {},
  ])("%j are taken", (theme) => {
    expect(contrastFaults(theme)).toEqual({});
  });

  it("are bent to what can be read where a realm has stored worse", async () => {
    const { html } = await signInPage({
      theme: {
        background_color: "#808080",
        background_color_dark: "#999999",
        accent_color: "#ffff00",
        accent_ink: "#ffffff",
      },
    });
    for (const scheme of ["light", "dark"] as const) {
      const of = (name: string) => declared(html, name)[scheme];
      expect(contrastRatio(of("muted"), of("page"))).toBeGreaterThanOrEqual(4.5);
      expect(contrastRatio(of("link"), of("page"))).toBeGreaterThanOrEqual(4.5);
      expect(contrastRatio(of("accent-ink"), of("accent"))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("are refused over the operators' API, and nothing is changed", async () => {
    const context = await makeRealm();
    const address = `https://localhost/admin/v1/realms/${context.realm.id}`;
    const headers = { authorization: "Bearer test-admin-token-0123456789abcdef0123456789" };
    const refused = await request(address, {
      ...jsonBody({ settings: { theme: { background_color: "#808080" } } }, headers),
      method: "PATCH",
    });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      errors: { "settings.theme.background_color": expect.stringMatching(/^contrast is 1\.\d\d:1|^contrast is \d/) },
    });
    const after = (await (await request(address, { headers })).json()) as { settings: { theme: object } };
    expect(after.settings.theme).toEqual({});
  });
});

describe("the look of a realm", () => {
  it("WB-09 shows a logo that stands in the page itself, and lets pictures come from nowhere else", async () => {
    const { elements, policy } = await signInPage({ theme: { logo_url: pixel } });
    expect(byTag(elements, "img")[0]?.attributes.get("src")).toBe(pixel);
    expect(policy).toContain("img-src 'self' data:;");
  });

  it("WB-09 lets pictures come from the hosts of the logo, and from those only", async () => {
    const theme = { logo_url: "https://img.test/l.png?x=1", logo_dark_url: "https://dark.test/l.png" };
    const { elements, policy } = await signInPage({ theme });
    expect(policy).toContain("img-src 'self' data: https://img.test https://dark.test;");
    expect(byTag(elements, "source")[0]?.attributes.get("media")).toBe("(prefers-color-scheme: dark)");
  });

  it("names the site, rounds its corners, picks its fonts, and links what holds", async () => {
    const theme = {
      site_name: "The Daily <Bugle>",
      radius: "none",
      font: "serif",
      terms_url: "https://daily.test/terms",
      privacy_url: "https://daily.test/privacy",
      imprint_url: "https://daily.test/imprint",
    };
    const { html, elements } = await signInPage({ theme });
    expect(visibleText(html)).toContain("The Daily <Bugle>");
    expect(html).toContain("--radius:0;--card-radius:0;");
    expect(html).toContain("--font:Charter,");
    const links = byTag(elements, "a").map(({ attributes }) => [attributes.get("id"), attributes.get("href")]);
    expect(links).toEqual(
      expect.arrayContaining([
        ["site-terms", "https://daily.test/terms"],
        ["site-privacy", "https://daily.test/privacy"],
        ["site-imprint", "https://daily.test/imprint"],
      ]),
    );
  });

  it("has its own words in the languages it has them for, as plain text", async () => {
    const page_texts = { en: { sign_in_title: "Hello <b>again</b>", sign_in_lead: "Good morning." } };
    const english = await signInPage({ page_texts });
    expect(english.html).toContain("Hello &lt;b&gt;again&lt;/b&gt;");
    expect(visibleText(english.html)).toContain("Good morning.");
    const french = await signInPage({ page_texts }, "fr");
    expect(visibleText(french.html)).toContain("Se connecter");
    expect(visibleText(french.html)).not.toContain("Good morning.");
  });

  it("is the mails' as well", async () => {
    const context = await makeRealm({ theme: { site_name: "Daily Bugle", accent_color: "#aa3366" } });
    const user = await makeUser(context, { emailVerified: true });
    await request(`${context.realm.issuer}/api/auth/v1/users/forgot-password`, jsonBody({ email: user.email }));
    const message = await newestTo(context, user.email);
    expect(message.subject).toContain("Daily Bugle");
    expect(message.html).toContain("#aa3366");
  });
});
