const times = new Intl.RelativeTimeFormat("en");

/** Wording of the pages that let a device in. */
export const deviceEn = {
  title: "Connect a device",
  lead: "Enter the code that your TV, console or other device shows.",
  code: "Code on the device",
  codeHint: "Eight letters, like BCDF-GHJK. The hyphen does not matter.",
  submit: "Continue",
  problems: {
    missing: "Enter the code.",
    "wrong-code": "No device is waiting with this code. Compare it with what the device shows now.",
  },
  confirm: {
    title: (client: string) => `Connect ${client} to your account?`,
    lead: "Go on only if the device in front of you shows this code:",
    willBeAble: (client: string) => `${client} on that device will be able to`,
    noScopes: "Know that you have an account here",
    device: "Device",
    asked: "Asked",
    ago: (seconds: number) =>
      seconds < 60 ? times.format(-seconds, "second") : times.format(-Math.floor(seconds / 60), "minute"),
    caution: "Did somebody send you this code, or a link with it? Then choose Deny: they would get into your account.",
    allow: "Allow",
    deny: "Deny",
  },
  done: {
    titles: {
      connected: "Your device is connected",
      refused: "The device stays out",
      "session-limit": "Too many devices",
      "too-late": "This code is over",
    },
    leads: {
      connected: "Go back to it: it goes on by itself in a few seconds. You can close this page.",
      refused: "It was not given access to your account. You can close this page.",
      "session-limit":
        "Your account is signed in on too many devices. Sign out on one of them, then begin again on the device.",
      "too-late": "It has expired, or somebody has decided already. Ask the device for a new code.",
    },
    another: "Connect another device",
  },
};
