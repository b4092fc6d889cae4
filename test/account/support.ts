import type { RealmContext } from "../../src/domain/realm-context.ts";
import { accountPaths } from "../../src/pages/account/paths.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { Browser, type Page } from "../support/browser.ts";
import { goodPassword, makeUser } from "../support/world.ts";

export interface Reader {
  readonly context: RealmContext;
  readonly user: UserRow;
  readonly browser: Browser;
  /** Opens a page of the account. */
  readonly open: (place: keyof typeof accountPaths, query?: string) => Promise<Page>;
  /** Opens the page, fills its form in and sends it. */
  readonly send: (
    place: keyof typeof accountPaths,
    form: string,
    typed?: Readonly<Record<string, string>>,
  ) => Promise<Page>;
}

/** Somebody without JavaScript who is signed in. */
export async function readerOf(context: RealmContext, user?: UserRow): Promise<Reader> {
  const who = user ?? (await makeUser(context, { emailVerified: true }));
  const browser = new Browser(context.realm.hosts);
  const start = await browser.open(`${context.realm.issuer}/sign-in`);
  await browser.submit(start, "sign-in-form", { identifier: who.email ?? "", password: goodPassword });
  const open: Reader["open"] = (place, query = "") =>
    browser.open(`${context.realm.issuer}${accountPaths[place]}${query}`);
  return {
    context,
    user: who,
    browser,
    open,
    send: async (place, form, typed = {}) => browser.submit(await open(place), form, typed),
  };
}

/** What the page's notice says, or what stands at a field that is wrong. */
export const saidOn = ({ html }: Page): string =>
  plain(/role="alert">.*?<p>(.*?)<\/p>/s.exec(html)?.[1] ?? /class="problem">(.*?)<\/p>/s.exec(html)?.[1] ?? "");

const plain = (text: string): string => text.replaceAll("&#39;", "’");

/** A form posted by hand, with the token of one of the reader's pages. */
export async function post(
  reader: Reader,
  place: keyof typeof accountPaths,
  fields: Readonly<Record<string, string>>,
): Promise<Page> {
  const page = await reader.open("overview");
  const form = page.forms.find(({ id }) => id === "sign-out-form");
  const csrf = form?.fields.find(({ name }) => name === "csrf")?.value ?? "";
  const pretended = {
    ...page,
    forms: [
      {
        id: "made-up",
        method: "post",
        action: accountPaths[place],
        fields: Object.entries({ csrf, ...fields }).map(([name, value]) => ({
          name,
          value,
          type: "hidden",
          autocomplete: "",
        })),
      },
    ],
  };
  return reader.browser.submit(pretended, "made-up");
}

/** Goes through the sign-in page that asks again, and comes back. */
export const proveAgain = async (reader: Reader, page: Page): Promise<Page> =>
  reader.browser.submit(page, "sign-in-form", { identifier: reader.user.email ?? "", password: goodPassword });

/** In seconds: a sign-in that old has to be repeated before anything that matters. */
export const elevenMinutes = 11 * 60;
