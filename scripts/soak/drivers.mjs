// Who makes the load: each connection is one user's, at one client of one realm.
import { Connection } from "../../bench/lib/connection.mjs";
import { readKeys } from "./checks.mjs";
import { OPERATIONS } from "./operations.mjs";

/** Counts which of two builds has answered, and how often it was not the one that had answered here before. */
class Followed extends Connection {
  answers = { older: 0, newer: 0, handedOver: 0 };
  #build;
  #counted;

  async send(encoded) {
    const answer = await super.send(encoded);
    const build = answer.header("x-build");
    // A connection that had to be opened sends by way of itself.
    if (build === undefined || answer === this.#counted) return answer;
    this.#counted = answer;
    this.answers[build] += 1;
    if (this.#build !== undefined && this.#build !== build) this.answers.handedOver += 1;
    this.#build = build;
    return answer;
  }
}

/** @param {{ port: number, realms: object[], connections: number, isCarriedOn: boolean }} world */
export function driversFor({ port, realms, connections, isCarriedOn }) {
  const readied = realms.map((realm) => ({ ...realm, keys: readKeys(realm.jwks) }));
  return readied.flatMap((realm) =>
    Object.keys(OPERATIONS).flatMap((operation, at) =>
      Array.from({ length: connections }, (_, index) => ({
        operation,
        isCarriedOn,
        connection: new Followed({ port, host: realm.host }),
        context: {
          realm,
          others: readied.filter((other) => other !== realm),
          client: realm.clients[index % realm.clients.length],
          otherClient: realm.clients[(index + 1) % realm.clients.length],
          user: realm.users[at * connections + index],
        },
      })),
    ),
  );
}
