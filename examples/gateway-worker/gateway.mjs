// @ts-check
// A gateway in a Worker of its own: GATEHOUSE and SERVICE are service bindings (or anything else with `fetch`).

/**
 * @typedef {{ fetch: (address: string, init?: RequestInit) => Promise<Response> }} Binding
 * @typedef {{ GATEHOUSE: Binding, GATEHOUSE_ORIGIN: string, SERVICE: Binding, SERVICE_ORIGIN: string }} Env
 */

/** What callers may not say, and what of theirs is not the service's business. */
const withheld = ["authorization", "cookie", "x-qt-auth", "x-user-context", "host", "connection", "content-length"];

export default {
  /**
   * @param {Request} request
   * @param {Env} env
   * @returns {Promise<Response>}
   */
  async fetch(request, env) {
    const asked = await env.GATEHOUSE.fetch(`${env.GATEHOUSE_ORIGIN}/api/auth/user-context`, {
      headers: { authorization: request.headers.get("authorization") ?? "" },
    });
    // The refusal says what the app matches on: pass it on as it is.
    if (asked.status !== 200) return asked;
    const headers = new Headers(request.headers);
    // Programs behind CGI, WSGI and PHP read `_` in a name as `-`.
    for (const name of [...headers.keys()]) if (withheld.includes(name.replaceAll("_", "-"))) headers.delete(name);
    for (const name of ["authorization", "x-user-context"]) headers.set(name, asked.headers.get(name) ?? "");
    const { pathname, search } = new URL(request.url);
    const streamed = request.body === null ? {} : { body: request.body, duplex: "half" };
    return env.SERVICE.fetch(`${env.SERVICE_ORIGIN}${pathname}${search}`, {
      method: request.method,
      headers,
      redirect: "manual",
      ...streamed,
    });
  },
};
