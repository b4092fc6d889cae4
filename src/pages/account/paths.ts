/** The pages where people look after their own account. */
export const accountPaths = {
  overview: "/account",
  profile: "/account/profile",
  username: "/account/profile/username",
  address: "/account/profile/address",
  addressCode: "/account/profile/address/confirm",
  password: "/account/password",
  passwordCode: "/account/password/code",
  setPassword: "/account/password/set",
  passkeys: "/account/passkeys",
  renamePasskey: "/account/passkeys/rename",
  removePasskey: "/account/passkeys/remove",
  "two-step": "/account/two-step",
  setUpTwoStep: "/account/two-step/set-up",
  recoveryCodes: "/account/two-step/codes",
  twoStepOff: "/account/two-step/off",
  devices: "/account/devices",
  endDevice: "/account/devices/end",
  endOtherDevices: "/account/devices/end-others",
  linked: "/account/linked",
  connect: "/account/linked/connect",
  disconnect: "/account/linked/disconnect",
  apps: "/account/apps",
  removeApp: "/account/apps/remove",
  data: "/account/data",
  download: "/account/data/download",
  deleteAccount: "/account/data/delete",
  deleted: "/account/deleted",
  ended: "/account/ended",
  confirm: "/account/confirm",
} as const;

/** Those that the navigation leads to, in its order. */
export const accountPlaces = [
  "overview",
  "profile",
  "password",
  "passkeys",
  "two-step",
  "devices",
  "linked",
  "apps",
  "data",
] as const;

export type AccountPlace = (typeof accountPlaces)[number];

export const isAccountPlace = (text: string | undefined): text is AccountPlace =>
  accountPlaces.some((place) => place === text);
