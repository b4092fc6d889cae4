// @ts-check
import { randomBytes } from "node:crypto";
import { style } from "./style.mjs";

/**
 * @typedef {import("./config.mjs").Config} Config
 * @typedef {import("./relying-party.mjs").Tokens} Tokens
 * @typedef {{ html: string, contentSecurityPolicy: string }} Page
 */

/** Markup that is safe to put into a page as it is. */
class Html {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * Everything put in is escaped, unless it is Html or a list of it.
 * @param {TemplateStringsArray} strings
 * @param {unknown[]} values
 */
function html(strings, ...values) {
  return new Html(String.raw({ raw: strings }, ...values.map(toMarkup)));
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function toMarkup(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(toMarkup).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param {Config} config */
export function homePage(config) {
  return page(
    config,
    "Welcome",
    html`<p>This application keeps no passwords. It asks <strong>${config.issuer.host}</strong> who you are.</p>
      <p><a class="button" id="sign-in" href="/sign-in">Sign in</a></p>`,
  );
}

/**
 * @param {Config} config
 * @param {Tokens} tokens
 * @param {Record<string, unknown>} userInfo what the issuer's userinfo endpoint answered
 */
export function signedInPage(config, tokens, userInfo) {
  const name = userInfo.name ?? tokens.claims.name ?? userInfo.email ?? tokens.claims.sub;
  return page(
    config,
    html`Hello, <span id="name">${name}</span>`,
    html`<div class="actions">
        ${
          tokens.refreshToken === undefined
            ? html`<p>The issuer gave no refresh token.</p>`
            : html`<form method="post" action="/refresh"><button id="refresh">Refresh</button></form>`
        }
        <form method="post" action="/sign-out"><button id="sign-out" class="quiet">Sign out</button></form>
      </div>
      ${table("id-token", "ID token", "verified by this application", tokens.claims)}
      ${table("userinfo", "Userinfo", "asked for just now, with the access token", userInfo)}
      ${table("access-token", "Access token", "meant for an API; looked into here for show", {
        scope: tokens.scope,
        ...(tokens.expiresAtMs === undefined ? {} : { "(expires)": new Date(tokens.expiresAtMs).toISOString() }),
        ...decodeForShow(tokens.accessToken),
      })}`,
  );
}

/**
 * @param {Config} config
 * @param {string} message
 */
export function errorPage(config, message) {
  return page(
    config,
    "That did not work",
    html`<p id="error" role="alert">${message}</p>
      <p><a class="button" id="sign-in" href="/sign-in">Sign in</a> <a href="/">Back to the start</a></p>`,
  );
}

/**
 * @param {Config} config
 * @param {string | Html} heading
 * @param {Html} content
 * @returns {Page}
 */
function page(config, heading, content) {
  const nonce = randomBytes(16).toString("base64url");
  const document = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Demo partner</title>
    <link rel="icon" href="data:,">
    <style nonce="${nonce}">${new Html(style)}</style>
  </head>
  <body>
    <header><span class="mark" aria-hidden="true"></span>Demo partner</header>
    <main>
      <h1>${heading}</h1>
      ${content}
    </main>
    <footer>Issuer: ${config.issuer.origin}<br>Client: ${config.clientId}</footer>
  </body>
</html>
`;
  // Signing out ends in a redirect to the issuer, which form-action would stop otherwise.
  const contentSecurityPolicy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "img-src data:",
    `form-action 'self' ${config.issuer.origin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { html: document.text, contentSecurityPolicy };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} note
 * @param {Record<string, unknown>} values
 */
function table(id, title, note, values) {
  const rows = Object.entries(values).map(
    ([name, value]) =>
      html`<tr><th scope="row">${name}</th><td>${typeof value === "string" ? value : JSON.stringify(value)}</td></tr>`,
  );
  return html`<section aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title} <small>${note}</small></h2>
    <div class="scroll"><table id="${id}"><tbody>${rows}</tbody></table></div>
  </section>`;
}

/**
 * A client must treat access tokens as opaque; this one only shows what is inside when it can.
 * @param {string} accessToken
 * @returns {Record<string, unknown>}
 */
function decodeForShow(accessToken) {
  const [, payload, signature] = accessToken.split(".");
  if (payload === undefined || signature === undefined) return { "(format)": "opaque" };
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return { "(format)": "opaque" };
  }
}
