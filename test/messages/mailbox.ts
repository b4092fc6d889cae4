import { expect } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { request } from "../support/world.ts";

/** A message as GET /dev/mailbox shows it (contract §8). */
export interface MailboxMessage {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly sent_at: string;
}

/** What was sent to one recipient, the newest first. */
export async function messagesTo(context: RealmContext, to: string | null): Promise<MailboxMessage[]> {
  const url = `${context.realm.issuer}/dev/mailbox?${new URLSearchParams({ to: to ?? "" })}`;
  const response = await request(url, { headers: { accept: "application/json" } });
  expect(response.status).toBe(200);
  return (await response.json<{ messages: MailboxMessage[] }>()).messages;
}

/** The newest message to somebody. Fails when there is none. */
export async function newestTo(context: RealmContext, to: string | null): Promise<MailboxMessage> {
  const [newest] = await messagesTo(context, to);
  if (newest === undefined) throw new Error("nothing was sent");
  return newest;
}

export const countTo = async (context: RealmContext, to: string | null): Promise<number> =>
  (await messagesTo(context, to)).length;

/** The six digits of a message. */
export function codeIn({ text }: MailboxMessage): string {
  const codes = [...text.matchAll(/(?<![\w-])\d{6}(?![\w-])/g)].map(([code]) => code);
  expect(codes).toHaveLength(1);
  return codes[0] ?? "";
}

/** The one link of a message. */
export function linkIn({ text }: MailboxMessage): URL {
  const links = [...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
  expect(links).toHaveLength(1);
  return new URL(links[0] ?? "");
}

/** Another code of six digits. */
export const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
