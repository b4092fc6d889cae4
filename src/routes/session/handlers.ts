/** What index.ts reads when the first of it is asked for. */
export { changePassword } from "./change-password.ts";
export { listConsents, withdrawConsent } from "./consents.ts";
export { deleteMe } from "./delete-me.ts";
export { forgotPassword } from "./forgot-password.ts";
export { connectAccount, disconnectAccount, listLinkedAccounts } from "./linked-accounts.ts";
export { downloadData } from "./own-data.ts";
export { profile } from "./profile.ts";
export { resetPassword, resetPasswordWithToken } from "./reset-password.ts";
export { sendOtp } from "./send-otp.ts";
export { signIn } from "./sign-in.ts";
export { signPicture } from "./sign-picture.ts";
export { signUp } from "./sign-up.ts";
export { socialCallback } from "./social-callback.ts";
export { socialStart } from "./social-start.ts";
export { socialToken } from "./social-token.ts";
export { updateWithOtp } from "./update-with-otp.ts";
export { postVerificationLink, verifyEmail } from "./verification-link.tsx";
