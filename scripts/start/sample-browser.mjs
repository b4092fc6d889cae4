// @ts-check
import { localFetch } from "../local-fetch.mjs";

/** @typedef {ReturnType<typeof openBrowser>} SampleBrowser */

/**
 * Somebody at a browser without scripts, as far as the sample data needs one: cookies, redirects within the host, forms.
 * @param {string} origin
 */
export function openBrowser(origin) {
  /** @type {Map<string, string>} */
  const cookies = new Map();
  let shown = { url: origin, html: "" };

  /** @param {string} path @param {RequestInit} init */
  const ask = async (path, init) => {
    const url = new URL(path, origin);
    const headers = new Headers(init.headers);
    headers.set("origin", origin);
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const answer = await localFetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return { url: url.href, answer };
  };

  /** Follows redirects as long as they stay on this host. @param {string} path @param {RequestInit} init */
  const go = async (path, init) => {
    let { url, answer } = await ask(path, init);
    for (let hops = 0; hops < 10; hops += 1) {
      const location = answer.headers.get("location");
      const next = location === null ? null : new URL(location, url);
      if (next === null || next.origin !== origin) break;
      ({ url, answer } = await ask(next.href, { headers: { accept: "text/html" } }));
    }
    if (answer.headers.get("location") === null) shown = { url, html: await answer.clone().text() };
    if (answer.status >= 400) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
    return answer;
  };

  /** @param {Record<string, string>} fields @param {Record<string, string>} headers @returns {RequestInit} */
  const posted = (fields, headers) => ({ method: "POST", headers, body: new URLSearchParams(fields) });

  return {
    /** @param {string} path */
    open: (path) => go(path, { headers: { accept: "text/html" } }),
    /** Presses a button of the form with this id. @param {string} id @param {Record<string, string>} typed */
    submit: (id, typed) => {
      const [, attributes = "", inner = ""] =
        new RegExp(`<form([^>]*\\bid="${id}"[^>]*)>(.*?)</form>`, "s").exec(shown.html) ?? [];
      if (inner === "") throw new Error(`${new URL(shown.url).pathname} has no ${id}`);
      const action = /\baction="([^"]*)"/.exec(attributes)?.[1] ?? shown.url;
      const hidden = [...inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
        plain(/\bname="([^"]*)"/.exec(input)?.[1] ?? ""),
        plain(/\bvalue="([^"]*)"/.exec(input)?.[1] ?? ""),
      ]);
      return go(plain(action), posted({ ...Object.fromEntries(hidden), ...typed }, { accept: "text/html" }));
    },
    /** @param {string} path @param {Record<string, string>} fields @param {Record<string, string>} headers */
    form: (path, fields, headers) => go(path, posted(fields, headers)),
    /** An answer of any status. @param {string} path @param {unknown} body */
    json: async (path, body) => {
      const headers = { "content-type": "application/json" };
      const { answer } = await ask(path, { method: "POST", headers, body: JSON.stringify(body) });
      return /** @type {{ user?: { id: number } }} */ (await answer.json());
    },
  };
}

/** @type {Readonly<Record<string, string>>} */
const characters = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

/** @param {string} html */
const plain = (html) => html.replace(/&(lt|gt|quot|#39|amp);/g, (whole, name) => characters[name] ?? whole);
