// @ts-check

/**
 * One way to break Gatehouse, and the modules that have to notice. `find` stands once in `file`.
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} file
 * @property {string} find
 * @property {string} replace
 * @property {string[]} modules
 */

const fapi2 = "fapi2-security-profile-final";

/** @type {Mutant[]} */
export const mutants = [
  {
    name: "a code can be redeemed twice",
    file: "src/storage/user-object/code-redemption.ts",
    find: "spent.redeemed_by === code.attemptId && spent.revoked_at === null",
    replace: "spent.revoked_at === null",
    modules: ["oidcc-codereuse"],
  },
  {
    name: "a used code takes nothing back",
    file: "src/storage/user-object/code-redemption.ts",
    find: `revokeGrant(sql, code.grantId, now);
    return { ok: false, reason: "code-redeemed" };`,
    replace: `return { ok: false, reason: "code-redeemed" };`,
    modules: ["oidcc-codereuse", "oidcc-codereuse-30seconds"],
  },
  {
    name: "the nonce is not echoed",
    file: "src/domain/tokens/id-token.ts",
    find: "...(token.nonce === null ? {} : { nonce: token.nonce }),",
    replace: "",
    modules: ["oidcc-server", "oidcc-ensure-request-without-nonce-succeeds-for-code-flow"],
  },
  {
    name: "the parameter iss is missing",
    file: "src/domain/authorization/redirect-target.ts",
    find: ", iss: to.issuer }",
    replace: " }",
    modules: ["oidcc-server"],
  },
  {
    name: "state comes back changed",
    file: "src/domain/authorization/redirect-target.ts",
    find: "{ state: to.state })",
    replace: "{ state: to.state.toLowerCase() })",
    modules: ["oidcc-server"],
  },
  {
    name: "prompt=none shows the sign-in page",
    file: "src/domain/authorization/next-step.ts",
    find: `if (request.prompts.has("none")) throw new AuthorizationError("login-required", request.target);`,
    replace: "",
    modules: ["oidcc-prompt-none-not-logged-in", "oidcc-prompt-none-logged-in"],
  },
  {
    name: "prompt=none passes over the consent",
    file: "src/domain/authorization/next-step.ts",
    find: "if (!consentGiven && needsConsent(request, standing)) {",
    replace: `if (!consentGiven && !request.prompts.has("none") && needsConsent(request, standing)) {`,
    modules: ["oidcc-prompt-none-not-logged-in", "oidcc-prompt-none-logged-in"],
  },
  {
    name: "prompt=login is not asked for",
    file: "src/domain/authorization/next-step.ts",
    find: `request.prompts.has("login") || request.prompts.has("select_account")`,
    replace: "false",
    modules: ["oidcc-prompt-login"],
  },
  {
    name: "max_age is not counted",
    file: "src/domain/authorization/next-step.ts",
    find: "ageSeconds > request.maxAgeSeconds",
    replace: "ageSeconds < 0",
    modules: ["oidcc-max-age-1", "oidcc-max-age-10000"],
  },
  {
    name: "auth_time is missing",
    file: "src/domain/tokens/id-token.ts",
    find: "auth_time: toSeconds(token.authTime),",
    replace: "",
    modules: ["oidcc-max-age-1", "oidcc-max-age-10000"],
  },
  {
    name: "at_hash is the other half",
    file: "src/domain/tokens/id-token.ts",
    find: "digest.subarray(0, digest.byteLength / 2)",
    replace: "digest.subarray(digest.byteLength / 2)",
    modules: ["oidcc-server"],
  },
  {
    name: "a redirect_uri only has to begin like a registered one",
    file: "src/domain/clients/redirect-uri.ts",
    find: "if (registered.includes(uri)) return true;",
    replace: "if (registered.some((known) => uri.startsWith(known))) return true;",
    modules: ["oidcc-ensure-registered-redirect-uri"],
  },
  {
    name: "the code_verifier is not compared",
    file: "src/domain/grants/authorization-code.ts",
    find: "!wellFormed || !equalInConstantTime(await sha256(verifier), grant.codeChallenge)",
    replace: "!wellFormed",
    modules: ["oidcc-ensure-request-with-valid-pkce-succeeds"],
  },
  {
    name: "the client's secret is not compared",
    file: "src/domain/clients/authenticate-client.ts",
    find: "equalInConstantTime(await sha256(presented.secret), secretHash)",
    replace: "presented.secret.length > 0",
    modules: ["oidcc-server-client-secret-post"],
  },
  {
    name: "a refresh token serves any client",
    file: "src/storage/user-object/refresh-rotation.ts",
    find: "row.client_id !== presented.clientId",
    replace: "presented.clientId === ''",
    modules: ["oidcc-refresh-token"],
  },
  {
    name: "UserInfo shows every scope's claims",
    file: "src/routes/oauth/userinfo.ts",
    find: "claimsForScopes(profile, token.scopes)",
    replace: `claimsForScopes(profile, ["profile", "email", "phone", "address"])`,
    modules: ["oidcc-scope-profile", "oidcc-scope-email"],
  },
  {
    name: "the signature of an id_token_hint is not checked",
    file: "src/domain/tokens/id-token.ts",
    find: "const claims = await verifyJwt(hint, context.realm.keys.findVerifier, {",
    replace: `const claims = JSON.parse(atob(hint.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))); void ({`,
    modules: [
      "oidcc-id-token-hint",
      "oidcc-rp-initiated-logout-modified-id-token-hint",
      "oidcc-rp-initiated-logout-bad-id-token-hint",
    ],
  },
  {
    name: "signing out leads to an unregistered address",
    file: "src/routes/oauth/end-session.tsx",
    find: "uri !== null && client?.metadata.post_logout_redirect_uris.includes(uri) !== true",
    replace: "false",
    modules: [
      "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
      "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
    ],
  },
  {
    name: "signing out leaves the session alive",
    file: "src/storage/user-object/user-object.ts",
    find: "endSession(this.sql, sid, reason, Date.now())",
    replace: "endSession(this.sql, sid.slice(1), reason, Date.now())",
    modules: ["oidcc-rp-initiated-logout", "oidcc-rp-initiated-logout-no-params"],
  },
  {
    name: "the claims parameter is passed over",
    file: "src/routes/oauth/userinfo.ts",
    find: "...requestedClaims(profile, asked),",
    replace: "",
    modules: ["oidcc-claims-essential", `${fapi2}-test-claims-parameter-identity-claims`],
  },
  {
    name: "response_mode is passed over",
    file: "src/domain/authorization/redirect-target.ts",
    find: `responseModes.find((known) => known === asked) ?? "query"`,
    replace: `"query"`,
    modules: ["oidcc-server"],
  },
  {
    name: "codes live for ten minutes",
    file: "src/config/limits/authorization.ts",
    find: "authorizationCodeTtlSeconds: 60,",
    replace: "authorizationCodeTtlSeconds: 600,",
    modules: [`${fapi2}-ensure-token-endpoint-fails-with-expired-auth-code`],
  },
  {
    name: "a code serves any client",
    file: "src/domain/grants/authorization-code.ts",
    find: "if (grant.clientId !== client.clientId)",
    replace: "if (grant.clientId === '')",
    modules: [`${fapi2}-ensure-authorization-code-is-bound-to-client`],
  },
  {
    name: "a code serves any key",
    file: "src/domain/grants/authorization-code.ts",
    find: "grant.jkt !== null && grant.jkt !== jkt",
    replace: "false",
    modules: [
      `${fapi2}-ensure-token-endpoint-fails-with-mismatched-dpop-jkt`,
      `${fapi2}-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt`,
    ],
  },
  {
    name: "a pushed request serves any client",
    file: "src/domain/authorization/pushed-request.ts",
    find: "request.clientId !== client.clientId",
    replace: "request.clientId === ''",
    modules: [`${fapi2}-par-attempt-to-use-request_uri-for-different-client`],
  },
  {
    name: "a pushed request can be used twice",
    file: "src/domain/authorization/pushed-request.ts",
    find: "if (await context.objects.isSpentForClient(client.clientId, pushed.id)) return null;",
    replace: "pushed.id += crypto.randomUUID();",
    modules: [`${fapi2}-par-attempt-reuse-request_uri`],
  },
  {
    name: "requests need not be pushed",
    file: "src/domain/authorization/authorization-request.ts",
    find: "requirementsOf(client).pushedRequest",
    replace: "false",
    modules: [`${fapi2}-ensure-unsigned-authorization-request-without-using-par-fails`],
  },
  {
    name: "an assertion may be for somebody else",
    file: "src/domain/clients/client-assertion.ts",
    find: "isForUs(context, client, aud) &&",
    replace: "",
    modules: [
      `${fapi2}-ensure-client-assertion-with-wrong-aud-fails`,
      `${fapi2}-par-test-array-as-audience-fails`,
      `${fapi2}-par-test-par-endpoint-url-as-audience-fails`,
    ],
  },
  {
    name: "an assertion can be used twice",
    file: "src/domain/clients/client-assertion.ts",
    find: "if (!(await context.objects.spendForClient(client.clientId, spending)))",
    replace: "if (spending === null)",
    modules: [`${fapi2}-ensure-invalid-client-assertions-fail`],
  },
  {
    name: "a proof may be about another token",
    file: "src/domain/dpop/proof.ts",
    find: "request.accessToken !== null && ath !== (await sha256(request.accessToken))",
    replace: "false",
    modules: [`${fapi2}-dpop-negative-tests`],
  },
  {
    name: "a proof can be used twice",
    file: "src/domain/dpop/proof.ts",
    find: "attemptId: randomHandle(16)",
    replace: `attemptId: "the same"`,
    modules: [`${fapi2}-dpop-negative-tests`],
  },
  {
    name: "a bound token serves any key",
    file: "src/domain/tokens/presented-token.ts",
    find: "if (proof.jkt !== token.jkt)",
    replace: "if (proof.jkt === '')",
    modules: [`${fapi2}-dpop-negative-tests`],
  },
  {
    name: "a bound token serves as a bearer token",
    file: "src/domain/tokens/presented-token.ts",
    find: "if (token.jkt !== null) throw",
    replace: "if (token.jkt === '') throw",
    modules: [`${fapi2}-dpop-negative-tests`],
  },
  {
    name: "a logout token does not say which session",
    file: "src/domain/logout/logout-token.ts",
    find: "      sid,\n    },",
    replace: "    },",
    modules: ["oidcc-backchannel-rp-initiated-logout"],
  },
];
