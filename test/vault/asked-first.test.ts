import { beforeAll, describe, expect, it } from "vitest";
import { Browser, type Page } from "../support/browser.ts";
import { stubInternet } from "../support/upstream.ts";
import { storedConnection } from "../support/vault.ts";
import { formBody, goodPassword, makeClient, request } from "../support/world.ts";
import { agreed, browserOf, commandUrl, makeVault, type Vault } from "./support.ts";

beforeAll(stubInternet);

/** With an application of somebody else's. */
async function thirdParty(): Promise<Vault> {
  const vault = await makeVault();
  return { ...vault, client: await makeClient(vault.context, {}, { firstParty: false, name: "Print shop" }) };
}

describe("an application that is not the realm's own", () => {
  it.each(["none", "cross-site"] as const)(
    "FE-07 gets no further by a link (%s) than to a page of ours that names it, whatever the provider would let pass",
    async (site) => {
      const vault = await thirdParty();
      const browser = await browserOf(vault);
      const page = await browser.open(commandUrl(vault, { state: "mine" }), site);
      expect(page).toMatchObject({ left: false, status: 200 });
      expect(page.html).toContain("Print shop");
      expect(page.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(browser.cookie(vault.context.realm.authDomain, "gatehouse-vault-0")).toBeUndefined();
      const there = await browser.follow(page, "connect-drive");
      expect(there.url.origin).toBe(vault.drive.origin);
      const back = await browser.open(agreed(there), "cross-site");
      expect(Object.fromEntries(back.url.searchParams)).toMatchObject({ provider: "drive", state: "mine" });
      const again = await browser.open(commandUrl(vault), site);
      expect((await browser.follow(again, "connect-drive")).url.origin).toBe(vault.drive.origin);
    },
  );

  it.each<[string, (vault: Vault, proof: string) => Promise<[Vault, string, Browser]>]>([
    ["of another browser", async (vault, proof) => [vault, proof, await browserOf(vault)]],
    [
      "made up",
      async (vault) => [vault, `${Math.floor(Date.now() / 60_000)}.k1.${"A".repeat(43)}`, await shown(vault)],
    ],
    [
      "for another application",
      async (vault) => {
        const other = { ...vault, client: await makeClient(vault.context, {}, { firstParty: false }) };
        const browser = await browserOf(vault);
        return [other, proofOn(await browser.open(commandUrl(vault))), browser];
      },
    ],
  ])("FE-07 does not get past that page with a proof %s", async (_, change) => {
    const first = await thirdParty();
    const browser = await browserOf(first);
    const proof = proofOn(await browser.open(commandUrl(first)));
    const [vault, shownProof, sender] = await change(first, proof);
    const page = await sender.open(commandUrl(vault, { shown: shownProof }));
    expect(page).toMatchObject({ left: false, status: 200 });
    expect((await browser.open(commandUrl(first, { shown: proof }))).left).toBe(true);
  });

  it("is led straight on where no browser asks (contract §7)", async () => {
    const vault = await thirdParty();
    const response = await request(commandUrl(vault), { headers: { cookie: `qt-auth=${vault.session}` } });
    expect([response.status, new URL(response.headers.get("location") ?? "").origin]).toEqual([
      302,
      vault.drive.origin,
    ]);
  });
});

const proofOn = (page: Page): string =>
  new URL(page.links["connect-drive"] ?? "", page.url).searchParams.get("shown") ?? "";

async function shown(vault: Vault): Promise<Browser> {
  const browser = await browserOf(vault);
  await browser.open(commandUrl(vault));
  return browser;
}

describe("a window that another one has opened", () => {
  it.each([
    ["postmessage", "unsafe-none"],
    ["redirect", "same-origin"],
  ])("is parted from it by no page on the way (%s)", async (consented_action, policy) => {
    const vault = await thirdParty();
    const browser = new Browser(vault.context.realm.hosts);
    const policyOf = ({ headers }: { headers: Headers }) => headers.get("cross-origin-opener-policy");
    const page = await browser.open(commandUrl(vault, { consented_action }));
    expect([page.url.pathname, policyOf(page)]).toEqual(["/sign-in", policy]);
    const again = await browser.submit(page, "sign-in-form", { identifier: vault.user.email ?? "", password: "wrong" });
    expect([again.url.pathname, policyOf(again)]).toEqual(["/sign-in", policy]);
    const typed = { identifier: vault.user.email ?? "", password: goodPassword };
    const asked = await browser.submit(again, "sign-in-form", typed);
    expect([asked.url.pathname, policyOf(asked)]).toEqual(["/integrate/command", policy]);
    expect((await browser.follow(asked, "connect-drive")).url.origin).toBe(vault.drive.origin);
  });
});

it("FE-01 takes an answer by form from the provider's page, in the browser that asked (OAuth 2.0 Form Post Response Mode)", async () => {
  const vault = await makeVault({ response_mode: "form_post" });
  const departed = await request(commandUrl(vault), { headers: { cookie: `qt-auth=${vault.session}` } });
  const there = new URL(departed.headers.get("location") ?? "");
  expect(there.searchParams.get("response_mode")).toBe("form_post");
  const kept = departed.headers.getSetCookie().find((line) => line.includes("vault-0")) ?? "";
  expect(kept).toMatch(/SameSite=None/);
  const answer = { code: "the-code", state: there.searchParams.get("state") ?? "" };
  const address = `${vault.context.realm.issuer}/integrate/command`;
  const elsewhere = { "content-type": "application/x-www-form-urlencoded", origin: vault.drive.origin };
  const without = await request(address, { ...formBody(answer), headers: elsewhere });
  expect(without.headers.get("x-error-code")).toBe("interaction-expired");
  // The session's cookie does not come along from another site; the attempt's does.
  const cookie = kept.split(";", 1)[0] ?? "";
  const back = await request(address, { ...formBody(answer), headers: { ...elsewhere, cookie } });
  expect(back.status).toBe(303);
  expect(new URL(back.headers.get("location") ?? "").searchParams.get("oauthId")).toMatch(/^oa_/);
  const who = { provider: vault.provider, clientId: vault.client.clientId, userId: vault.user.id };
  expect(await storedConnection(vault.context, who)).toMatchObject({ status: "active" });
});
