import { describe, expect, it } from "vitest";
import { FormPostPage } from "../../src/pages/form-post-page.tsx";
import { renderPage } from "../../src/pages/render.ts";
import { SignInPage } from "../../src/pages/sign-in-page.tsx";
import { byTag, parseHtml, visibleText } from "./parse-html.ts";
import { everyPage, frameFor } from "./samples.tsx";

const words = [
  `"><script>alert(1)</script>`,
  `'><img src=x onerror=alert(1)>`,
  `</title></style></textarea><svg onload=alert(1)>`,
  `" autofocus onfocus="alert(1)" x="`,
];

const addresses = [
  "javascript:alert(1)",
  " \tjava\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "blob:https://evil.example/x",
  `https://evil.example/"><script>alert(1)</script>`,
];

const expectedTags = async (name: string) => {
  const usual = Object.entries(everyPage(frameFor("en"), { word: "harmless" })).find(([page]) => page === name);
  return (await parseHtml(usual ? renderPage(usual[1]) : "")).map(({ tag }) => tag);
};

for (const word of words) {
  describe(`WB-04 with ${word} in every text`, () => {
    const frame = frameFor("en", { realmName: word });
    it.each(Object.entries(everyPage(frame, { word })))(
      "%s shows it as text and grows no element",
      async (name, page) => {
        const html = renderPage(page);
        const elements = await parseHtml(html);
        expect(elements.map(({ tag }) => tag)).toEqual(await expectedTags(name));
        const attributes = elements.flatMap((element) => [...element.attributes.keys()]);
        expect(attributes.filter((attribute) => /^(on|style$|x$)/.test(attribute))).toEqual([]);
        expect(visibleText(html)).toContain(word);
      },
    );
  });
}

/** Made by us, out of black squares. */
const ownFile = "data:text/plain;";
const ownDrawing = /^data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+$/;

for (const address of addresses) {
  describe(`WB-04 with ${JSON.stringify(address)} in every address`, () => {
    const frame = frameFor("en", { theme: { logoUrl: address } });
    it.each(Object.entries(everyPage(frame, { address })))(
      "%s links, loads and posts to https or itself",
      async (_name, page) => {
        const elements = await parseHtml(renderPage(page));
        expect(byTag(elements, "script").filter(({ attributes }) => !attributes.has("nonce"))).toEqual([]);
        for (const { tag, attributes } of elements.filter(({ tag }) => tag !== "link")) {
          for (const name of ["href", "src", "action", "data-next"]) {
            const value = attributes.get(name);
            if (attributes.get("id") === "qr-code" && name === "src") expect(value).toMatch(ownDrawing);
            else if (attributes.get("id") === "download-codes") expect(value ?? ownFile).toMatch(/^data:text\/plain;/);
            else if (value !== undefined)
              expect(value).toMatch(tag === "img" ? /^https:/ : /^(https?:\/\/|#|\/(?!\/))/);
          }
        }
      },
    );
  });
}

describe("WB-04 what a realm may set", () => {
  it.each(["red", "#12345", "#1234567", "#123456;}</style><script>", "url(https://evil.example)", ""])(
    "ignores %j as an accent colour",
    (accentColor) => {
      const page = (theme: { accentColor: string } | undefined) =>
        renderPage(<SignInPage frame={frameFor("en", { theme })} action="/sign-in" csrf="t" />);
      expect(page({ accentColor })).toBe(page(undefined));
    },
  );

  it("takes a good accent colour and an https logo", async () => {
    const frame = frameFor("en", { theme: { accentColor: "#B00B1E", logoUrl: "https://cdn.example/logo.png" } });
    const html = renderPage(<SignInPage frame={frame} action="/sign-in" csrf="t" />);
    expect(html).toContain("--accent:#B00B1E;");
    const [logo] = byTag(await parseHtml(html), "img");
    expect(Object.fromEntries(logo?.attributes ?? [])).toMatchObject({
      src: "https://cdn.example/logo.png",
      alt: "The Daily",
      referrerpolicy: "no-referrer",
    });
  });

  it("shows no logo over plain http", async () => {
    const frame = frameFor("en", { theme: { logoUrl: "http://cdn.example/logo.png" } });
    const html = renderPage(<SignInPage frame={frame} action="/sign-in" csrf="t" />);
    expect(byTag(await parseHtml(html), "img")).toEqual([]);
  });
});

describe("AZ-20 where a form may post", () => {
  it.each(addresses.slice(0, 5))("refuses to make a form for %j", (action) => {
    expect(() => renderPage(<FormPostPage frame={frameFor()} action={action} fields={{ code: "c" }} />)).toThrow(
      TypeError,
    );
    expect(() => renderPage(<SignInPage frame={frameFor()} action={action} csrf="t" />)).toThrow(TypeError);
  });
});
