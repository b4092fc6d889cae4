import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { goodPassword, type TestClient } from "../support/world.ts";

export const browserOf = (context: RealmContext): Browser => new Browser(context.realm.hosts);

export function authorizeUrl(context: RealmContext, client: TestClient, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.metadata.redirect_uris[0] ?? "",
    scope: "openid",
    state: "s",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...more,
  });
  return `${context.realm.issuer}/authorize?${query}`;
}

export const signInOn = (browser: Browser, page: Page, email: string | null): Promise<Page> =>
  browser.submit(page, "sign-in-form", { identifier: email ?? "", password: goodPassword });

export const secretOn = (page: Page): string =>
  /id="totp-secret">([A-Z2-7 ]+)</.exec(page.html)?.[1]?.replaceAll(" ", "") ?? "";

export const codesOn = (page: Page): string[] =>
  [...page.html.matchAll(/<li><code>([^<]+)<\/code>/g)].map((match) => match[1] ?? "");
