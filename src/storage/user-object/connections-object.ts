import { parseEnv } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import { type KeyRing, keyRing } from "../../crypto/key-ring.ts";
import { type RewrapOutcome, type Rewrapping, rewrap } from "../../crypto/rewrap.ts";
import { type EventType, newEvent, userNames } from "../events.ts";
import { newAuditEvent } from "../new-audit-event.ts";
import type { ProviderOnce } from "../provider-once.ts";
import {
  finishRefresh,
  noteConnectionError,
  type RefreshClaim,
  type RefreshOutcome,
  type RefreshTurn,
  takeRefreshTurn,
} from "./connection-refresh.ts";
import {
  type ConnectionName,
  deleteConnection,
  endConnectionsWith,
  findConnection,
  listConnections,
  type NewConnection,
  putConnection,
  reseal,
  type StoredConnection,
  sweptConnections,
} from "./connections.ts";
import { DevicesObject } from "./devices-object.ts";
import { keepEvent } from "./event-outbox.ts";
import { findProfile } from "./profile.ts";
import { rewrapTotp, sealedTotp, totpSecretPurpose } from "./totp.ts";

/** What connections are sealed for: one purpose, one derived key. */
export const connectionPurpose = "vault-connection";

/** The part of the user's object that keeps the token vault. It calls nobody: whoever has the turn does, outside. */
export abstract class ConnectionsObject extends DevicesObject {
  /** Callers who wait for somebody else's turn to end. */
  readonly #waiting = new Map<string, Set<() => void>>();

  async connection(name: ConnectionName): Promise<StoredConnection | null> {
    return findConnection(this.sql, name);
  }

  /** With `sid`, on behalf of that session: null when it is over. */
  async connections(sid: string | null, clientId: string | null): Promise<StoredConnection[] | null> {
    if (sid !== null && this.liveSession(sid, Date.now()) === null) return null;
    return listConnections(this.sql, clientId);
  }

  /** See `putConnection`. The user must be here still: one that was erased gets no new connection. */
  async putConnection(
    connection: NewConnection,
    sid: string,
  ): Promise<StoredConnection | "session-ended" | "too-many"> {
    const now = Date.now();
    if (this.liveSession(sid, now) === null) return "session-ended";
    const stored = putConnection(this.sql, connection, now);
    if (stored === null) return "too-many";
    this.#tellWaiting(connection);
    await this.scheduleCleaning();
    return stored;
  }

  async deleteConnection(name: ConnectionName, oauthId: string | null): Promise<StoredConnection | null> {
    const deleted = deleteConnection(this.sql, name, oauthId, Date.now());
    this.#tellWaiting(name);
    this.tellOfEnds();
    return deleted;
  }

  /**
   * Ends all with that provider, for good: what they were is given back there, and who listens to one of `types` hears of each, in the step
   * in which it ends. Answers whose they were.
   */
  async endConnectionsWith(of: ProviderOnce, types: readonly EventType[], reason: string): Promise<string[]> {
    const now = Date.now();
    const ended = endConnectionsWith(this.sql, of, now);
    const profile = ended.length === 0 ? null : findProfile(this.sql);
    for (const { provider, clientId, oauthId } of ended) {
      this.#tellWaiting({ provider, clientId });
      if (profile === null) continue;
      const { realmId } = profile;
      const audited = { type: "connection.disconnected", reason, actor: { kind: "system" }, client: clientId } as const;
      const about = { ...audited, user: String(profile.id), target: { kind: "provider", id: provider } };
      keepEvent(this.sql, { type: "audit", realmId, event: newAuditEvent(about, now) }, now);
      const data = { ...userNames(profile), provider, client_id: clientId, oauth_id: oauthId, reason };
      for (const type of types) keepEvent(this.sql, { type: "event", realmId, event: newEvent(type, data, now) }, now);
    }
    this.tellOfEnds();
    return ended.map(({ clientId }) => clientId);
  }

  /**
   * See `takeRefreshTurn`. Answers "taken" only when the turn was somebody else's for too long: until then it waits, so that a hundred
   * callers ask once each.
   */
  async takeRefreshTurn(name: ConnectionName, claim: RefreshClaim): Promise<RefreshTurn> {
    const until = Date.now() + limits.vaultRefreshTurnMs;
    for (;;) {
      const turn = takeRefreshTurn(this.sql, name, claim, Date.now());
      if (turn.state !== "taken" || Date.now() >= until) return turn;
      await this.#turnEnds(name, turn.waitMs);
    }
  }

  async finishRefresh(
    name: ConnectionName,
    claim: RefreshClaim,
    outcome: RefreshOutcome,
  ): Promise<StoredConnection | null> {
    const stored = finishRefresh(this.sql, name, claim, outcome, Date.now());
    this.#tellWaiting(name);
    return stored;
  }

  async noteConnectionError(name: ConnectionName, version: number, code: string): Promise<void> {
    noteConnectionError(this.sql, name, { version, code }, Date.now());
  }

  async resealConnection(connection: StoredConnection, sealed: string): Promise<boolean> {
    return reseal(this.sql, connection, sealed, Date.now());
  }

  /** Also looks whether what nobody uses is sealed with the newest key (docs/decisions/0022). */
  override async alarm(): Promise<void> {
    await this.#sweep();
    await super.alarm();
  }

  async #sweep(): Promise<void> {
    for (const connection of sweptConnections(this.sql, Date.now())) await this.#rewrapConnection(connection);
  }

  /** Brings all that is sealed here under the newest key. `owner`: what the authenticator app's secret is bound to. */
  async rewrapSecrets(owner: string): Promise<Rewrapping> {
    const outcomes = [await this.#rewrapTotp(owner)];
    for (const connection of listConnections(this.sql, null)) outcomes.push(await this.#rewrapConnection(connection));
    const count = (wanted: RewrapOutcome): number => outcomes.filter((outcome) => outcome === wanted).length;
    return { rewrapped: count("rewrapped"), lost: count("lost") };
  }

  #rewrapConnection(connection: StoredConnection): Promise<RewrapOutcome> {
    return rewrap(this.#ring, connectionPurpose, connection.sealedFor, connection.sealed, (sealed) =>
      reseal(this.sql, connection, sealed, Date.now()),
    );
  }

  async #rewrapTotp(owner: string): Promise<RewrapOutcome> {
    const before = sealedTotp(this.sql);
    if (before === null) return "nothing";
    return rewrap(this.#ring, totpSecretPurpose, owner, before, (sealed) => rewrapTotp(this.sql, before, sealed));
  }

  get #ring(): KeyRing {
    return keyRing(parseEnv(this.env));
  }

  #turnEnds(name: ConnectionName, waitMs: number): Promise<void> {
    const key = keyOf(name);
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      waiting.add(done);
    });
  }

  #tellWaiting(name: ConnectionName): void {
    const waiting = this.#waiting.get(keyOf(name));
    this.#waiting.delete(keyOf(name));
    for (const done of waiting ?? []) done();
  }
}

const keyOf = ({ provider, clientId }: ConnectionName): string => `${provider}|${clientId}`;
