/** What index.ts reads when the first of it is asked for. */
export { gateway } from "./gateway.ts";
export { login, loginGuest, loginOtp } from "./login.ts";
export { loginProvider } from "./login-provider.ts";
export { loginSecondFactor } from "./login-second-factor.ts";
export { logout } from "./logout.ts";
export { refreshToken } from "./refresh-token.ts";
export { userContext } from "./user-context.ts";
