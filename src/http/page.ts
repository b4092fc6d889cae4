import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { randomHandle } from "../crypto/random.ts";
import type { PageFrame } from "../pages/frame.ts";
import { renderPage } from "../pages/render.ts";
import { textsFor } from "../pages/texts/index.ts";
import type { AppContext } from "./env.ts";

interface PageOptions {
  readonly status?: ContentfulStatusCode;
  /** Where the page's forms may lead, besides this host: also the addresses they are redirected to in the end. */
  readonly formTargets?: readonly string[];
  /** Its script speaks to this host. */
  readonly connects?: boolean;
  /** Origins whose pages may show this one in a frame; nobody's when left out. */
  readonly framedBy?: readonly string[];
  /** It speaks to the window that opened it, on another site. */
  readonly speaksToOpener?: boolean;
  /** As in the authorization request (OIDC Core §3.1.2.1). */
  readonly uiLocales?: string | null;
}

/** Sends a page with its content security policy; nothing but its own style and script runs in it, and nobody frames it unasked. */
export function sendPage(c: AppContext, build: (frame: PageFrame) => JSX.Element, options: PageOptions = {}): Response {
  const nonce = randomHandle(16);
  const frame = pageFrame(c, nonce, options.uiLocales ?? undefined);
  c.header("content-security-policy", contentSecurityPolicy(nonce, options));
  if (options.framedBy === undefined) c.header("x-frame-options", "DENY");
  c.header("cache-control", "no-store");
  // Under no-referrer a browser sends `Origin: null` with the page's own forms, and they would be refused.
  c.header("referrer-policy", "strict-origin");
  const speaksToOpener = options.speaksToOpener ?? c.get("speaksToOpener") ?? false;
  c.header("cross-origin-opener-policy", speaksToOpener ? "unsafe-none" : "same-origin");
  c.header("content-language", frame.language);
  c.header("vary", "accept-language, cookie");
  return c.body(renderPage(build(frame)), options.status ?? 200, { "content-type": "text/html; charset=utf-8" });
}

function pageFrame(c: AppContext, nonce: string, uiLocales: string | undefined): PageFrame {
  const realm = c.get("realm")?.realm;
  const texts = textsFor(
    uiLocales ?? c.get("locale"),
    c.req.header("accept-language"),
    realm?.settings.languages ?? [],
  );
  return {
    realmName: realm?.name ?? "Gatehouse",
    language: texts.language,
    direction: texts.direction,
    texts,
    nonce,
    theme: { accentColor: realm?.settings.theme.accent_color, logoUrl: realm?.settings.theme.logo_url },
  };
}

function contentSecurityPolicy(nonce: string, { formTargets = [], connects = false, framedBy }: PageOptions): string {
  const targets = ["'self'", ...new Set(formTargets.map(policySource))].join(" ");
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "img-src 'self' data: https:",
    ...(connects ? ["connect-src 'self'"] : []),
    `form-action ${targets}`,
    `frame-ancestors ${framedBy?.join(" ") ?? "'none'"}`,
    "base-uri 'none'",
  ].join("; ");
}

/** A URI as the policy names it: its origin, or the scheme of a native app's. */
function policySource(uri: string): string {
  const url = new URL(uri);
  return url.origin === "null" ? url.protocol : url.origin;
}
