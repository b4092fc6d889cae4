/** Wording of the pages on which people connect accounts that they have elsewhere. */
export const connectEn = {
  title: "Connected accounts",
  lead: (app: string) => `Choose which of your accounts ${app} may use for you.`,
  none: "There is nothing to connect here.",
  states: {
    connected: "Connected",
    expired: "No longer connected: connect it again.",
    "more-needed": "Connected, but more is asked for by now: connect it again.",
    none: "Not connected",
  },
  connect: (label: string) => `Connect ${label}`,
  reconnect: (label: string) => `Connect ${label} again`,
  disconnect: (label: string) => `Disconnect ${label}`,
  problem: "The account was not connected. You can try again.",
  declined: "You said no, so nothing was connected.",
  key: {
    title: (label: string) => `Connect ${label}`,
    lead: (app: string) => `${app} will use this key for you. It is kept sealed and shown to nobody.`,
    label: "Your key",
    where: "Where to find the key",
    submit: "Connect",
    cancel: "Cancel",
    problems: {
      missing: "Type in the key.",
      refused: "The provider does not take this key.",
      unavailable: "The provider does not answer. Try again shortly.",
    },
  },
  done: {
    connectedTitle: "Account connected",
    refusedTitle: "Account not connected",
    connected: "You can close this window and go on in the application.",
    refused: "Nothing was connected. Close this window and try again in the application.",
  },
};
