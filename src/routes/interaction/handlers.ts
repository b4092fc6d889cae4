/** What index.ts reads when the first of it is asked for. */
export { decideConsent } from "./consent.tsx";
export { showDevice, submitDevice } from "./device.tsx";
export { showForgotPassword, submitForgotPassword } from "./forgot-password.tsx";
export { home } from "./home.tsx";
export { chooseLanguage } from "./language.ts";
export { showResetPassword, submitResetPassword } from "./reset-password.tsx";
export { resume } from "./resume.ts";
export { showSignIn, submitSignIn } from "./sign-in.tsx";
export { showSignInCode, submitSignInCode } from "./sign-in-code.tsx";
export { submitSignOut } from "./sign-out.tsx";
export { showSignUp, submitSignUp } from "./sign-up.tsx";
export { showTwoFactor, submitTwoFactor } from "./two-factor.tsx";
export { showSetUp, submitSetUp } from "./two-factor-set-up.tsx";
