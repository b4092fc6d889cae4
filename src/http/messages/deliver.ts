import type { Bindings, Config, MessageProvider } from "../../config/env.ts";
import { outboundFetch } from "../../domain/outbound/outbound-fetch.ts";
import { DevMailbox } from "../../storage/kv/dev-mailbox.ts";
import type { Message } from "./message.ts";

/** A message that no provider took. The text names no recipient and no content. */
export class DeliveryFailed extends Error {
  override readonly name = "DeliveryFailed";
}

/** Hands a finished message to whoever sends it. Throws DeliveryFailed, or what the provider's connection throws; then it may be tried again. */
export async function deliver(message: Message, env: Bindings, config: Config): Promise<"sent" | "too-late"> {
  if (message.worthlessAfter <= Date.now()) return "too-late";
  await send(message, env, config);
  return "sent";
}

async function send(message: Message, env: Bindings, config: Config): Promise<void> {
  if (config.development) return new DevMailbox(env.GRANTS).put(message);
  if (message.channel === "sms") return deliverTextMessage(message, config);
  if (config.mailProvider !== null) return postTo(config.mailProvider, message, mailBody(message));
  await deliverByBinding(message, env);
}

async function deliverTextMessage(message: Message, config: Config): Promise<void> {
  if (config.smsProvider === null) throw new DeliveryFailed("no way of sending text messages is set up");
  const { id, to, text } = message;
  await postTo(config.smsProvider, message, { id, to, text });
}

async function deliverByBinding({ from, to, subject, text, html }: Message, env: Bindings): Promise<void> {
  if (env.MAIL === undefined) throw new DeliveryFailed("no way of sending mails is set up");
  const sender = requireSender(from.address);
  try {
    await env.MAIL.send({ from: { email: sender, name: from.name }, to, subject, text, html });
  } catch (cause) {
    throw new DeliveryFailed("the mail binding refused", { cause });
  }
}

const mailBody = ({ id, from, to, subject, text, html }: Message): Record<string, unknown> => ({
  id,
  from: { address: requireSender(from.address), name: from.name },
  to,
  subject,
  text,
  html,
});

function requireSender(address: string | null): string {
  if (address === null) throw new DeliveryFailed("the realm has no mail.from_address");
  return address;
}

/** One JSON POST a message; 2xx takes it. */
async function postTo({ url, token }: MessageProvider, { id }: Message, body: Record<string, unknown>): Promise<void> {
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${token}`,
    "idempotency-key": id,
  };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await outboundFetch(url, init, { development: false });
  if (!response.ok) throw new DeliveryFailed(`the provider answered ${response.status}`);
}
