import { describe, expect, it } from "vitest";
import { ConsentPage, type ConsentPageProps, scopeText } from "../../src/pages/consent-page.tsx";
import { ErrorPage, errorTitle } from "../../src/pages/error-page.tsx";
import { FormPostPage } from "../../src/pages/form-post-page.tsx";
import { HomePage } from "../../src/pages/home-page.tsx";
import { renderPage } from "../../src/pages/render.ts";
import { SignOutPage } from "../../src/pages/sign-out-page.tsx";
import { SignedOutPage } from "../../src/pages/signed-out-page.tsx";
import { byId, byTag, parseHtml, visibleText } from "./parse-html.ts";
import { frameFor } from "./samples.tsx";

const frame = frameFor("en");
const { texts } = frame;

describe("ConsentPage", () => {
  const consent = (props: Partial<ConsentPageProps> = {}) =>
    renderPage(
      <ConsentPage
        frame={frame}
        action="/consent"
        csrf="token"
        interaction="handle"
        client={{ name: "Crossword Club" }}
        redirectHost="app.crossword.example"
        scopes={[{ name: "openid" }, { name: "puzzles:read", description: "See your puzzles" }]}
        userLabel="ada@daily.example"
        {...props}
      />,
    );

  it("AZ-17 names the client, each scope in words, the account and the host the user returns to", () => {
    const page = visibleText(consent());
    for (const fact of ["Crossword Club", "See your puzzles", "ada@daily.example", "app.crossword.example"]) {
      expect(page).toContain(fact);
    }
    expect(page).toContain(texts.consent.scopes.openid);
  });

  it("AZ-18 lets the user allow or deny by two buttons of one form", async () => {
    const elements = await parseHtml(consent());
    expect(byId(elements, "consent-form")).toMatchObject({ method: "post", action: "/consent" });
    expect(byId(elements, "consent-allow")).toMatchObject({ type: "submit", name: "decision", value: "allow" });
    expect(byId(elements, "consent-deny")).toMatchObject({ type: "submit", name: "decision", value: "deny" });
  });

  it("SE-08 posts nothing a reader could have been shown falsely: only token, interaction and decision", async () => {
    const inputs = byTag(await parseHtml(consent()), "input");
    expect(inputs.map(({ attributes }) => attributes.get("name"))).toEqual(["csrf", "interaction"]);
  });

  it.each(Object.entries(texts.consent.scopes))("AZ-17 no description can reword %s", (name, words) => {
    expect(scopeText({ name, description: "Nothing at all" }, texts)).toBe(words);
  });

  it.each([
    [{ name: "puzzles", description: "See puzzles" }, "See puzzles"],
    [{ name: "puzzles", description: "" }, "puzzles"],
    [{ name: "constructor" }, "constructor"],
    [{ name: "__proto__" }, "__proto__"],
  ])("says %j as %j", (scope, words) => {
    expect(scopeText(scope, texts)).toBe(words);
  });

  it("WB-04 a client's name cannot turn the sentence around", () => {
    const page = consent({ client: { name: "\u202eelgooG\u202c\u200b" } });
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(visibleText(page)).toContain("Let elgooG use your account?");
  });

  it("links policies in a new tab without handing over the way back, and drops those it cannot", async () => {
    const client = { name: "C", policyUrl: "https://c.example/privacy", termsUrl: "javascript:alert(1)" };
    const links = byTag(await parseHtml(consent({ client })), "a");
    expect(links.map(({ attributes }) => attributes.get("href"))).toEqual(["https://c.example/privacy"]);
    expect(links[0]?.attributes.get("rel")).toContain("noopener noreferrer");
  });

  it("offers another account when there is a way", async () => {
    const elements = await parseHtml(consent({ switchHref: "/sign-in?switch=1&interaction=h" }));
    expect(byId(elements, "switch-account-link")).toMatchObject({ href: "/sign-in?switch=1&interaction=h" });
  });
});

describe("FormPostPage", () => {
  const fields = { code: "abc", state: `"><script>alert(1)</script>`, iss: "https://auth.daily.example" };
  const html = renderPage(<FormPostPage frame={frame} action="https://app.example/cb?tenant=1" fields={fields} />);

  it("AZ-20 carries exactly the response parameters to the redirect URI", async () => {
    const elements = await parseHtml(html);
    expect(byId(elements, "form-post")).toMatchObject({ method: "post", action: "https://app.example/cb?tenant=1" });
    const sent = byTag(elements, "input").map(({ attributes }) => [attributes.get("name"), attributes.get("value")]);
    expect(Object.fromEntries(sent)).toEqual(fields);
  });

  it("AZ-20 submits itself by the one script its nonce admits, even past a field named submit", () => {
    const scripts = [...html.matchAll(/<script([^>]*)>(.*?)<\/script>/g)];
    expect(scripts.map(([, attributes]) => attributes)).toEqual([` nonce="${frame.nonce}"`]);
    expect(scripts[0]?.[2]).toBe('HTMLFormElement.prototype.submit.call(document.getElementById("form-post"))');
  });

  it("WB-10 has a button that sends no parameter of its own", async () => {
    const button = byId(await parseHtml(html), "continue-button");
    expect(button).toMatchObject({ type: "submit" });
    expect(button).not.toHaveProperty("name");
  });
});

