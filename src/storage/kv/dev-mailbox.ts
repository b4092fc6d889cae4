import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { guarded } from "../guarded.ts";
import { devMailbox, kvKeys } from "./keys.ts";

/** A message as the mailbox of a laptop keeps it. */
export interface KeptMessage {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}

const mostListed = 100;
const latest = 9_999_999_999_999;

let order = 0;

/** Mails and text messages of a laptop, in place of sending them. Keys sort the newest first. */
export class DevMailbox {
  readonly #kv: KVNamespace;

  constructor(kv: KVNamespace) {
    this.#kv = kv;
  }

  async put({ id, to, subject, text, html }: Omit<KeptMessage, "sentAt">): Promise<void> {
    const sentAt = Date.now();
    order = (order + 1) % 1_000_000;
    const place = `${latest - sentAt}-${String(999_999 - order).padStart(6, "0")}`;
    const kept: KeptMessage = { id, to, subject, text, html, sentAt };
    const key = kvKeys.devMessage(await sha256(to), place);
    await guarded("devMailbox.put", () =>
      this.#kv.put(key, JSON.stringify(kept), { expirationTtl: limits.devMailboxTtlSeconds, metadata: { place } }),
    );
  }

  /** The newest first: those to one recipient, or all. */
  async list(to: string | null): Promise<KeptMessage[]> {
    const prefix = to === null ? devMailbox : kvKeys.devMessage(await sha256(to), "");
    const keys = await guarded("devMailbox.list", () => this.#kv.list<{ place: string }>({ prefix }));
    const newest = keys.keys
      .toSorted((one, other) => (one.metadata?.place ?? "").localeCompare(other.metadata?.place ?? ""))
      .slice(0, mostListed);
    const messages = await guarded("devMailbox.get", () =>
      Promise.all(newest.map(({ name }) => this.#kv.get<KeptMessage>(name, "json"))),
    );
    return messages.filter((message) => message !== null);
  }
}
