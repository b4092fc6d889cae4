import { describe, expect, it } from "vitest";
import { renderPage } from "../../src/pages/render.ts";
import { SignInPage, type SignInProblem } from "../../src/pages/sign-in-page.tsx";
import { SignUpPage, type SignUpPageProps, type SignUpProblem } from "../../src/pages/sign-up-page.tsx";
import { byId, byTag, parseHtml, visibleText } from "./parse-html.ts";
import { frameFor } from "./samples.tsx";

const frame = frameFor("en");

describe("SignInPage", () => {
  const signIn = (props: Partial<Parameters<typeof SignInPage>[0]> = {}) =>
    renderPage(<SignInPage frame={frame} action="/sign-in" csrf="token" interaction="handle" {...props} />);

  it("PW-17 lets password managers recognise, fill and paste into its fields", async () => {
    const elements = await parseHtml(signIn());
    expect(byId(elements, "identifier")).toMatchObject({
      name: "identifier",
      type: "text",
      autocomplete: "username",
      inputmode: "email",
      autocapitalize: "none",
      spellcheck: "false",
      required: "",
    });
    expect(byId(elements, "password")).toMatchObject({
      name: "password",
      type: "password",
      autocomplete: "current-password",
      required: "",
    });
    expect(byId(elements, "password")).not.toHaveProperty("value");
    expect(byId(elements, "password")).not.toHaveProperty("minlength");
  });

  it("SE-08 posts its CSRF token and the interaction to its action", async () => {
    const elements = await parseHtml(signIn());
    expect(byId(elements, "sign-in-form")).toMatchObject({ method: "post", action: "/sign-in" });
    expect(byId(elements, "sign-in-button")).toMatchObject({ tag: "button", type: "submit" });
    expect(hiddenFields(elements)).toEqual({ csrf: "token", interaction: "handle" });
    const direct = renderPage(<SignInPage frame={frame} action="/sign-in" csrf="token" />);
    expect(hiddenFields(await parseHtml(direct))).toEqual({ csrf: "token" });
  });

  it.each(["wrong-credentials", "too-many-attempts"] satisfies SignInProblem[])(
    "announces %s, marks both fields and keeps the identifier",
    async (problem) => {
      const html = signIn({ problem, identifier: "ada@daily.example" });
      const elements = await parseHtml(html);
      expect(byId(elements, "sign-in-problem")).toMatchObject({ role: "alert" });
      for (const id of ["identifier", "password"]) {
        expect(byId(elements, id)).toMatchObject({
          "aria-describedby": "sign-in-problem",
          "aria-invalid": "true",
        });
      }
      expect(byId(elements, "identifier")).toMatchObject({ value: "ada@daily.example" });
      expect(byId(elements, "password")).toHaveProperty("autofocus");
      expect(html).toContain("<title>Error: Sign in – The Daily</title>");
      expect(visibleText(html)).toContain(frame.texts.signIn.problems[problem]);
    },
  );

  it.each(["expired", "reauthenticate"] satisfies SignInProblem[])(
    "announces %s without blaming a field",
    async (problem) => {
      const html = signIn({ problem });
      const elements = await parseHtml(html);
      expect(byId(elements, "sign-in-problem")).toMatchObject({ role: "alert" });
      expect(byId(elements, "sign-in-form")).toMatchObject({ "aria-describedby": "sign-in-problem" });
      expect(byId(elements, "identifier")).not.toHaveProperty("aria-invalid");
      expect(html).not.toContain("<title>Error");
      expect(visibleText(html)).toContain(frame.texts.signIn.problems[problem]);
    },
  );

  it.each([
    [1, "Try again in 1 second."],
    [59.2, "Try again in 60 seconds."],
    [60, "Try again in 1 minute."],
    [61, "Try again in 2 minutes."],
    [7200, "Try again in 2 hours."],
    [0, "Try again in 1 second."],
  ])("says how long %d seconds are", (retryAfterSeconds, text) => {
    expect(visibleText(signIn({ problem: "too-many-attempts", retryAfterSeconds }))).toContain(text);
  });

  it("does not grow with a long login_hint", () => {
    expect(signIn({ identifier: "x".repeat(100_000) }).length).toBeLessThan(30_000);
  });

  it("offers an account only where there is a way to make one", async () => {
    expect(byId(await parseHtml(signIn({ signUpHref: "/sign-up" })), "sign-up-link")).toMatchObject({
      href: "/sign-up",
    });
    expect(signIn()).not.toContain("sign-up-link");
  });
});

