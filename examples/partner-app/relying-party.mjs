// @ts-check
import * as client from "openid-client";

/**
 * What has to be remembered between the redirect to the issuer and the way back.
 * @typedef {{ codeVerifier: string, nonce: string }} Proofs
 *
 * @typedef {object} Tokens
 * @property {string} idToken
 * @property {string} accessToken
 * @property {string | undefined} refreshToken
 * @property {string} scope
 * @property {number | undefined} expiresAtMs epoch milliseconds
 * @property {Record<string, unknown>} claims of the verified ID token
 *
 * @typedef {{ error: string }} Failure
 */

/** @param {import("./config.mjs").Config} config */
export async function createRelyingParty({ issuer, clientId, clientSecret, baseUrl, scope }) {
  const localFetch = await findLocalFetch(issuer);
  /** @type {Promise<client.Configuration> | undefined} */
  let discovered;

  /** Asks the issuer on first use, and again after a failure: the two may start in any order. */
  function discover() {
    discovered ??= client
      .discovery(issuer, clientId, undefined, client.ClientSecretBasic(clientSecret), {
        ...(localFetch === undefined ? {} : { [client.customFetch]: localFetch }),
        execute: issuer.protocol === "http:" ? [client.allowInsecureRequests] : [],
      })
      .catch((error) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  }

  return {
    /** Where to send the browser, and what to remember until it is back. */
    async begin() {
      const proofs = { codeVerifier: client.randomPKCECodeVerifier(), nonce: client.randomNonce() };
      const state = client.randomState();
      const url = client.buildAuthorizationUrl(await discover(), {
        redirect_uri: new URL("/callback", baseUrl).href,
        scope,
        state,
        nonce: proofs.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(proofs.codeVerifier),
        code_challenge_method: "S256",
      });
      return { url, state, proofs };
    },

    /**
     * Redeems the code that the browser brought back and verifies the ID token.
     * @param {URL} callback with its query
     * @param {string} state
     * @param {Proofs} proofs
     * @returns {Promise<Tokens>}
     */
    async finish(callback, state, { codeVerifier, nonce }) {
      const answer = await client.authorizationCodeGrant(await discover(), callback, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      return toTokens(answer, undefined, scope);
    },

    /**
     * @param {Tokens} tokens
     * @returns {Promise<Tokens>}
     */
    async refresh(tokens) {
      if (tokens.refreshToken === undefined) throw new Error("The issuer gave no refresh token.");
      return toTokens(await client.refreshTokenGrant(await discover(), tokens.refreshToken), tokens, scope);
    },

    /** @param {Tokens} tokens */
    async userInfo(tokens) {
      return client.fetchUserInfo(await discover(), tokens.accessToken, String(tokens.claims.sub));
    },

    /** @param {Tokens} tokens */
    async endSessionUrl(tokens) {
      return client.buildEndSessionUrl(await discover(), {
        id_token_hint: tokens.idToken,
        post_logout_redirect_uri: new URL("/", baseUrl).href,
      });
    },
  };
}

/**
 * A failure in words for a page: what the issuer said, never what was sent.
 * @param {unknown} error
 * @returns {Failure}
 */
export function describeFailure(error) {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return {
      error: `The issuer answered: ${error.error}${error.error_description ? ` (${error.error_description})` : ""}`,
    };
  if (error instanceof client.WWWAuthenticateChallengeError)
    return { error: `The issuer refused the access token with status ${error.status}.` };
  return { error: error instanceof Error ? error.message : "Something went wrong." };
}

/**
 * A refresh may leave out what has not changed.
 * @param {client.TokenEndpointResponse & client.TokenEndpointResponseHelpers} answer
 * @param {Tokens | undefined} earlier
 * @param {string} askedScope
 * @returns {Tokens}
 */
function toTokens(answer, earlier, askedScope) {
  const expiresInSeconds = answer.expiresIn();
  return {
    idToken: answer.id_token ?? earlier?.idToken ?? "",
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? earlier?.refreshToken,
    scope: answer.scope ?? earlier?.scope ?? askedScope,
    expiresAtMs: expiresInSeconds === undefined ? undefined : Date.now() + expiresInSeconds * 1000,
    claims: answer.claims() ?? earlier?.claims ?? {},
  };
}

/**
 * An issuer on this machine has a name that Node may not resolve. Anywhere else the ordinary `fetch` is right, and this
 * folder stands on its own.
 * @param {URL} issuer
 * @returns {Promise<client.CustomFetch | undefined>}
 */
async function findLocalFetch(issuer) {
  if (!issuer.hostname.endsWith(".localhost")) return undefined;
  const { localFetch } = await import("../../scripts/local-fetch.mjs");
  return (url, options) => localFetch(url, /** @type {RequestInit} */ (options));
}
