const plural = new Intl.PluralRules("en");
const count = (n: number, one: string, other: string) => `${n} ${plural.select(n) === "one" ? one : other}`;

interface TallyLine {
  readonly provider: string;
  readonly clientId: string;
  readonly code: string;
  readonly count: number;
  readonly statusCode: number | null;
  readonly lastCallId: string | null;
}

const inMinutes = (minutes: number): string => count(minutes, "minute", "minutes");
const inHours = (hours: number): string => count(hours, "hour", "hours");

/** Wording of mails and text messages. */
export const mailEn = {
  sentBy: (realm: string, host: string) => `Sent by ${realm}, ${host}`,
  linkInstead: "If the button does not work, open this address:",

  /** The page that stands in for sending, where the product is developed. */
  mailbox: {
    title: "Mails and text messages",
    titleFor: (recipient: string) => `Messages to ${recipient}`,
    lead: "Nothing leaves this machine. The newest comes first.",
    empty: "There is nothing here yet.",
    textMessage: "Text message",
    to: "to",
    asHtml: "as HTML",
  },

  oneTimeCode: {
    subject: (realm: string) => `Your code for ${realm}`,
    heading: "Your code",
    lead: (realm: string) => `Enter it at ${realm} to go on.`,
    newcomer: (realm: string) => `Enter it at ${realm} to make your account.`,
    rules: (minutes: number) =>
      `It works once, within ${inMinutes(minutes)}. Whoever has it can sign in as you, so give it to nobody. We never ask for it.`,
    ignore: "If you did not ask for it, there is nothing you have to do.",
    text: (code: string, realm: string, minutes: number) =>
      `${code} is your code for ${realm}. It works once, within ${inMinutes(minutes)}. Give it to nobody.`,
  },

  addressCode: {
    subject: (realm: string) => `Confirm your address for ${realm}`,
    heading: "Is this your address?",
    lead: (realm: string) =>
      `Somebody who is signed in at ${realm} wants to use this address for their account. If that is you, enter this code there.`,
    rules: (minutes: number) => `It works once, within ${inMinutes(minutes)}. We never ask for it anywhere else.`,
    ignore: "If it is not you, do nothing: without the code this address is not used.",
    text: (code: string, realm: string, minutes: number) =>
      `${code} confirms this number for your account at ${realm}. It works once, within ${inMinutes(minutes)}. Give it to nobody.`,
  },

  verificationLink: {
    subject: (realm: string) => `Confirm your address for ${realm}`,
    heading: "Confirm your address",
    lead: (realm: string) => `An account at ${realm} was made with this address. Confirm that it is yours.`,
    button: "Confirm my address",
    rules: (hours: number) => `The link works once, within ${inHours(hours)}.`,
    ignore: "If you did not make this account, do not open the link: it would confirm the account of somebody else.",
  },

  passwordReset: {
    subject: (realm: string) => `Set a new password for ${realm}`,
    heading: "Set a new password",
    lead: (realm: string) => `Somebody, we hope it was you, asked for a new password for your account at ${realm}.`,
    codeLead: "If you were asked for a code, enter this one:",
    button: "Choose a new password",
    rules: (linkMinutes: number, codeMinutes: number) =>
      `The link works once, within ${inMinutes(linkMinutes)}; the code within ${inMinutes(codeMinutes)}. Give them to nobody.`,
    linkRules: (minutes: number) => `The link works once, within ${inMinutes(minutes)}. Give it to nobody.`,
    ignore: "If it was not you, do nothing: your password stays as it is.",
    text: (code: string, realm: string, minutes: number) =>
      `${code} is your code to set a new password for ${realm}. It works once, within ${inMinutes(minutes)}. Give it to nobody.`,
  },

  passwordChanged: {
    subject: (realm: string) => `Your password for ${realm} was changed`,
    heading: "Your password was changed",
    lead: (realm: string) =>
      `The password of your account at ${realm} was changed just now. Your other devices were signed out.`,
    alarm: "If it was not you, choose a new one at once:",
    button: "Choose a new password",
    text: (realm: string) =>
      `The password of your account at ${realm} was changed. If it was not you, set a new one at once.`,
  },

  addressChanged: {
    email: {
      subject: (realm: string) => `Your email address at ${realm} was changed`,
      heading: "Your email address was changed",
      lead: (realm: string) =>
        `Your account at ${realm} has another email address from now on. Messages about your account go there.`,
    },
    phone: {
      subject: (realm: string) => `Your phone number at ${realm} was changed`,
      heading: "Your phone number was changed",
      lead: (realm: string) => `Your account at ${realm} has another phone number from now on.`,
    },
    alarm: (realm: string) => `If it was not you, tell the people who run ${realm} at once.`,
  },

  factorsChanged: {
    subject: (realm: string) => `The way you sign in to ${realm} was changed`,
    heading: "The way you sign in was changed",
    leads: {
      "tfa-enabled": (realm: string) => `Two-step verification was turned on for your account at ${realm}.`,
      "tfa-disabled": (realm: string) => `Two-step verification was turned off for your account at ${realm}.`,
      "tfa-reset": (realm: string) =>
        `The people who run ${realm} removed two-step verification and all passkeys from your account.`,
      "recovery-code-used": (realm: string) => `A recovery code was used to sign in to your account at ${realm}.`,
      "recovery-codes-renewed": (realm: string) =>
        `New recovery codes were made for your account at ${realm}. The old ones are worth nothing any more.`,
      "passkey-added": (realm: string) => `A passkey was added to your account at ${realm}.`,
      "passkey-removed": (realm: string) => `A passkey was removed from your account at ${realm}.`,
    },
    alarm: (realm: string) => `If it was not you, change your password and tell the people who run ${realm} at once.`,
    textAlarm: "If it was not you, change your password at once.",
  },

  newDevice: {
    subject: (realm: string) => `A new device signed in to your account at ${realm}`,
    heading: "A new device signed in",
    lead: (realm: string) => `A device that has not been used with it before signed in to your account at ${realm}.`,
    alarm:
      "If it was you, there is nothing to do. If it was not, sign the device out and change your password at once:",
    button: "Look at your devices",
    device: (name: string) => `Device: ${name}`,
    network: (network: string) => `Network: ${network}`,
    time: (time: string) => `Time: ${time}`,
  },

  theft: {
    subject: (realm: string) => `An access to your account at ${realm} was used twice`,
    heading: "An access was used twice",
    lead: (realm: string) =>
      `An application used its access to your account at ${realm} a second time, as it happens when somebody has copied it. We ended that access.`,
    alarm:
      "You may have to sign in there once more. If there is a device among yours that you do not know, sign it out and change your password:",
    application: (name: string) => `Application: ${name}`,
  },

  failedCalls: {
    subject: (realm: string) => `Calls to providers failed at ${realm}`,
    heading: "Calls to providers failed",
    lead: (realm: string) => `These calls of the token vault of ${realm} failed since the last report.`,
    line: ({ count: times, provider, clientId, code, statusCode, lastCallId }: TallyLine) =>
      `${provider}, application ${clientId}: ${code} ${count(times, "time", "times")}${statusCode === null ? "" : `, last answer ${statusCode}`}. Last call: ${lastCallId}`,
    more: (others: number) => `And ${count(others, "more kind", "more kinds")} of failures.`,
    where: "The log of calls has each of them, for seven days.",
  },

  consents: {
    subject: (realm: string) => `Consents in the token vault of ${realm}`,
    heading: "Consents in the token vault",
    lead: (realm: string) =>
      `What people have let applications use elsewhere, and taken back, since the last report from ${realm}.`,
    line: ({ count: times, provider, clientId, code }: TallyLine) =>
      `${provider}, application ${clientId}: ${code} ${count(times, "time", "times")}`,
    more: (others: number) => `And ${count(others, "more kind", "more kinds")} of consents.`,
    where: "The audit log has every connection that began or ended.",
  },

  accountChanged: {
    subjects: {
      "account-linked": (realm: string) => `An account was connected to yours at ${realm}`,
      "account-unlinked": (realm: string) => `An account was disconnected from yours at ${realm}`,
      "device-linked": (realm: string) => `A device was connected to your account at ${realm}`,
      "username-changed": (realm: string) => `Your username at ${realm} was changed`,
      "data-downloaded": (realm: string) => `Your data at ${realm} was downloaded`,
      "account-deleted": (realm: string) => `Your account at ${realm} is deleted`,
    },
    headings: {
      "account-linked": "An account was connected",
      "account-unlinked": "An account was disconnected",
      "device-linked": "A device was connected",
      "username-changed": "Your username was changed",
      "data-downloaded": "Your data was downloaded",
      "account-deleted": "Your account is deleted",
    },
    leads: {
      "account-linked": (realm: string) =>
        `Another account of yours was connected to your account at ${realm}. Whoever can sign in to it can sign in here, too.`,
      "account-unlinked": (realm: string) =>
        `An account elsewhere was disconnected from your account at ${realm}. It does not sign you in any more.`,
      "device-linked": (realm: string) =>
        `A device was connected to your account at ${realm}. It stays signed in until you end it in your account.`,
      "username-changed": (realm: string) => `Your account at ${realm} has another username from now on.`,
      "data-downloaded": (realm: string) => `A copy of what your account at ${realm} holds was downloaded just now.`,
      "account-deleted": (realm: string) =>
        `Your account at ${realm} was deleted, as you asked, with everything that belonged to it.`,
    },
    farewell: (realm: string) =>
      `This is the last message about it. If it was not you, tell the people who run ${realm}.`,
  },
};

export type MailTexts = typeof mailEn;
