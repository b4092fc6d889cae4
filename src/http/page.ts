import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { randomHandle } from "../crypto/random.ts";
import { type LanguageChoice, languagePath, type PageFrame } from "../pages/frame.ts";
import { renderPage } from "../pages/render.ts";
import { offeredLanguages, textsFor } from "../pages/texts/index.ts";
import { withOwnWords } from "../pages/texts/own-words.ts";
import { safeImage } from "../pages/untrusted/links.ts";
import type { AppContext } from "./env.ts";
import { addressToReturnTo, chosenLanguage } from "./language.ts";
import { lookOf, siteName } from "./realm-look.ts";

interface PageOptions {
  readonly status?: ContentfulStatusCode;
  /** Where the page's forms may lead, besides this host: also the addresses they are redirected to in the end. */
  readonly formTargets?: readonly string[];
  /** Its script speaks to this host. */
  readonly connects?: boolean;
  /** Origins whose pages may show this one in a frame; nobody's when left out. */
  readonly framedBy?: readonly string[];
  /** Addresses of pictures that it shows besides the realm's logo; what is none is ignored. */
  readonly pictures?: readonly (string | undefined)[];
  /** It speaks to the window that opened it, on another site. */
  readonly speaksToOpener?: boolean;
  /** Where the page can be read again in another language; null where it cannot. Its own address when left out. */
  readonly readAgainAt?: string | null;
  /** As in the authorization request (OIDC Core §3.1.2.1). */
  readonly uiLocales?: string | null;
}

/** Sends a page with its content security policy; nothing but its own style and script runs in it, and nobody frames it unasked. */
export function sendPage(c: AppContext, build: (frame: PageFrame) => JSX.Element, options: PageOptions = {}): Response {
  const nonce = randomHandle(16);
  const frame = pageFrame(c, nonce, options);
  c.header("content-security-policy", contentSecurityPolicy(nonce, frame, options));
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

/** Pages whose form comes back to the address they stand at. */
const twins: ReadonlySet<string> = new Set([
  "/sign-in",
  "/sign-in/code",
  "/sign-up",
  "/two-factor",
  "/forgot-password",
  "/reset-password",
  "/device",
]);

function pageFrame(c: AppContext, nonce: string, options: PageOptions): PageFrame {
  const realm = c.get("realm")?.realm;
  const languages = realm?.settings.languages ?? [];
  const wished = [chosenLanguage(c), options.uiLocales, c.get("locale")].filter((wish) => typeof wish === "string");
  const written = textsFor(wished.join(" "), c.req.header("accept-language"), languages);
  const texts = realm === undefined ? written : withOwnWords(written, realm.settings.page_texts);
  return {
    realmName: realm === undefined ? "Gatehouse" : siteName(realm),
    language: texts.language,
    direction: texts.direction,
    texts,
    nonce,
    languages: realm === undefined ? undefined : languageChoice(c, languages, options),
    theme: realm === undefined ? undefined : lookOf(realm),
  };
}

function languageChoice(
  c: AppContext,
  languages: readonly string[],
  { readAgainAt, framedBy, speaksToOpener }: PageOptions,
): LanguageChoice | undefined {
  if (readAgainAt === null || framedBy !== undefined || speaksToOpener) return undefined;
  const returnTo = readAgainAt ?? addressToReturnTo(c, twins);
  if (returnTo === undefined) return undefined;
  return { offered: offeredLanguages(languages), action: languagePath, returnTo };
}

/** Where a page's pictures may come from: this host, the page itself, and the very hosts of those that it names. */
function pictureSources({ theme }: PageFrame, named: readonly (string | undefined)[]): string {
  const addresses = [theme?.logoUrl, theme?.logoDarkUrl, ...named]
    .map(safeImage)
    .filter((address) => address !== undefined);
  return ["'self'", "data:", ...new Set(addresses.map(policySource))].join(" ");
}

function contentSecurityPolicy(
  nonce: string,
  frame: PageFrame,
  { formTargets = [], connects = false, framedBy, pictures = [] }: PageOptions,
): string {
  const targets = ["'self'", ...new Set(formTargets.map(policySource))].join(" ");
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `img-src ${pictureSources(frame, pictures)}`,
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
