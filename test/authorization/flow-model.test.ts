import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { formBody, goodPassword, makeClient, makeRealm, makeUser, request, type TestClient } from "../support/world.ts";
import { authorizeUrl } from "./requests.ts";

const steps = [
  "begin",
  "begin anew with prompt=login",
  "resume",
  "sign in",
  "sign in as somebody else",
  "mistype the password",
  "sign out",
  "allow on the last consent page",
  "allow on the first consent page",
  "deny on the last consent page",
  "forge consent to the request at hand",
] as const;
type Step = (typeof steps)[number];

/** Steps in any order, the honest ones more often. */
const walks = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...steps) },
    { weight: 1, arbitrary: fc.constantFrom<Step>("sign in", "allow on the last consent page", "begin") },
  ),
  { minLength: 4, maxLength: 9 },
);

/** A browser that walks through the pages in any order, and what a just observer knows of it. */
class Walk {
  readonly #context: RealmContext;
  readonly #client: TestClient;
  readonly #browser: Browser;
  readonly #people: readonly string[];
  #sealed = "";
  /** Who is signed in, by the cookie at hand. */
  #session: { readonly cookie: string; readonly person: number } | null = null;
  readonly #agreed = new Set<number>();
  codes = 0;
  readonly #consentPages: { readonly page: Page; readonly cookie: string }[] = [];

  constructor(context: RealmContext, client: TestClient, people: readonly string[]) {
    this.#context = context;
    this.#client = client;
    this.#people = people;
    this.#browser = new Browser(context.realm.hosts);
  }

  async take(step: Step): Promise<void> {
    const before = this.#session;
    const agreeing = this.#agreedTo(step);
    const page = await this.#go(step);
    if (page === null) return;
    await this.#notice(page);
    const code = page.left ? page.url.searchParams.get("code") : null;
    if (agreeing && before !== null) this.#agreed.add(before.person);
    if (code !== null) {
      this.codes++;
      expect(this.#session).not.toBeNull();
      expect(this.#agreed.has(this.#session?.person ?? -1)).toBe(true);
    }
    if (page.left) expect(page.url.origin + page.url.pathname).toBe("https://partner.test/callback");
    else expect(page.status).toBeLessThan(500);
  }

  /** Whether the step is a press of the button by the very session that was asked. */
  #agreedTo(step: Step): boolean {
    const shown = this.#consentPage(step);
    return step.startsWith("allow") && shown !== undefined && shown.cookie === this.#session?.cookie;
  }

  #consentPage(step: Step) {
    return step.includes("first") ? this.#consentPages[0] : this.#consentPages.at(-1);
  }

  #go(step: Step): Promise<Page | null> {
    const { issuer } = this.#context.realm;
    switch (step) {
      case "begin":
        return this.#browser.open(authorizeUrl(this.#context, this.#client));
      case "begin anew with prompt=login":
        return this.#browser.open(authorizeUrl(this.#context, this.#client, { prompt: "login" }));
      case "resume":
        return this.#browser.open(`${issuer}/authorize/resume?interaction=${this.#sealed}`);
      case "sign in":
        return this.#signIn(0, goodPassword);
      case "sign in as somebody else":
        return this.#signIn(1, goodPassword);
      case "mistype the password":
        return this.#signIn(0, "wrong-harbour-quill-1");
      case "sign out":
        return this.#signOut();
      case "forge consent to the request at hand":
        return this.#forge();
      default:
        return this.#press(step);
    }
  }

  async #signIn(person: number, password: string): Promise<Page | null> {
    const page = await this.#browser.open(`${this.#context.realm.issuer}/sign-in?interaction=${this.#sealed}`);
    if (page.forms[0]?.id !== "sign-in-form") return null;
    const after = await this.#browser.submit(page, "sign-in-form", {
      identifier: this.#people[person] ?? "",
      password,
    });
    if (password === goodPassword) this.#session = { cookie: this.#cookie("qt-auth"), person };
    return after;
  }

  async #signOut(): Promise<null> {
    const headers = { cookie: `qt-auth=${this.#cookie("qt-auth")}` };
    await request(`${this.#context.realm.issuer}/api/auth/v1/logout`, { headers });
    this.#session = null;
    return null;
  }

  async #press(step: Step): Promise<Page | null> {
    const shown = this.#consentPage(step);
    if (shown === undefined) return null;
    return this.#browser.submit(shown.page, "consent-form", {}, step.startsWith("allow") ? "allow" : "deny");
  }

  async #forge(): Promise<null> {
    const start = await this.#browser.open(`${this.#context.realm.issuer}/sign-in`);
    const csrf = start.forms[0]?.fields.find((field) => field.name === "csrf")?.value;
    const init = formBody({ csrf, interaction: this.#sealed, decision: "allow" });
    const names = ["qt-auth", "__Host-gatehouse-browser"];
    const cookie = names.map((name) => `${name}=${this.#cookie(name)}`).join("; ");
    const response = await request(`${this.#context.realm.issuer}/consent`, {
      ...init,
      headers: { ...init.headers, cookie },
    });
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
    return null;
  }

  async #notice(page: Page): Promise<void> {
    const sealed = page.url.searchParams.get("interaction");
    if (!page.left && sealed !== null && page.status === 200) this.#sealed = sealed;
    if (!page.left && page.forms[0]?.id === "consent-form")
      this.#consentPages.push({ page, cookie: this.#cookie("qt-auth") });
  }

  #cookie(name: string): string {
    return this.#browser.cookie(this.#context.realm.authDomain, name) ?? "";
  }
}

describe("any walk through the pages (OWASP ASVS 2.3.1, 6.3.4)", () => {
  it("AZ-23 ends in a code only for a signed-in user who pressed the button on a page shown to this very session", async () => {
    const context = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 0 } });
    let codes = 0;
    await fc.assert(
      fc.asyncProperty(walks, async (walk) => {
        const client = await makeClient(context, {}, { firstParty: false });
        const people = await Promise.all([makeUser(context), makeUser(context)]);
        const person = new Walk(
          context,
          client,
          people.map((user) => user.email ?? ""),
        );
        await person.take("begin");
        for (const step of walk) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          await person.take(step);
        }
        codes += person.codes;
      }),
      {
        seed: 20_261_121,
        numRuns: 25,
        examples: [
          [["sign in", "allow on the last consent page", "begin"]],
          [
            [
              "sign in",
              "sign in as somebody else",
              "allow on the first consent page",
              "allow on the last consent page",
            ],
          ],
          [["sign in", "sign out", "allow on the last consent page", "resume"]],
          [["sign in", "forge consent to the request at hand", "resume"]],
        ],
      },
    );
    expect(codes).toBeGreaterThan(10);
  }, 60_000);
});
