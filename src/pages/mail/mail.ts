import type { Notice, SeenDevice } from "../../domain/mail/notice.ts";
import { accountPaths } from "../account/paths.ts";
import type { PageFrame } from "../frame.ts";
import type { Texts } from "../texts/index.ts";
import { plainText } from "../untrusted/plain-text.ts";

/** What a message is written with: as pages are, and the origin that its links lead to. */
export interface MailFrame extends Omit<PageFrame, "nonce"> {
  readonly issuer: string;
}

/** How long what is in a message stays good. */
export interface Lifetimes {
  readonly codeMinutes: number;
  readonly resetLinkMinutes: number;
  readonly verificationLinkHours: number;
}

/** A mail before it is set: the plain part and the HTML part say the same, in this order. */
export interface MailContent {
  readonly subject: string;
  readonly heading: string;
  readonly lead: string;
  readonly code?: string;
  readonly codeLead?: string;
  readonly button?: { readonly label: string; readonly href: string; readonly lead?: string };
  readonly remarks: readonly string[];
}

type Writers = {
  [Type in Notice["type"]]: (
    notice: Extract<Notice, { type: Type }>,
    frame: MailFrame,
    realm: string,
    lifetimes: Lifetimes,
  ) => MailContent;
};

const writers: Writers = {
  "one-time-code": ({ code, isNewcomer }, { texts: { mail } }, realm, { codeMinutes }) => ({
    subject: mail.oneTimeCode.subject(realm),
    heading: mail.oneTimeCode.heading,
    lead: isNewcomer ? mail.oneTimeCode.newcomer(realm) : mail.oneTimeCode.lead(realm),
    code,
    remarks: [mail.oneTimeCode.rules(codeMinutes), mail.oneTimeCode.ignore],
  }),
  "address-code": ({ code }, { texts: { mail } }, realm, { codeMinutes }) => ({
    subject: mail.addressCode.subject(realm),
    heading: mail.addressCode.heading,
    lead: mail.addressCode.lead(realm),
    code,
    remarks: [mail.addressCode.rules(codeMinutes), mail.addressCode.ignore],
  }),
  "verification-link": ({ link }, { texts: { mail } }, realm, { verificationLinkHours }) => ({
    subject: mail.verificationLink.subject(realm),
    heading: mail.verificationLink.heading,
    lead: mail.verificationLink.lead(realm),
    button: { label: mail.verificationLink.button, href: link },
    remarks: [mail.verificationLink.rules(verificationLinkHours), mail.verificationLink.ignore],
  }),
  "password-reset": ({ link, code }, { texts: { mail } }, realm, { resetLinkMinutes, codeMinutes }) => ({
    subject: mail.passwordReset.subject(realm),
    heading: mail.passwordReset.heading,
    lead: mail.passwordReset.lead(realm),
    ...(code === null ? {} : { code, codeLead: mail.passwordReset.codeLead }),
    button: { label: mail.passwordReset.button, href: link },
    remarks: [
      code === null
        ? mail.passwordReset.linkRules(resetLinkMinutes)
        : mail.passwordReset.rules(resetLinkMinutes, codeMinutes),
      mail.passwordReset.ignore,
    ],
  }),
  "password-changed": (_, { texts: { mail }, issuer }, realm) => ({
    subject: mail.passwordChanged.subject(realm),
    heading: mail.passwordChanged.heading,
    lead: mail.passwordChanged.lead(realm),
    button: {
      label: mail.passwordChanged.button,
      href: `${issuer}/forgot-password`,
      lead: mail.passwordChanged.alarm,
    },
    remarks: [],
  }),
  "address-changed": ({ changed }, { texts: { mail } }, realm) => ({
    subject: mail.addressChanged[changed].subject(realm),
    heading: mail.addressChanged[changed].heading,
    lead: mail.addressChanged[changed].lead(realm),
    remarks: [mail.addressChanged.alarm(realm)],
  }),
  "factors-changed": ({ event }, { texts: { mail } }, realm) => ({
    subject: mail.factorsChanged.subject(realm),
    heading: mail.factorsChanged.heading,
    lead: mail.factorsChanged.leads[event](realm),
    remarks: [mail.factorsChanged.alarm(realm)],
  }),
  "new-device": ({ device }, { texts, issuer }, realm) => ({
    subject: texts.mail.newDevice.subject(realm),
    heading: texts.mail.newDevice.heading,
    lead: texts.mail.newDevice.lead(realm),
    button: {
      label: texts.mail.newDevice.button,
      href: `${issuer}${accountPaths.devices}`,
      lead: texts.mail.newDevice.alarm,
    },
    remarks: [
      texts.mail.newDevice.device(nameOf(device, texts)),
      ...(device.network === null ? [] : [texts.mail.newDevice.network(device.network)]),
      texts.mail.newDevice.time(momentText(device.at, texts.language)),
    ],
  }),
  theft: ({ application, at }, { texts, issuer }, realm) => ({
    subject: texts.mail.theft.subject(realm),
    heading: texts.mail.theft.heading,
    lead: texts.mail.theft.lead(realm),
    button: {
      label: texts.mail.newDevice.button,
      href: `${issuer}${accountPaths.devices}`,
      lead: texts.mail.theft.alarm,
    },
    remarks: [
      ...(application === null ? [] : [texts.mail.theft.application(plainText(application, 100))]),
      texts.mail.newDevice.time(momentText(at, texts.language)),
    ],
  }),
  "vault-report": ({ failures, consents }, { texts: { mail } }, realm) => {
    const [about, ...then] = [
      ...(failures.lines.length === 0 ? [] : [{ texts: mail.failedCalls, ...failures }]),
      ...(consents.lines.length === 0 ? [] : [{ texts: mail.consents, ...consents }]),
    ];
    const { subject, heading, lead } = about?.texts ?? mail.consents;
    const told = ({ texts, lines, more }: NonNullable<typeof about>): string[] => [
      ...lines.map(texts.line),
      ...(more === 0 ? [] : [texts.more(more)]),
      texts.where,
    ];
    return {
      subject: subject(realm),
      heading,
      lead: lead(realm),
      remarks: [
        ...(about === undefined ? [] : told(about)),
        ...then.flatMap((each) => [each.texts.lead(realm), ...told(each)]),
      ],
    };
  },
  "account-changed": ({ event }, { texts: { mail } }, realm) => ({
    subject: mail.accountChanged.subjects[event](realm),
    heading: mail.accountChanged.headings[event],
    lead: mail.accountChanged.leads[event](realm),
    remarks: [event === "account-deleted" ? mail.accountChanged.farewell(realm) : mail.factorsChanged.alarm(realm)],
  }),
};

