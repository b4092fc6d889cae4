import { limits } from "../../config/limits.ts";
import { randomHandle } from "../../crypto/random.ts";
import type { Notice } from "../../domain/mail/notice.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import { type Lifetimes, type MailFrame, mailOf, plainPart, textMessageOf } from "../../pages/mail/mail.ts";
import { htmlPart } from "../../pages/mail/mail-document.tsx";
import type { Texts } from "../../pages/texts/index.ts";
import { plainText } from "../../pages/untrusted/plain-text.ts";
import { lookOf, siteName } from "../realm-look.ts";

/** A finished message on its way through the queue. Sending it again sends the same one: nothing in it is made anew. */
export interface Message {
  /** The same for every try, so that a provider can tell a repetition. */
  readonly id: string;
  readonly channel: "mail" | "sms";
  readonly from: { readonly address: string | null; readonly name: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Empty for a text message. */
  readonly html: string;
  /** Milliseconds since the epoch: from then on it would only confuse. */
  readonly worthlessAfter: number;
}

const lifetimes: Lifetimes = {
  codeMinutes: limits.oneTimeCodeTtlSeconds / 60,
  resetLinkMinutes: limits.resetLinkTtlSeconds / 60,
  verificationLinkHours: limits.verificationLinkTtlSeconds / 3600,
};

const ttlSeconds: Record<Notice["type"], number> = {
  "one-time-code": limits.oneTimeCodeTtlSeconds,
  "address-code": limits.oneTimeCodeTtlSeconds,
  "verification-link": limits.verificationLinkTtlSeconds,
  "password-reset": limits.resetLinkTtlSeconds,
  "password-changed": limits.noticeTtlSeconds,
  "address-changed": limits.noticeTtlSeconds,
  "factors-changed": limits.noticeTtlSeconds,
  "account-changed": limits.noticeTtlSeconds,
  "new-device": limits.noticeTtlSeconds,
  theft: limits.noticeTtlSeconds,
  "vault-report": limits.noticeTtlSeconds,
};

export function writeMessage(realm: Realm, texts: Texts, notice: Notice, now: number): Message {
  const { mail } = realm.settings;
  const frame: MailFrame = {
    realmName: siteName(realm),
    language: texts.language,
    direction: texts.direction,
    texts,
    issuer: realm.issuer,
    theme: lookOf(realm),
  };
  const common = {
    id: randomHandle(16),
    to: notice.to.value,
    from: { address: mail.from_address ?? null, name: mail.from_name ?? plainText(siteName(realm)) },
    worthlessAfter: now + ttlSeconds[notice.type] * 1000,
  };
  if (notice.to.kind === "phone")
    return { ...common, channel: "sms", subject: "", text: textMessageOf(notice, frame, lifetimes), html: "" };
  const content = mailOf(notice, frame, lifetimes);
  const { subject } = content;
  return { ...common, channel: "mail", subject, text: plainPart(content, frame), html: htmlPart(content, frame) };
}
