import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import { makeTv, typeCode, waiting } from "../device/support.ts";
import { makeProduct } from "../hand-over/support.ts";
import { Browser, type Page } from "../support/browser.ts";
import { goodPassword, makeClient, makeUser, request } from "../support/world.ts";
import { countUsers, sessionCount } from "./session-api.ts";

export const browserCookie = "__Host-gatehouse-browser";

/** A page of ours with a form that changes something, and what an honest browser would post from it. */
export interface Prepared {
  readonly context: RealmContext;
  readonly browser: Browser;
  readonly path: string;
  readonly fields: Record<string, string>;
  /** Whether the post had its effect. */
  readonly happened: () => Promise<boolean>;
}

const hiddenOf = (page: Page): Record<string, string> =>
  Object.fromEntries(
    page.forms[0]?.fields.filter((field) => field.type === "hidden").map(({ name, value }) => [name, value]) ?? [],
  );

async function signedInBrowser(context: RealmContext): Promise<{ browser: Browser; page: Page; id: number }> {
  const browser = new Browser(context.realm.hosts);
  const person = await makeUser(context);
  const start = await browser.open(`${context.realm.issuer}/sign-in`);
  const page = await browser.submit(start, "sign-in-form", { identifier: person.email ?? "", password: goodPassword });
  return { browser, page, id: person.id };
}

/** Each form that changes something, by the path it is posted to. */
export const preparedForms: Record<string, (context: RealmContext) => Promise<Prepared>> = {
  "/sign-in": async (context) => {
    const browser = new Browser(context.realm.hosts);
    const user = await makeUser(context);
    const fields = {
      ...hiddenOf(await browser.open(`${context.realm.issuer}/sign-in`)),
      identifier: user.email ?? "",
      password: goodPassword,
    };
    return {
      context,
      browser,
      path: "/sign-in",
      fields,
      happened: async () => (await sessionCount(context, user.id)) > 0,
    };
  },
  "/sign-up": async (context) => {
    const browser = new Browser(context.realm.hosts);
    const before = await countUsers(context);
    const email = `new-${crypto.randomUUID()}@example.test`;
    const fields = {
      ...hiddenOf(await browser.open(`${context.realm.issuer}/sign-up`)),
      name: "New",
      email,
      password: goodPassword,
    };
    return { context, browser, path: "/sign-up", fields, happened: async () => (await countUsers(context)) > before };
  },
  "/sign-out": async (context) => {
    const { browser, page, id } = await signedInBrowser(context);
    return {
      context,
      browser,
      path: "/sign-out",
      fields: hiddenOf(page),
      happened: async () => (await sessionCount(context, id)) === 0,
    };
  },
  "/consent": async (context) => {
    const { browser, id } = await signedInBrowser(context);
    const client = await makeClient(context, {}, { firstParty: false });
    const page = await browser.open(authorizeUrl(context, client));
    const happened = async () => {
      const [session] = await context.objects.call(id, (object) => object.sessions());
      const standing = await context.objects.read(id, (object) =>
        object.sessionAndConsent(session?.sid ?? "", client.clientId),
      );
      return (standing?.consented.length ?? 0) > 0;
    };
    return { context, browser, path: "/consent", fields: { ...hiddenOf(page), decision: "allow" }, happened };
  },
  "/link-account": async (context) => {
    const browser = new Browser(context.realm.hosts);
    const user = await makeUser(context);
    const product = await makeProduct(context, `p${crypto.randomUUID().slice(0, 8)}`);
    const token = await product.token({ email: user.email });
    const page = await browser.submitFrom(context.realm.issuer, `${context.realm.issuer}/api/v1/auth/jwt`, { token });
    const happened = async () => (await context.linkedAccounts.listOf(user.id)).length > 0;
    const fields = { ...hiddenOf(page), password: goodPassword };
    return { context, browser, path: "/link-account", fields, happened };
  },
  "/device": async (context) => {
    const { browser, id } = await signedInBrowser(context);
    const page = await typeCode(context, browser, (await waiting(context, await makeTv(context))).user_code);
    const happened = async () => (await sessionCount(context, id)) > 1;
    return { context, browser, path: "/device", fields: { ...hiddenOf(page), decision: "allow" }, happened };
  },
  "/account/profile": async (context) => {
    const { browser, id } = await signedInBrowser(context);
    const page = await browser.open(`${context.realm.issuer}/account/profile`);
    const happened = async () => (await context.users.findById(id))?.name === "Changed";
    return { context, browser, path: "/account/profile", fields: { ...hiddenOf(page), name: "Changed" }, happened };
  },
  "/account/data/delete": async (context) => {
    const { browser, id } = await signedInBrowser(context);
    const page = await browser.open(`${context.realm.issuer}/account/data`);
    const confirmation = (await context.users.findById(id))?.email ?? "";
    const happened = async () => (await context.users.findById(id)) === null;
    return { context, browser, path: "/account/data/delete", fields: { ...hiddenOf(page), confirmation }, happened };
  },
};

interface Sent {
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly cookie?: string;
}

/** Posts the form as prepared, but for what `sent` replaces. */
export function send({ context, browser, path, fields }: Prepared, sent: Sent = {}): Promise<Response> {
  const cookie =
    sent.cookie ??
    ["qt-auth", browserCookie, "__Host-gatehouse-link"]
      .map((name) => `${name}=${browser.cookie(context.realm.authDomain, name) ?? ""}`)
      .join("; ");
  const body = sent.body ?? new URLSearchParams(fields).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", cookie, ...sent.headers };
  const method = sent.method ?? "POST";
  return request(`${context.realm.issuer}${sent.path ?? path}`, {
    method,
    headers,
    ...(method === "GET" || method === "HEAD" ? {} : { body }),
  });
}
