/** GET /dev/mailbox: what would have been sent (contract §8). On hosts of this machine and of realms, under development; otherwise there is no such address. */
import type { Next } from "hono";
import { parseEmail, parsePhoneNumber } from "../../domain/users/canonical.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { readQuery } from "../../http/read-body.ts";
import { isAtHome } from "../../http/this-machine.ts";
import { MailboxPage } from "../../pages/mailbox-page.tsx";
import { DevMailbox, type KeptMessage } from "../../storage/kv/dev-mailbox.ts";

export async function devMailbox(c: AppContext, next: Next): Promise<Response | undefined> {
  if (!c.get("config").development || c.req.method !== "GET" || !(await isAtHome(c))) {
    await next();
    return undefined;
  }
  const query = readQuery(c);
  const to = query.get("to");
  const messages = await new DevMailbox(c.env.GRANTS).list(to === undefined ? null : canonical(to));
  const shownId = query.get("html");
  if (shownId !== undefined) return htmlPart(c, messages, shownId);
  c.header("cache-control", "no-store");
  if ((c.req.header("accept") ?? "").includes("application/json"))
    return c.json({ messages: messages.map(messageJson) });
  return sendPage(c, (frame) => (
    <MailboxPage frame={frame} to={to} messages={messages.map((message) => shown(message))} />
  ));
}

/** However the address was typed; a plus in front of a phone number is a space by the time it arrives. */
const canonical = (to: string): string => parseEmail(to) ?? parsePhoneNumber(to) ?? to;

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

const messageJson = ({ id, to, subject, text, html, sentAt }: KeptMessage) => ({
  id,
  to,
  subject,
  text,
  html,
  sent_at: isoTime(sentAt),
});

const shown = ({ id, to, subject, text, html, sentAt }: KeptMessage) => ({
  id,
  to,
  subject,
  text,
  sentAt: isoTime(sentAt),
  htmlHref: html === "" ? undefined : `/dev/mailbox?${new URLSearchParams({ to, html: id })}`,
});

/** The mail as a mail program shows it: no script, no address of ours behind it. */
function htmlPart(c: AppContext, messages: readonly KeptMessage[], id: string): Response {
  const message = messages.find((candidate) => candidate.id === id);
  if (message === undefined) return c.text("There is no such message.", 404);
  c.header("content-security-policy", "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'");
  return c.html(message.html);
}
