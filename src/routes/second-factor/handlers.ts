/** What index.ts reads when the first of it is asked for. */
export {
  finishAuthentication,
  finishRegistration,
  getPasskeys,
  offerAuthentication,
  offerRegistration,
  removePasskey,
  renamePasskey,
} from "./passkeys.ts";
export { disable, enable, qrCode, renewCodes, validateFactor } from "./totp.ts";
