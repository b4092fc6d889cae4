import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { goodPassword, makeClient, makeRealm, makeUser, type TestClient } from "../support/world.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});

const callback = () => `${context.realm.issuer}/console/try/callback`;
const pathOf = (client: TestClient) => `/console/realms/${context.realm.id}/clients/${client.clientId}/try`;

async function operatorsBrowser(): Promise<Browser> {
  const user = await makeUser(context, { roles: ["user", "admin", "sysadmin"] });
  const browser = new Browser(context.realm.hosts);
  const page = await browser.open(`${context.realm.issuer}/sign-in`);
  await browser.submit(page, "sign-in-form", { identifier: user.email ?? "", password: goodPassword });
  return browser;
}

const answerOf = (page: Page): string => /<h3 id="answer-status">Answer: (\d+)</.exec(page.html)?.[1] ?? "none";

/** From the application's page to the code. */
async function toCode(browser: Browser, client: TestClient, typed: Record<string, string>): Promise<Page> {
  const start = await browser.open(`${context.realm.issuer}${pathOf(client)}`);
  const built = await browser.submit(start, "build-form", typed);
  expect(built.status).toBe(200);
  return browser.follow(built, "go-link");
}

describe("trying an application in the console", () => {
  it("RU-01 registers the console's own address first, to the letter, and takes it away again (RFC 9700 §2.1)", async () => {
    const client = await makeClient(context, {}, { firstParty: true });
    const browser = await operatorsBrowser();
    const start = await browser.open(`${context.realm.issuer}${pathOf(client)}`);
    expect(start.forms.map(({ id }) => id)).not.toContain("build-form");
    const added = await browser.submit(start, "add-form");
    const registered = async () => (await context.clients.findStored(client.clientId))?.metadata.redirect_uris;
    expect(await registered()).toEqual(["https://partner.test/callback", callback()]);
    await browser.submit(added, "remove-form");
    expect(await registered()).toEqual(["https://partner.test/callback"]);
  });

  it("runs the whole flow and shows each request and its answer (RFC 6749 §4.1, OIDC Core §3.1)", async () => {
    const client = await makeClient(context, { redirect_uris: [callback()] }, { firstParty: true });
    const browser = await operatorsBrowser();
    const code = await toCode(browser, client, { secret: client.secret });
    expect(code.url.pathname).toBe("/console/try/callback");
    const tokens = await browser.submit(code, "redeem-form");
    expect(answerOf(tokens)).toBe("200");
    expect(tokens.html).toContain("nonce is the one that was sent.");
    expect(tokens.html).toContain("grant_type");
    const userinfo = await browser.submit(tokens, "userinfo-form");
    expect(answerOf(userinfo)).toBe("200");
    expect(userinfo.html).toContain("email_verified");
    const alive = await browser.submit(userinfo, "introspect-form");
    expect(alive.html).toMatch(/<dt>active<\/dt><dd[^>]*><code>true</);
    const refreshed = await browser.submit(alive, "refresh-form");
    expect(answerOf(refreshed)).toBe("200");
    const revoked = await browser.submit(refreshed, "revoke-form");
    expect(answerOf(revoked)).toBe("200");
    const again = await browser.submit(revoked, "refresh-form");
    expect(answerOf(again)).toBe("400");
    for (const page of [code, tokens, userinfo, alive, refreshed, revoked, again]) {
      expect(page.html).not.toContain(client.secret);
      expect(page.headers.get("cache-control")).toBe("no-store");
    }
  });

  it.each([
    ["a public one with PKCE alone (RFC 7636)", { token_endpoint_auth_method: "none" }, "public"],
    ["one that has to push its requests (RFC 9126)", { require_par: true }, "confidential"],
    [
      "one that posts its secret (RFC 6749 §2.3.1)",
      { token_endpoint_auth_method: "client_secret_post" },
      "confidential",
    ],
  ] as const)("does it for %s", async (_, metadata, type) => {
    const client = await makeClient(context, { redirect_uris: [callback()], ...metadata }, { type, firstParty: true });
    const browser = await operatorsBrowser();
    const code = await toCode(browser, client, type === "public" ? {} : { secret: client.secret });
    expect(answerOf(await browser.submit(code, "redeem-form"))).toBe("200");
  });

  it("shows a wrong secret's refusal as it is, and the code is spent with that", async () => {
    const client = await makeClient(context, { redirect_uris: [callback()] }, { firstParty: true });
    const browser = await operatorsBrowser();
    const code = await toCode(browser, client, { secret: "gs_not_the_secret" });
    const refused = await browser.submit(code, "redeem-form");
    expect(answerOf(refused)).toBe("401");
    expect(refused.html).toContain("invalid_client");
    expect(refused.html).not.toContain("gs_not_the_secret");
    expect(refused.forms.map(({ id }) => id)).not.toContain("refresh-form");
  });

  it("SE-12 looks at no answer that this browser did not begin, twice, or with another state (RFC 6749 §10.12)", async () => {
    const client = await makeClient(context, { redirect_uris: [callback()] }, { firstParty: true });
    const [browser, another] = [await operatorsBrowser(), await operatorsBrowser()];
    const code = await toCode(browser, client, { secret: client.secret });
    const foreign = "This answer belongs to no trial";
    expect((await another.open(code.url.href, "cross-site")).html).toContain(foreign);
    expect((await browser.open(code.url.href)).html).toContain(foreign);
    const start = await browser.open(`${context.realm.issuer}${pathOf(client)}`);
    await browser.submit(start, "build-form", { secret: client.secret });
    const forged = await browser.open(`${callback()}?code=abc&state=evil`, "cross-site");
    expect(forged.html).toContain(foreign);
    const run =
      code.forms.find(({ id }) => id === "redeem-form")?.fields.find(({ name }) => name === "run")?.value ?? "";
    const theirs = await another.open(`${context.realm.issuer}${pathOf(client)}`);
    const csrf = theirs.forms.find(({ id }) => id === "build-form")?.fields.find(({ name }) => name === "csrf")?.value;
    const stolen = await another.submit(
      { ...theirs, forms: [{ id: "x", method: "post", action: pathOf(client), fields: [] }] },
      "x",
    );
    expect(stolen.status).toBe(403);
    const copied = await another.submit(
      {
        ...theirs,
        forms: [
          {
            id: "x",
            method: "post",
            action: pathOf(client),
            fields: Object.entries({ run, csrf: csrf ?? "", do: "redeem" }).map(([name, value]) => ({
              name,
              value,
              type: "hidden",
              autocomplete: "",
            })),
          },
        ],
      },
      "x",
    );
    expect(copied.html).toContain(foreign);
  });

  it.each([
    ["gets no codes", { grant_types: ["client_credentials"] }, "authorization code grant"],
    ["is disabled", {}, "is disabled"],
    ["has tokens bound to its key", { dpop_bound_access_tokens: true }, "DPoP"],
  ])("says why when the application %s", async (what, metadata, words) => {
    const client = await makeClient(context, metadata, { firstParty: true, disabled: what === "is disabled" });
    const page = await (await operatorsBrowser()).open(`${context.realm.issuer}${pathOf(client)}`);
    expect(page.html).toContain(words);
    expect(page.forms.map(({ id }) => id)).toEqual(["sign-out-form"]);
  });
});
