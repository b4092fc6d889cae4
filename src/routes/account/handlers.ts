/** What index.ts reads when the first of it is asked for. */
export { removeApp, showApps } from "./apps.tsx";
export { deleteAccount, download, showData, showDeleted } from "./data.tsx";
export { endDevice, endOtherDevices, showDevices } from "./devices.tsx";
export { connect, disconnect, showLinked } from "./linked.tsx";
export { confirmAgain, showEnded, showOverview } from "./overview.tsx";
export { removePasskey, renamePasskey, showPasskeys } from "./passkeys.tsx";
export { changePassword, sendPasswordCode, setPassword, showPassword } from "./password.tsx";
export {
  confirmAddressCode,
  saveProfile,
  saveUsername,
  sendToAddress,
  showAddressCode,
  showProfile,
} from "./profile.tsx";
export { makeRecoveryCodes, setUpTwoStep, showTwoStep, turnOff } from "./two-step.tsx";
