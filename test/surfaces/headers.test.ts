import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import {
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  request,
  signIn,
  tokensFor,
} from "../support/world.ts";

let context: RealmContext;
let cookie: string;
let answers: [string, Response][];
let pages: [string, Response, string][];

const navigation = { accept: "text/html", "sec-fetch-mode": "navigate" };

/** One answer of every kind: pages, JSON, redirects, empty ones, refusals of each class. */
async function collect(): Promise<[string, Response][]> {
  const { issuer } = context.realm;
  const user = await makeUser(context);
  const client = await makeClient(context, { post_logout_redirect_uris: ["https://partner.test/bye"] });
  const third = await makeClient(context, {}, { firstParty: false });
  const { tokens, cookie: other } = await tokensFor(context, client);
  const session = { cookie: `qt-auth=${cookie}` };
  const get = (path: string, headers: Record<string, string> = {}) => request(issuer + path, { headers });
  const entries: [string, Promise<Response>][] = [
    ["home", get("/", navigation)],
    ["home, signed in", get("/", { ...navigation, ...session })],
    ["sign-in page", get("/sign-in", navigation)],
    ["sign-up page", get("/sign-up", navigation)],
    ["consent page", request(authorizeUrl(context, third), { headers: { ...navigation, ...session } })],
    ["form post page", request(authorizeUrl(context, client, { response_mode: "form_post" }), { headers: session })],
    ["sign-out page", get("/end-session", { ...navigation, ...session })],
    ["signed-out page", get("/end-session", navigation)],
    ["error page of /authorize", get("/authorize", navigation)],
    [
      "error page of a form",
      request(`${issuer}/sign-in`, {
        method: "POST",
        headers: { ...navigation, "content-type": "application/x-www-form-urlencoded" },
      }),
    ],
    ["missing page", get("/nothing", navigation)],
    ["page of an unknown host", request("https://unknown-host.test/", { headers: navigation })],
    ["redirect to sign-in", request(authorizeUrl(context, client))],
    ["redirect with a code", request(authorizeUrl(context, client), { headers: session })],
    ["redirect with an error", request(authorizeUrl(context, client, { prompt: "none" }))],
    [
      "redirect after sign-out",
      get(
        `/end-session?${new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: "https://partner.test/bye" })}`,
      ),
    ],
    ["JSON of the user", get("/api/auth/v1/users/me", session)],
    ["JSON of the sessions", get("/api/auth/v1/sessions", session)],
    [
      "JSON of a sign-in",
      request(`${issuer}/api/auth/v1/login`, jsonBody({ email: user.email, password: goodPassword })),
    ],
    [
      "refused sign-in",
      request(`${issuer}/api/auth/v1/login`, jsonBody({ email: user.email, password: "wrong-harbour-1" })),
    ],
    ["refused session", get("/api/auth/v1/users/me")],
    ["refused method", get("/api/auth/v1/signup")],
    ["refused body", request(`${issuer}/api/auth/v1/signup`, { method: "POST", body: "x" })],
    [
      "refused origin",
      request(`${issuer}/api/auth/v1/kick`, { method: "POST", headers: { ...session, origin: "null" } }),
    ],
    ["missing path", get("/nothing")],
    ["unknown host", request("https://unknown-host.test/")],
    ["empty answer of sign-out", get("/api/auth/v1/logout", { cookie: `qt-auth=${other}` })],
    ["HEAD", request(`${issuer}/sign-in`, { method: "HEAD" })],
    ["health", get("/healthz")],
    ["metadata", get("/.well-known/openid-configuration")],
    ["keys", get("/jwks.json")],
    ["refused token request", request(`${issuer}/token`, { method: "POST" })],
    [
      "preflight",
      request(`${issuer}/token`, {
        method: "OPTIONS",
        headers: { origin: "https://partner.test", "access-control-request-method": "POST" },
      }),
    ],
    ["userinfo", get("/userinfo", { authorization: `Bearer ${tokens.access_token}` })],
    ["refused userinfo", get("/userinfo", { authorization: "Bearer x" })],
  ];
  return Promise.all(entries.map(async ([name, answer]): Promise<[string, Response]> => [name, await answer]));
}

beforeAll(async () => {
  context = await makeRealm({ theme: { logo_url: "https://img.example.test/logo.png" } });
  cookie = await signIn(context, await makeUser(context));
  answers = await collect();
  const html = answers.filter(([, { headers }]) => headers.get("content-type")?.startsWith("text/html"));
  pages = await Promise.all(
    html.map(async ([name, response]) => [name, response, await response.clone().text()] as [string, Response, string]),
  );
});

