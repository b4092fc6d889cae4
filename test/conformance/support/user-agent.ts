import { CookieJar } from "./cookie-jar.ts";
import { type Form, formData, readForms, readLinks } from "./html-forms.ts";

/** One request over the wire; redirects are not followed. */
export type Send = (url: URL, init: RequestInit) => Promise<Response>;

/** A page that the provider shows. */
export interface Page {
  readonly at: "provider";
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly forms: readonly Form[];
  readonly links: readonly string[];
}

/** The browser has been sent to an address that is not the provider's. It is not opened: what matters is what it carries. */
export interface Arrival {
  readonly at: "client";
  /** Without what the answer added in a fragment or a form. */
  readonly url: URL;
  readonly mode: "query" | "fragment" | "form_post";
  readonly parameters: URLSearchParams;
  /** The headers of the page whose form it was. */
  readonly pageHeaders?: Headers;
}

export type Place = Page | Arrival;

interface Step {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly body?: URLSearchParams;
  readonly site: "cross-site" | "same-origin";
  readonly origin?: string;
}

const mostRedirects = 12;

/** A browser as a person uses one: it keeps cookies, follows redirects, fills in forms, presses buttons, and runs one script only: a form that submits itself. */
export class UserAgent {
  readonly #send: Send;
  readonly #isProvider: (url: URL) => boolean;
  readonly #jar: CookieJar;

  constructor(send: Send, isProvider: (url: URL) => boolean, jar = new CookieJar()) {
    this.#send = send;
    this.#isProvider = isProvider;
    this.#jar = jar;
  }

  /** Somebody who has stolen the cookies as they are now. */
  thief(): UserAgent {
    return new UserAgent(this.#send, this.#isProvider, this.#jar.copy());
  }

  /** Follows a link that stands at the client's. */
  open(url: URL): Promise<Place> {
    return this.#go({ url, method: "GET", site: "cross-site" });
  }

  /** Submits a form that stands at the client's. */
  post(url: URL, body: URLSearchParams): Promise<Place> {
    return this.#go({ url, method: "POST", body, site: "cross-site", origin: "https://rp.example.com" });
  }

  /** Follows a link of the page. */
  follow(page: Page, href: string): Promise<Place> {
    return this.#go({ url: new URL(href, page.url), method: "GET", site: "same-origin" });
  }

  /** Fills in a form of the page and presses its button; `pressed` chooses among several by its value. */
  submit(page: Page, form: Form, typed: Readonly<Record<string, string>> = {}, pressed?: string): Promise<Place> {
    const url = new URL(form.action, page.url);
    const body = formData(form, typed, pressed);
    requireAllowed(page, url);
    if (!this.#isProvider(url))
      return Promise.resolve({ at: "client", url, mode: "form_post", parameters: body, pageHeaders: page.headers });
    // A page that hides where it is hides it from its own host too (Fetch §3.2, "append a request Origin header").
    const hidden = page.headers.get("referrer-policy") === "no-referrer";
    const origin = hidden ? "null" : page.url.origin;
    return this.#go({ url, method: "POST", body, site: "same-origin", origin }, page);
  }

  async #go(first: Step, from?: Page): Promise<Place> {
    let step = first;
    for (let hops = 0; hops < mostRedirects; hops++) {
      if (from !== undefined) requireAllowed(from, step.url);
      if (!this.#isProvider(step.url)) return arrivalAt(step.url);
      const response = await this.#request(step);
      this.#jar.keep(step.url, response.headers);
      const location = response.headers.get("location");
      if (location === null || response.status < 300 || response.status > 399) return this.#rest(step.url, response);
      if (step.method === "POST" && response.status !== 302 && response.status !== 303)
        throw new Error(`${step.url} sends a form's content on: ${response.status} (RFC 9700 §4.12)`);
      step = { url: new URL(location, step.url), method: "GET", site: first.site };
    }
    throw new Error(`redirected more than ${mostRedirects} times, last to ${step.url}`);
  }

  #request({ url, method, body, site, origin }: Step): Promise<Response> {
    const headers = new Headers({
      accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
      "accept-language": "en",
      "user-agent": "Conformance user agent",
      "sec-fetch-dest": "document",
      "sec-fetch-mode": "navigate",
      "sec-fetch-site": site,
    });
    const cookies = this.#jar.header(url, method === "POST" && site === "cross-site");
    if (cookies !== null) headers.set("cookie", cookies);
    if (origin !== undefined) headers.set("origin", origin);
    if (body !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
    return this.#send(url, { method, headers, ...(body === undefined ? {} : { body: body.toString() }) });
  }

  async #rest(url: URL, response: Response): Promise<Place> {
    const html = await response.text();
    const { status, headers } = response;
    const page: Page = { at: "provider", url, status, headers, html, forms: readForms(html), links: readLinks(html) };
    const [form, ...others] = page.forms;
    const submitsItself = form !== undefined && others.length === 0 && /\.submit(?:\.call)?\(/.test(html);
    return submitsItself ? this.submit(page, form) : page;
  }
}

/** What a browser refuses: a form that leads where its page's policy does not let forms lead, redirects included. */
function requireAllowed(page: Page, url: URL): void {
  const policy = /form-action ([^;]*)/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
  if (policy === undefined) return;
  const sources = policy.split(" ").map((source) => (source === "'self'" ? page.url.origin : source));
  if (!sources.some((source) => source === url.origin || source === url.protocol))
    throw new Error(`the policy of ${page.url.pathname} does not let its form lead to ${url.origin}`);
}

function arrivalAt(url: URL): Arrival {
  if (url.hash === "") return { at: "client", url, mode: "query", parameters: url.searchParams };
  const parameters = new URLSearchParams(url.hash.slice(1));
  return { at: "client", url: new URL(url.href.slice(0, -url.hash.length)), mode: "fragment", parameters };
}
