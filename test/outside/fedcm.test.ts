import type { BrowserContext, Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { useChromium } from "./support/chromium.ts";
import { person, signInAtHome, startEmbedding, visit as visitSite } from "./support/embedding.ts";
import { fillSignIn } from "./support/pages.ts";

const embedding = await startEmbedding();
const { home, shop, evil, own, others, userId } = embedding;
const chromium = useChromium(embedding.flags);
afterAll(() => embedding.stop());

/** A site's page, with our frame for the house's own application unless `query` says otherwise. */
const visit = (context: BrowserContext, query: Record<string, string> = {}, site = shop): Promise<Page> =>
  visitSite(context, site, { client: own.client_id, ...query });

describe("FedCM in Chromium", () => {
  /** What the page gets, with the person choosing the first account. */
  async function choose(page: Page, clientId: string): Promise<{ token: string; dialogs: { loginState: string }[] }> {
    const session = await page.context().newCDPSession(page);
    await session.send("FedCm.enable", { disableRejectionDelay: true });
    const dialogs: { loginState: string }[] = [];
    session.on("FedCm.dialogShown", ({ dialogId, dialogType, accounts: [account] }) => {
      if (dialogType === "Error") {
        session.send("FedCm.clickDialogButton", { dialogId, dialogButton: "ErrorGotIt" }).catch(() => undefined);
        return;
      }
      if (account !== undefined) dialogs.push(account);
      session.send("FedCm.selectAccount", { dialogId, accountIndex: 0 }).catch(() => undefined);
    });
    const token = await page.evaluate(
      async ([configURL, id]) => {
        const providers = [{ configURL, clientId: id, params: { nonce: "a nonce" } }];
        const options = { identity: { providers } } as unknown as CredentialRequestOptions;
        try {
          return ((await navigator.credentials.get(options)) as unknown as { token: string }).token;
        } catch (error) {
          return String(error);
        }
      },
      [`${home}/fedcm/config.json`, clientId],
    );
    await session.detach();
    return { token, dialogs };
  }

  it.each([
    ["the house's own application", () => own.client_id],
    ["an application of others", () => others.client_id],
  ])("signs the person in at %s with an ID token, and disconnects them again", async (_, clientOf) => {
    const context = await chromium.context();
    await signInAtHome(context, embedding);
    const page = await visit(context);
    const { token, dialogs } = await choose(page, clientOf());
    expect(dialogs).toMatchObject([{ accountId: userId, email: person.email, name: person.name }]);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || JSON.stringify(token));
    expect(claims).toMatchObject({
      iss: home,
      aud: clientOf(),
      sub: userId,
      nonce: "a nonce",
      name: person.name,
      email: person.email,
    });

    const disconnected = await page.evaluate(
      async ([configURL, clientId, accountHint]) => {
        const credential = (globalThis as unknown as { IdentityCredential: { disconnect(o: object): Promise<void> } })
          .IdentityCredential;
        return credential.disconnect({ configURL, clientId, accountHint }).then(() => "ok", String);
      },
      [`${home}/fedcm/config.json`, clientOf(), person.email],
    );
    expect(disconnected).toBe("ok");
    const list = await context.newPage();
    await list.goto(`${home}/api/auth/v1/users/consents`);
    expect(JSON.parse((await list.textContent("body")) ?? "")).toEqual({ consents: [] });
    await context.close();
  });

  it("lets somebody who is not signed in do so in the browser's own window, and goes on by itself", async () => {
    const context = await chromium.context();
    const page = await visit(context);
    const session = await context.newCDPSession(page);
    await session.send("FedCm.enable", { disableRejectionDelay: true });
    const choosing = new Promise<string>((resolve) =>
      session.on("FedCm.dialogShown", ({ dialogId, dialogType }) => {
        if (dialogType === "AccountChooser") resolve(dialogId);
      }),
    );
    await page.evaluate(
      ([configURL, clientId]) => {
        document.body.append(Object.assign(document.createElement("button"), { id: "enter", textContent: "Enter" }));
        const result = new Promise((resolve) =>
          document.getElementById("enter")?.addEventListener("click", () => {
            const identity = { mode: "active", providers: [{ configURL, clientId, params: { nonce: "n" } }] };
            navigator.credentials.get({ identity } as unknown as CredentialRequestOptions).then(
              (credential) => resolve((credential as unknown as { token: string }).token),
              (e) => resolve(String(e)),
            );
          }),
        );
        Object.assign(globalThis, { result });
      },
      [`${home}/fedcm/config.json`, own.client_id],
    );
    const opened = context.waitForEvent("page");
    await page.click("#enter");
    const popup = await opened;
    const closed = popup.waitForEvent("close");
    await popup.waitForSelector("#sign-in-form");
    expect(new URL(popup.url()).origin).toBe(home);
    await fillSignIn(popup, person.email, person.password).catch(() => undefined);
    await closed;
    await session.send("FedCm.selectAccount", { dialogId: await choosing, accountIndex: 0 });
    const token = await page.evaluate(() => (globalThis as unknown as { result: Promise<string> }).result);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || JSON.stringify(token));
    expect(claims).toMatchObject({ aud: own.client_id, sub: userId, nonce: "n" });
    await context.close();
  });

  it("has nothing for a page of a site that is not the client's", async () => {
    const context = await chromium.context();
    await signInAtHome(context, embedding);
    const page = await visit(context, {}, evil);
    const { token } = await choose(page, own.client_id);
    expect(token).toMatch(/Error/);
    await context.close();
  });
});
