import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { accountPaths } from "../../pages/account/paths.ts";

const {
  removeApp,
  showApps,
  deleteAccount,
  download,
  showData,
  showDeleted,
  endDevice,
  endOtherDevices,
  showDevices,
  connect,
  disconnect,
  showLinked,
  confirmAgain,
  showEnded,
  showOverview,
  removePasskey,
  renamePasskey,
  showPasskeys,
  changePassword,
  sendPasswordCode,
  setPassword,
  showPassword,
  confirmAddressCode,
  saveProfile,
  saveUsername,
  sendToAddress,
  showAddressCode,
  showProfile,
  makeRecoveryCodes,
  setUpTwoStep,
  showTwoStep,
  turnOff,
} = lazily(() => import("./handlers.ts"));

/** The pages where people look after their own account. */
export const account = new Hono<AppEnv>()
  .get(accountPaths.overview, showOverview)
  .get(accountPaths.confirm, noHead, confirmAgain)
  .get(accountPaths.ended, showEnded)
  .get(accountPaths.profile, showProfile)
  .post(accountPaths.profile, sameSite, saveProfile)
  .post(accountPaths.username, sameSite, saveUsername)
  .post(accountPaths.address, sameSite, sendToAddress)
  .get(accountPaths.addressCode, showAddressCode)
  .post(accountPaths.addressCode, sameSite, confirmAddressCode)
  .get(accountPaths.password, showPassword)
  .post(accountPaths.password, sameSite, changePassword)
  .post(accountPaths.passwordCode, sameSite, sendPasswordCode)
  .post(accountPaths.setPassword, sameSite, setPassword)
  .get(accountPaths.passkeys, showPasskeys)
  .post(accountPaths.renamePasskey, sameSite, renamePasskey)
  .post(accountPaths.removePasskey, sameSite, removePasskey)
  .get(accountPaths["two-step"], showTwoStep)
  .get(accountPaths.setUpTwoStep, noHead, setUpTwoStep)
  .post(accountPaths.recoveryCodes, sameSite, makeRecoveryCodes)
  .post(accountPaths.twoStepOff, sameSite, turnOff)
  .get(accountPaths.devices, showDevices)
  .post(accountPaths.endDevice, sameSite, endDevice)
  .post(accountPaths.endOtherDevices, sameSite, endOtherDevices)
  .get(accountPaths.linked, showLinked)
  .post(accountPaths.connect, sameSite, connect)
  .post(accountPaths.disconnect, sameSite, disconnect)
  .get(accountPaths.apps, showApps)
  .post(accountPaths.removeApp, sameSite, removeApp)
  .get(accountPaths.data, showData)
  .post(accountPaths.download, sameSite, download)
  .post(accountPaths.deleteAccount, sameSite, deleteAccount)
  .get(accountPaths.deleted, showDeleted);