describe("SignUpPage", () => {
  const signUp = (props: Partial<SignUpPageProps> = {}) =>
    renderPage(
      <SignUpPage
        frame={frame}
        action="/sign-up"
        csrf="token"
        interaction="handle"
        passwordMinLength={12}
        {...props}
      />,
    );

  it("PW-17 has fields that password managers and address books know", async () => {
    const elements = await parseHtml(signUp());
    expect(byId(elements, "sign-up-form")).toMatchObject({ method: "post", action: "/sign-up" });
    expect(byId(elements, "name")).toMatchObject({ name: "name", type: "text", autocomplete: "name" });
    expect(byId(elements, "email")).toMatchObject({ name: "email", type: "email", autocomplete: "email" });
    expect(byId(elements, "password")).toMatchObject({
      name: "password",
      type: "password",
      autocomplete: "new-password",
      minlength: "12",
      "aria-describedby": "password-hint",
    });
    expect(byId(elements, "password")).not.toHaveProperty("maxlength");
    expect(byId(elements, "sign-up-button")).toMatchObject({ type: "submit" });
    expect(hiddenFields(elements)).toEqual({ csrf: "token", interaction: "handle" });
  });

  it("sums problems up, links each to its field, and never gives the password back", async () => {
    const html = signUp({
      values: { name: "Ada", email: "ada@" },
      problems: { email: "email-invalid", password: "password-too-common" },
    });
    const elements = await parseHtml(html);
    expect(byId(elements, "sign-up-problems")).toMatchObject({ role: "alert" });
    expect(byTag(elements, "a").map(({ attributes }) => attributes.get("href"))).toEqual(["#email", "#password"]);
    expect(byId(elements, "email")).toMatchObject({
      value: "ada@",
      "aria-invalid": "true",
      "aria-describedby": "email-problem",
      autofocus: "",
    });
    expect(byId(elements, "password")).toMatchObject({ "aria-describedby": "password-problem password-hint" });
    expect(byId(elements, "password")).not.toHaveProperty("value");
    expect(byId(elements, "name")).not.toHaveProperty("aria-invalid");
    expect(html).toContain("<title>Error: Create your account");
  });

  const problems = [
    "missing",
    "email-invalid",
    "user-already-exists",
    "password-too-short",
    "password-too-long",
    "password-too-common",
    "password-contains-context",
    "too-many-attempts",
    "expired",
  ] as const satisfies SignUpProblem[];

  it.each(problems)("says %s as a sentence, wherever it stands", (problem) => {
    for (const where of ["name", "email", "password", "form"] as const) {
      const page = visibleText(signUp({ problems: { [where]: problem } }));
      expect(page).not.toContain(problem);
      expect(page).not.toContain("undefined");
      expect(page).toMatch(
        /(correct the following|Too many attempts|open for too long|Fill in every|Enter|There is|Use|This|Leave)/,
      );
    }
  });

  it("names the length a password needs once, as the problem when that is it", () => {
    const page = visibleText(signUp({ problems: { password: "password-too-short" } }));
    expect(page).toContain("Use at least 12 characters.");
    expect(page).not.toContain("At least 12 characters.");
  });
});

function hiddenFields(elements: Awaited<ReturnType<typeof parseHtml>>): Record<string, string | undefined> {
  const hidden = byTag(elements, "input").filter(({ attributes }) => attributes.get("type") === "hidden");
  return Object.fromEntries(hidden.map(({ attributes }) => [attributes.get("name"), attributes.get("value")]));
}