function nameOf({ browser, system }: SeenDevice, { accountPages: { devices } }: Texts): string {
  if (browser !== null && system !== null) return devices.on(browser, system);
  return browser ?? system ?? devices.unknown;
}

const momentText = (at: number, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long", timeZone: "UTC" }).format(at);

/** The mail that a notice becomes. Nothing in it is anybody's free text but the realm's name, on one line. */
export function mailOf(notice: Notice, frame: MailFrame, lifetimes: Lifetimes): MailContent {
  const write = writers[notice.type] as (
    notice: Notice,
    frame: MailFrame,
    realm: string,
    lifetimes: Lifetimes,
  ) => MailContent;
  return write(notice, frame, plainText(frame.realmName), lifetimes);
}

/** The same as plain text. */
export function plainPart(content: MailContent, frame: MailFrame): string {
  const { heading, lead, code, codeLead, button, remarks } = content;
  const paragraphs = [
    heading,
    lead,
    codeLead,
    code,
    button === undefined ? undefined : `${button.lead ?? `${button.label}:`}\n${button.href}`,
    ...remarks,
    `-- \n${signature(frame)}`,
  ];
  return `${paragraphs.filter((paragraph) => paragraph !== undefined).join("\n\n")}\n`;
}

export const signature = (frame: MailFrame): string =>
  frame.texts.mail.sentBy(plainText(frame.realmName), new URL(frame.issuer).host);

/** A notice as a text message: one short paragraph, and never a link. */
export function textMessageOf(notice: Notice, { texts: { mail }, realmName }: MailFrame, lifetimes: Lifetimes): string {
  const realm = plainText(realmName);
  if (notice.type === "one-time-code") return mail.oneTimeCode.text(notice.code, realm, lifetimes.codeMinutes);
  if (notice.type === "address-code") return mail.addressCode.text(notice.code, realm, lifetimes.codeMinutes);
  if (notice.type === "password-reset")
    return notice.code === null
      ? mail.passwordReset.lead(realm)
      : mail.passwordReset.text(notice.code, realm, lifetimes.codeMinutes);
  if (notice.type === "password-changed") return mail.passwordChanged.text(realm);
  if (notice.type === "address-changed")
    return `${mail.addressChanged[notice.changed].lead(realm)} ${mail.addressChanged.alarm(realm)}`;
  if (notice.type === "factors-changed")
    return `${mail.factorsChanged.leads[notice.event](realm)} ${mail.factorsChanged.textAlarm}`;
  if (notice.type === "account-changed")
    return notice.event === "account-deleted"
      ? mail.accountChanged.leads[notice.event](realm)
      : `${mail.accountChanged.leads[notice.event](realm)} ${mail.factorsChanged.textAlarm}`;
  if (notice.type === "new-device") return `${mail.newDevice.lead(realm)} ${mail.factorsChanged.textAlarm}`;
  if (notice.type === "theft") return `${mail.theft.lead(realm)} ${mail.factorsChanged.textAlarm}`;
  if (notice.type === "vault-report")
    return (notice.failures.lines.length === 0 ? mail.consents : mail.failedCalls).lead(realm);
  return `${mail.verificationLink.lead(realm)} ${notice.link}`;
}
