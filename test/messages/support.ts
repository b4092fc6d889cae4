import { expect } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser, type Page } from "../support/browser.ts";
import { post } from "../surfaces/session-api.ts";
import { codeIn, linkIn, newestTo } from "./mailbox.ts";

/** A good password that nobody has yet. */
export const nextPassword = "cobalt-meadow-lantern-52";

export const freshEmail = (): string => `fresh-${randomHandle(6).toLowerCase()}@example.test`;

let lastNumber = 4_915_120_000_000;
export const freshPhone = (): string => `+${++lastNumber}`;

/** Asks for a code and reads it where it arrives. */
export async function codeFor(
  context: RealmContext,
  to: { email?: string | null; "phone-number"?: string },
): Promise<string> {
  expect((await post(context, "/users/send-otp", to)).status).toBe(200);
  return codeIn(await newestTo(context, to.email ?? to["phone-number"] ?? ""));
}

/** Asks for a new password, and reads both ways to it in the mail. */
export async function askReset(
  context: RealmContext,
  { email }: { email: string | null },
): Promise<{ otp: string; token: string }> {
  await post(context, "/users/forgot-password", { email });
  const message = await newestTo(context, email);
  return { otp: codeIn(message), token: linkIn(message).searchParams.get("token") ?? "" };
}

/** Sets a new password, with the session of a `cookie` or without. */
export const resetsIn = (context: () => RealmContext) => ({
  byCode: (email: string | null, otp: string, password = nextPassword, cookie?: string): Promise<Response> =>
    post(context(), "/users/reset-password", { email, otp, "new-password": password }, cookie),
  byToken: (token: string, password = nextPassword, cookie?: string): Promise<Response> =>
    post(
      context(),
      "/users/reset-password-with-token",
      { token, "new-password": password, "confirm-password": password },
      cookie,
    ),
});

export const openPage = (
  { realm }: RealmContext,
  browser: Browser,
  path: string,
  site: "none" | "cross-site" = "none",
): Promise<Page> => browser.open(`${realm.issuer}${path}`, site);

/** What a hosted page says is wrong: of the whole form, or of a field. */
export const visibleProblem = ({ html }: Page): string =>
  /role="alert">.*?<p>(.*?)<\/p>/s.exec(html)?.[1] ?? /class="problem">(.*?)<\/p>/s.exec(html)?.[1] ?? "";

/** Asks for a new password on the page, as somebody does who has not got anywhere with signing in. */
export async function askOnPage(
  context: RealmContext,
  email: string | null,
  browser = new Browser(context.realm.hosts),
): Promise<{ browser: Browser; page: Page }> {
  const start = await openPage(context, browser, "/sign-in");
  const ask = await browser.follow(start, "forgot-link");
  return { browser, page: await browser.submit(ask, "forgot-form", { email: email ?? "" }) };
}
