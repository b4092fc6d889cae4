import { send } from "./send.ts";

/** A field or button of a form, as it stands in the page. */
export interface FormField {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly autocomplete: string;
}

export interface PageForm {
  readonly id: string;
  readonly method: string;
  readonly action: string;
  readonly fields: readonly FormField[];
}

/** Where a browser has come to rest: a page of ours, or (`left`) an address elsewhere, which it did not open. */
export interface Page {
  readonly url: URL;
  readonly left: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly forms: readonly PageForm[];
  readonly links: Readonly<Record<string, string>>;
  /** The redirects on the way here. */
  readonly trail: readonly { readonly status: number; readonly location: string }[];
}

interface Navigation {
  readonly method: "GET" | "POST";
  readonly site: "none" | "same-origin" | "cross-site";
  readonly origin?: string;
  readonly body?: string;
  /** Sources that the page's policy lets a form lead to, redirects included. */
  readonly formAction?: readonly string[];
}

const mostRedirects = 10;

/** A browser without JavaScript, as a person uses one: it keeps cookies by host, follows redirects, fills in forms and presses buttons. */
export class Browser {
  readonly #ours: readonly string[];
  readonly #jars = new Map<string, Map<string, string>>();

  /** `ours`: hosts that the Worker answers on. An address elsewhere ends the journey. */
  constructor(ours: readonly string[]) {
    this.#ours = ours;
  }

  /** Follows a link from another site, or types an address. */
  open(url: string, site: "none" | "cross-site" = "none"): Promise<Page> {
    return this.#go(new URL(url), { method: "GET", site });
  }

  /** Follows the link with this id. */
  follow(page: Page, linkId: string): Promise<Page> {
    const href = page.links[linkId];
    if (href === undefined) throw new Error(`no link #${linkId} on ${page.url}`);
    return this.#go(new URL(href, page.url), { method: "GET", site: "same-origin" });
  }

  /** Fills in the form's fields and presses its button; `button` chooses among several by its value. */
  submit(page: Page, formId: string, typed: Readonly<Record<string, string>> = {}, button?: string): Promise<Page> {
    const form = page.forms.find((candidate) => candidate.id === formId);
    if (form === undefined) throw new Error(`no form #${formId} on ${page.url}: ${page.status}`);
    const body = new URLSearchParams();
    for (const field of form.fields) {
      if (field.type === "submit") {
        if (field.value === button) body.append(field.name, field.value);
      } else body.append(field.name, field.type === "hidden" ? field.value : (typed[field.name] ?? field.value));
    }
    for (const name of Object.keys(typed)) if (!body.has(name)) throw new Error(`no field ${name} in #${formId}`);
    const { origin } = page.url;
    // As browsers do: a page that hides where it is hides it from its own host too.
    const sentOrigin = page.headers.get("referrer-policy") === "no-referrer" ? "null" : origin;
    const policy = /form-action ([^;]*)/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
    const formAction = policy?.split(" ").map((source) => (source === "'self'" ? origin : source)) ?? [];
    return this.#go(new URL(form.action, page.url), {
      method: "POST",
      site: "same-origin",
      origin: sentOrigin,
      body: body.toString(),
      formAction,
    });
  }

  /** Submits a form that stands on a page of another site. */
  submitFrom(origin: string, action: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const body = new URLSearchParams(fields).toString();
    return this.#go(new URL(action), { method: "POST", site: "cross-site", origin, body });
  }

  cookie(host: string, name: string): string | undefined {
    return this.#jars.get(host)?.get(name);
  }

  plant(host: string, name: string, value: string): void {
    this.#jar(host).set(name, value);
  }

  async #go(start: URL, first: Navigation): Promise<Page> {
    const trail: { status: number; location: string }[] = [];
    let url = start;
    let step = first;
    for (let hops = 0; hops < mostRedirects; hops++) {
      if (first.formAction && !first.formAction.some((source) => url.origin === source || url.protocol === source))
        throw new Error(`the page's policy does not let its form lead to ${url}`);
      if (!this.#ours.includes(url.host)) return elsewhere(url, trail);
      const response = await this.#send(url, step);
      this.#keepCookies(url, response);
      const location = response.headers.get("location");
      if (location === null) return pageOf(url, response, trail);
      trail.push({ status: response.status, location });
      url = new URL(location, url);
      if (step.method === "POST" && response.status === 307) throw new Error("a form's content was sent on (307)");
      step = { method: "GET", site: first.site };
    }
    throw new Error(`redirected more than ${mostRedirects} times, last to ${url}`);
  }

  #send(url: URL, { method, site, origin, body }: Navigation): Promise<Response> {
    const headers = new Headers({
      accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
      "accept-language": "en",
      "user-agent": "A browser without JavaScript",
      "sec-fetch-dest": "document",
      "sec-fetch-mode": "navigate",
      "sec-fetch-site": site,
    });
    const cookies = [...this.#jar(url.host)].map(([name, value]) => `${name}=${value}`);
    // SameSite=Lax: a form on another site does not bring them.
    if (cookies.length > 0 && !(method === "POST" && site === "cross-site")) headers.set("cookie", cookies.join("; "));
    if (origin !== undefined) headers.set("origin", origin);
    if (body !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
    return send(new Request(url, { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) }));
  }

  #keepCookies(url: URL, response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const at = pair.indexOf("=");
      const name = pair.slice(0, at);
      const isHostBound = attributes.includes("Secure") && attributes.includes("Path=/") && !/; *domain=/i.test(line);
      if (name.startsWith("__Host-") && !isHostBound) throw new Error(`a browser refuses this cookie: ${line}`);
      if (attributes.includes("Max-Age=0")) this.#jar(url.host).delete(name);
      else this.#jar(url.host).set(name, pair.slice(at + 1));
    }
  }

  #jar(host: string): Map<string, string> {
    const known = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, known);
    return known;
  }
}

