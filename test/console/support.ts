import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { parsePage } from "../support/browser.ts";
import { requestIn, watchedEnv } from "../support/watched-env.ts";
import { cookiesOf, formBody, makeUser, request, signIn } from "../support/world.ts";
import { enableTotp } from "../two-factor/support.ts";

export const browserCookie = "__Host-gatehouse-browser";
export type Send = (url: string, init?: RequestInit) => Promise<Response>;

/** A page of the console as it came. */
export interface ConsoleAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly location: string | null;
  readonly html: string;
  readonly forms: Awaited<ReturnType<typeof parsePage>>["forms"];
}

/** Somebody at a browser, on the host of their realm. */
export interface Operator {
  readonly context: RealmContext;
  readonly userId: number;
  readonly session: string;
  readonly open: (path: string, headers?: Record<string, string>) => Promise<ConsoleAnswer>;
  /** Posts the form with this id, as it stands on the page, with some fields changed. */
  readonly submit: (
    page: ConsoleAnswer,
    form: string,
    typed?: Record<string, string | undefined>,
  ) => Promise<ConsoleAnswer>;
}

/** Signed in with a password; with `mfa` also with a code of an authenticator app. */
export async function makeOperator(
  context: RealmContext,
  roles: readonly string[] | null,
  { mfa = false, send = request }: { mfa?: boolean; send?: Send } = {},
): Promise<Operator> {
  const user = await makeUser(context, { roles: [...(roles ?? [])] });
  const first = roles === null ? "" : await signIn(context, user);
  const session = mfa ? (await enableTotp(context, first)).session : first;
  return operatorWith(context, session, user.id, send);
}

function operatorWith(context: RealmContext, session: string, userId: number, send: Send = request): Operator {
  let browser = "";
  const cookies = () =>
    [session && `qt-auth=${session}`, browser && `${browserCookie}=${browser}`].filter(Boolean).join("; ");
  const { issuer } = context.realm;
  const headersOf = (headers: Record<string, string>) => ({
    accept: "text/html",
    "accept-language": "en",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "same-origin",
    ...(cookies() === "" ? {} : { cookie: cookies() }),
    ...headers,
  });
  const answer = async (response: Response): Promise<ConsoleAnswer> => {
    browser = cookiesOf(response)[browserCookie] ?? browser;
    const html = await response.text();
    const { forms } = await parsePage(html);
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get("location"),
      html,
      forms,
    };
  };
  return {
    context,
    userId,
    session,
    open: async (path, headers = {}) => answer(await send(new URL(path, issuer).href, { headers: headersOf(headers) })),
    submit: async (page, id, typed = {}) => {
      const form = page.forms.find((one) => one.id === id);
      if (form === undefined) throw new Error(`no form #${id}: ${page.status} ${page.html.slice(0, 400)}`);
      const fields = Object.fromEntries(
        form.fields
          .filter(({ type, name }) => name !== "" && type !== "checkbox" && type !== "submit")
          .map(({ name, value }) => [name, value]),
      );
      const init = formBody({ ...fields, ...typed });
      const headers = headersOf({ ...(init.headers as Record<string, string>), origin: issuer });
      return answer(await send(new URL(form.action, issuer).href, { ...init, headers }));
    },
  };
}

/** The Worker with this realm as the deployment's own. */
export function sendAsDeploymentOf(
  own: RealmContext,
  others: readonly RealmContext[] = [],
  variables: { readonly NEW_REALMS_JURISDICTION?: string } = {},
): Send {
  const bindings = { ...watchedEnv({ before: () => {} }), ...variables, OPERATORS_REALM: own.realm.id };
  const hosts = [own, ...others].flatMap(({ realm }) => realm.hosts);
  return async (url, init) => {
    forgetHosts(hosts);
    try {
      return await requestIn(bindings, url, init);
    } finally {
      forgetHosts(hosts);
    }
  };
}

export const consolePath = (context: RealmContext, rest = ""): string => `/console/realms/${context.realm.id}${rest}`;
