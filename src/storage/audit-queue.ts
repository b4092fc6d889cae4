import { waitUntil } from "cloudflare:workers";
import { limits } from "../config/limits.ts";
import type { AuditEvent, AuditJob } from "./audit-events.ts";
import type { AuditStore } from "./d1/audit-store.ts";
import { newAuditEvent } from "./new-audit-event.ts";

/** Where one realm's audit events go, after the answer. Nobody waits for it (docs/decisions/0025). */
export class AuditQueue {
  readonly #queue: Queue;
  readonly #store: AuditStore;
  readonly #realmId: string;
  #issued = new Map<string, { client: string; grant: string; count: number }>();

  constructor(queue: Queue, store: AuditStore, realmId: string) {
    this.#queue = queue;
    this.#store = store;
    this.#realmId = realmId;
  }

  /** What the queue does not take waits in D1, for the hourly job. */
  send(event: AuditEvent): void {
    waitUntil(this.#send(event));
  }

  async #send(event: AuditEvent): Promise<void> {
    try {
      await this.#queue.send({ type: "audit", realmId: this.#realmId, event } satisfies AuditJob);
    } catch {
      await this.#store.begin(event, Date.now()).catch((error: unknown) => {
        const name = error instanceof Error ? error.name : "unknown";
        const { id, type } = event;
        console.error(
          JSON.stringify({ level: "error", message: "an audit event is lost", event: id, type, error: name }),
        );
      });
    }
  }

  /** Counts a token that was given out. What this isolate counts in some seconds becomes one event. */
  countToken(grant: string, client: string): void {
    const isFirst = this.#issued.size === 0;
    const key = `${grant}|${client}`;
    const { count } = this.#issued.get(key) ?? { count: 0 };
    this.#issued.set(key, { client, grant, count: count + 1 });
    if (isFirst) waitUntil(this.#tellOfTokens());
  }

  async #tellOfTokens(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, limits.tokenCountMs));
    const counts = [...this.#issued.values()];
    this.#issued = new Map();
    const details = { counts, seconds: limits.tokenCountMs / 1000 };
    await this.#send(newAuditEvent({ type: "tokens.issued", actor: { kind: "system" }, details }, Date.now()));
  }
}