describe("SignOutPage and SignedOutPage", () => {
  it("LO-04 asks by a form of method post, with the CSRF token whatever the request's fields say", async () => {
    const fields = { state: "s", csrf: "forged" };
    const page = <SignOutPage frame={frame} action="/end-session" csrf="token" fields={fields} userLabel="Ada" />;
    const elements = await parseHtml(renderPage(page));
    expect(byId(elements, "sign-out-form")).toMatchObject({ method: "post", action: "/end-session" });
    expect(byId(elements, "sign-out-button")).toMatchObject({ type: "submit" });
    const sent = byTag(elements, "input").map(({ attributes }) => [attributes.get("name"), attributes.get("value")]);
    expect(sent).toEqual([
      ["state", "s"],
      ["csrf", "token"],
    ]);
  });

  it("LO-03 says that the user is signed out", () => {
    expect(visibleText(renderPage(<SignedOutPage frame={frame} />))).toContain("You are signed out");
  });

  it("says when somebody else ended the session, and leads back to signing in", async () => {
    const page = renderPage(<SignedOutPage frame={frame} reason="session-ended-elsewhere" continueHref="/sign-in" />);
    expect(visibleText(page)).toContain("another browser or device");
    expect(byId(await parseHtml(page), "continue-link")).toMatchObject({ href: "/sign-in" });
  });
});

describe("HomePage", () => {
  const props = {
    frame,
    signInHref: "/sign-in",
    signUpHref: "/sign-up",
    signOutAction: "/sign-out",
    accountHref: "/account",
    csrf: "token",
    host: "news.daily.example",
    siblings: [
      { host: "sport.daily.example", href: "https://sport.daily.example/" },
      { host: "evil", href: "javascript:alert(1)" },
    ],
  };

  it("offers sign-in and sign-up to whom it does not know, and no sign-out", async () => {
    const elements = await parseHtml(renderPage(<HomePage {...props} />));
    expect(byId(elements, "sign-in-link")).toMatchObject({ href: "/sign-in" });
    expect(byId(elements, "sign-up-link")).toMatchObject({ href: "/sign-up" });
    expect(byTag(elements, "form")).toEqual([]);
  });

  it("leads nobody to a sign-up that is closed", () => {
    expect(renderPage(<HomePage {...props} signUpHref={undefined} />)).not.toContain("sign-up-link");
  });

  it("says who is signed in, and signs out by post with the CSRF token (SE-08)", async () => {
    const html = renderPage(<HomePage {...props} user={{ label: "Ada Reader", email: "ada@daily.example" }} />);
    const elements = await parseHtml(html);
    expect(visibleText(html)).toContain("Ada Reader ada@daily.example");
    expect(byId(elements, "sign-out-form")).toMatchObject({ method: "post", action: "/sign-out" });
    expect(byId(elements, "sign-out-button")).toMatchObject({ type: "submit" });
    expect(html).toContain('<input type="hidden" name="csrf" value="token"/>');
    expect(html).not.toContain("sign-in-link");
  });

  it("shows an address once when it is the label too", () => {
    const html = renderPage(<HomePage {...props} user={{ label: "ada@daily.example", email: "ada@daily.example" }} />);
    expect(visibleText(html).split("ada@daily.example")).toHaveLength(2);
  });

  it("lists the other domains that have a web address", async () => {
    const links = byTag(await parseHtml(renderPage(<HomePage {...props} user={{ label: "Ada" }} />)), "a");
    expect(links.map(({ attributes }) => attributes.get("href"))).toEqual(["/account", "https://sport.daily.example/"]);
  });
});

describe("ErrorPage", () => {
  const errorPage = (status: number) =>
    renderPage(
      <ErrorPage
        frame={frame}
        status={status}
        title="No"
        detail="Why."
        requestId="r-1"
        errorCode="some-code"
        homeHref="/"
      />,
    );

  it.each([
    [400, texts.error.next.request],
    [403, texts.error.next.forbidden],
    [404, texts.error.next.missing],
    [409, texts.error.next.request],
    [429, texts.error.next.busy],
    [500, texts.error.next.ours],
    [503, texts.error.next.busy],
  ])("tells after %d what to do next", (status, next) => {
    expect(visibleText(errorPage(status))).toContain(next);
  });

  it.each([400, 403, 404, 429, 500, 503])("has a title for %d", (status) => {
    expect(errorTitle(status, texts)).toMatch(/\S/);
  });

  it("shows what to quote when asking for help", () => {
    const page = visibleText(errorPage(400));
    for (const detail of ["Why.", "r-1", "some-code", "400"]) expect(page).toContain(detail);
  });
});
