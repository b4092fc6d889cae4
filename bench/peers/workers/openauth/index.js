// OpenAuth's issuer as a Worker, with routes under /bench for what it leaves to others.
import { issuer } from "@openauthjs/openauth";
import { createClient } from "@openauthjs/openauth/client";
import { PasswordProvider } from "@openauthjs/openauth/provider/password";
import { CloudflareStorage } from "@openauthjs/openauth/storage/cloudflare";

const KV_LEAST_TTL_SECONDS = 60;

// The issuer logs two lines for each request, and reading them would be work for the machine that is measured.
console.log = () => {};

const subjects = { user: { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }) } } };
const page = (text) => new Response(text, { headers: { "content-type": "text/html" } });

/** Signs in without asking, as a session would that was there before. */
const instant = (env) => ({
  type: "instant",
  init(routes, ctx) {
    routes.get("/authorize", (c) => ctx.success(c, { email: "reader@bench.localhost" }));
  },
  async client({ clientID, clientSecret }) {
    if (clientSecret !== env.CLIENT_SECRET) throw new Error("wrong secret");
    return { email: `${clientID}@bench.localhost` };
  },
});

let codeByMail = "";
const password = PasswordProvider({
  login: async () => page("login"),
  register: async () => page("register"),
  change: async () => page("change"),
  sendCode: async (_email, code) => {
    codeByMail = code;
  },
});

/** A code's minute is the difference of two looks at the clock. Off production the clock goes on between them, and KV refuses 59 seconds. */
const withLeastTtl = (kv) => ({
  get: (...args) => kv.get(...args),
  delete: (...args) => kv.delete(...args),
  list: (...args) => kv.list(...args),
  put(key, value, { expirationTtl } = {}) {
    const options = expirationTtl ? { expirationTtl: Math.max(KV_LEAST_TTL_SECONDS, expirationTtl) } : {};
    return kv.put(key, value, options);
  },
});

const makeIssuer = (env) =>
  issuer({
    subjects,
    storage: CloudflareStorage({ namespace: withLeastTtl(env.KV) }),
    allow: async () => true,
    providers: { instant: instant(env), password },
    success: (ctx, { email }) => ctx.subject("user", { email }),
  });

let app;
let client;

export default {
  async fetch(request, env, ctx) {
    const { origin, pathname } = new URL(request.url);
    app ??= makeIssuer(env);
    if (pathname === "/bench/code") return new Response(codeByMail);
    if (pathname === "/bench/me") {
      const ask = (url) => app.fetch(new Request(url), env, ctx);
      client ??= createClient({ clientID: "bench", issuer: origin, fetch: ask });
      const verified = await client.verify(subjects, request.headers.get("authorization").slice("Bearer ".length));
      return verified.err ? new Response("unauthorized", { status: 401 }) : Response.json(verified.subject);
    }
    return app.fetch(request, env, ctx);
  },
};