const elsewhere = (url: URL, trail: Page["trail"]): Page => ({
  url,
  left: true,
  status: 0,
  headers: new Headers(),
  html: "",
  forms: [],
  links: {},
  trail,
});

async function pageOf(url: URL, response: Response, trail: Page["trail"]): Promise<Page> {
  const html = await response.text();
  const { status, headers } = response;
  return { url, left: false, status, headers, html, ...(await parsePage(html)), trail };
}

/** Forms with their fields, and links by id. */
export async function parsePage(html: string): Promise<Pick<Page, "forms" | "links">> {
  const forms: (PageForm & { fields: FormField[] })[] = [];
  const links: Record<string, string> = {};
  const text = (element: Element, name: string): string => plain(element.getAttribute(name) ?? "");
  const rewriter = new HTMLRewriter()
    .on("form", {
      element: (element) => {
        forms.push({
          id: text(element, "id"),
          method: text(element, "method"),
          action: text(element, "action"),
          fields: [],
        });
      },
    })
    .on("form input, form button, form select, form textarea", {
      element: (element) => {
        const [name, value, type] = [text(element, "name"), text(element, "value"), text(element, "type")];
        forms.at(-1)?.fields.push({ name, value, type, autocomplete: text(element, "autocomplete") });
      },
    })
    .on("form textarea", {
      text: ({ text: part }) => {
        const fields = forms.at(-1)?.fields ?? [];
        const field = fields.pop();
        if (field !== undefined) fields.push({ ...field, value: field.value + plain(part) });
      },
    })
    .on("a[id]", {
      element: (element) => {
        links[text(element, "id")] = text(element, "href");
      },
    });
  await rewriter.transform(new Response(html)).text();
  // The choice of a language stands below every page, and is none of what a page asks for.
  return { forms: forms.filter(({ id }) => id !== "languages"), links };
}

const references: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

const plain = (text: string): string =>
  text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => references[name] ?? "");
