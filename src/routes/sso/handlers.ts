/** What index.ts reads when the first of it is asked for. */
export { authenticate } from "./authenticate.ts";
export { authorizeHop, autoSso, tokenHop } from "./oauth-variant.ts";
export { ssoSignIn, ssoSignUp } from "./sign-in.ts";
export { validateAccessToken } from "./validate.ts";