describe("every answer (OWASP ASVS 3.4)", () => {
  it("WB-02 carries nosniff, a referrer policy, HSTS for two years with subdomains, and a resource policy", () => {
    expect(answers.length).toBeGreaterThan(30);
    for (const [name, { headers }] of answers) {
      expect([name, headers.get("x-content-type-options")]).toEqual([name, "nosniff"]);
      expect([name, headers.get("strict-transport-security")]).toEqual([name, "max-age=63072000; includeSubDomains"]);
      expect([name, headers.get("cross-origin-resource-policy")]).toEqual([name, "same-origin"]);
      expect([name, ["no-referrer", "strict-origin"].includes(headers.get("referrer-policy") ?? "")]).toEqual([
        name,
        true,
      ]);
    }
  });

  it("WB-02 does not say what it was made with", () => {
    for (const [name, { headers }] of answers)
      for (const telling of ["server", "x-powered-by", "x-aspnet-version", "via"])
        expect([name, headers.get(telling)]).toEqual([name, null]);
  });

  it("contract §0: each refusal carries x-error-code and x-request-id", () => {
    const refusals = answers.filter(([, { status }]) => status >= 400);
    expect(refusals.length).toBeGreaterThan(10);
    for (const [name, { headers }] of refusals) {
      expect([name, headers.get("x-error-code")]).toEqual([name, expect.stringMatching(/^[\w-]+$/)]);
      expect([name, headers.get("x-request-id")]).toEqual([name, expect.stringMatching(/^[\w-]{8,64}$/)]);
    }
  });

  it("WB-05 is kept by nobody, but for metadata, keys, health and preflights", () => {
    const cacheable = new Set(["metadata", "keys", "health", "preflight"]);
    for (const [name, { headers }] of answers.filter(([name]) => !cacheable.has(name)))
      expect([name, headers.get("cache-control")]).toEqual([name, expect.stringContaining("no-store")]);
  });
});

describe("every page", () => {
  const policyOf = (response: Response): Record<string, string> =>
    Object.fromEntries(
      (response.headers.get("content-security-policy") ?? "").split("; ").map((directive) => {
        const [name = "", ...sources] = directive.split(" ");
        return [name, sources.join(" ")];
      }),
    );

  it("WB-01 WB-03 has a policy that admits its own style and script by nonce, no frame, no base, and its form targets", () => {
    expect(pages.length).toBeGreaterThanOrEqual(12);
    for (const [name, response, html] of pages) {
      const policy = policyOf(response);
      const nonce = /^'nonce-([\w-]{22})'$/.exec(policy["script-src"] ?? "")?.[1] ?? "";
      expect([name, policy]).toEqual([
        name,
        {
          "default-src": "'none'",
          "style-src": `'nonce-${nonce}'`,
          "script-src": `'nonce-${nonce}'`,
          // Only the pages that ask for a passkey talk to the server by script.
          ...(name === "HEAD" || html.includes("passkey-button") ? { "connect-src": "'self'" } : {}),
          // An unknown host has no realm, and so no logo.
          "img-src": expect.stringMatching(/^'self' data:( https:\/\/img\.example\.test)?$/),
          "form-action": expect.stringMatching(/^'self'( https:\/\/partner\.test)?$/),
          "frame-ancestors": "'none'",
          "base-uri": "'none'",
        },
      ]);
      for (const [tag] of html.matchAll(/<(?:script|style)[^>]*>/g))
        expect([name, tag]).toEqual([name, expect.stringContaining(`nonce="${nonce}"`)]);
    }
  });

  it("WB-01 makes a new nonce each time", () => {
    const nonces = pages.map(([, response]) => policyOf(response)["script-src"]);
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it("WB-01 WB-09 has no handlers in attributes, no script: links and nothing loaded from elsewhere but the realm's logo", () => {
    for (const [name, , html] of pages) {
      expect([name, html.match(/<[^>]*\s(?:on[a-z]+|style|srcdoc|formaction)\s*=/i)]).toEqual([name, null]);
      expect([name, html.match(/(?:href|src|action)="\s*(?:javascript|data:text|vbscript)/i)]).toEqual([name, null]);
      expect([name, html.match(/<(?:iframe|object|embed|base|link [^>]*stylesheet|meta http-equiv)/i)]).toEqual([
        name,
        null,
      ]);
      for (const [, source = ""] of html.matchAll(/\ssrc="([^"]*)"/g))
        expect([name, source]).toEqual([name, "https://img.example.test/logo.png"]);
    }
  });

  it("WB-02 is isolated from the windows of other sites, and varies by what it depends on", () => {
    for (const [name, { headers }] of pages) {
      expect([name, headers.get("cross-origin-opener-policy")]).toEqual([name, "same-origin"]);
      expect([name, headers.get("vary")]).toEqual([name, "accept-language, cookie"]);
      expect([name, headers.get("content-language")]).toEqual([name, "en"]);
    }
  });

  it("WB-03 sends its own forms' Origin, so that they are not refused", () => {
    for (const [name, { headers }, html] of pages.filter(([, , page]) => page.includes("<form")))
      expect([name, html.length > 0, headers.get("referrer-policy")]).toEqual([name, true, "strict-origin"]);
  });
});
