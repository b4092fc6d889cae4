import { waitUntil } from "cloudflare:workers";
import type { EventJob, RealmEvent } from "./events.ts";
import type { UserObjects } from "./user-object/handle.ts";

/** Where one realm's events go that are not written down by the user's object itself. Nobody waits for it. */
export class EventQueue {
  readonly #queue: Queue;
  readonly #objects: UserObjects;
  readonly #realmId: string;

  constructor(queue: Queue, objects: UserObjects, realmId: string) {
    this.#queue = queue;
    this.#objects = objects;
    this.#realmId = realmId;
  }

  /** What the queue does not take is kept in the user's object, whose alarm tries again. */
  send(userId: number, event: RealmEvent): void {
    waitUntil(this.#send(userId, { type: "event", realmId: this.#realmId, event }));
  }

  async #send(userId: number, job: EventJob): Promise<void> {
    try {
      await this.#queue.send(job);
    } catch {
      await this.#objects
        .call(userId, (user) => user.keepEvent(job))
        .catch((error: unknown) => {
          const name = error instanceof Error ? error.name : "unknown";
          const { id, type } = job.event;
          console.error(JSON.stringify({ level: "error", message: "an event is lost", event: id, type, error: name }));
        });
    }
  }
}
