import type { BrowserContext, Page } from "playwright-core";

/** Fills in the hosted sign-in form. */
export async function fillSignIn(page: Page, identifier: string, password: string): Promise<void> {
  await page.fill("#identifier", identifier);
  await page.fill("#password", password);
  await page.click("#sign-in-button");
}

/**
 * Opens an authorization request, signs in and consents if asked, and answers the address the browser is sent back to.
 * Nothing has to listen there.
 */
export async function signInOnPage(
  context: BrowserContext,
  address: string,
  identifier: string,
  password: string,
  redirectUri: string,
): Promise<URL> {
  const page = await context.newPage();
  const back = page.waitForRequest((request) => request.url().startsWith(redirectUri));
  await page.goto(address).catch(() => undefined);
  if (await page.locator("#sign-in-form").isVisible()) await fillSignIn(page, identifier, password);
  const allow = page.locator("#consent-allow");
  const answered = await Promise.race([
    back.then(() => "back" as const),
    allow.waitFor({ state: "visible" }).then(
      () => "asked" as const,
      () => "back" as const,
    ),
  ]);
  if (answered === "asked") await allow.click();
  const url = new URL((await back).url());
  await page.close();
  return url;
}
