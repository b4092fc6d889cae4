import type { Bindings, Config } from "../config/env.ts";
import type { KeyRing } from "../crypto/key-ring.ts";
import { type Clock, systemClock } from "../lib/time.ts";
import { AuditQueue } from "../storage/audit-queue.ts";
import { ApiKeyStore } from "../storage/d1/api-key-store.ts";
import { AuditStore } from "../storage/d1/audit-store.ts";
import { CallLogStore } from "../storage/d1/call-log-store.ts";
import { ConnectionHolderStore } from "../storage/d1/connection-holder-store.ts";
import { LinkedAccountStore } from "../storage/d1/linked-account-store.ts";
import { MappingStore } from "../storage/d1/mapping-store.ts";
import { PasskeyStore } from "../storage/d1/passkey-store.ts";
import { RegistrationTokenStore } from "../storage/d1/registration-token-store.ts";
import { RevokedAccessTokenStore } from "../storage/d1/revoked-access-token-store.ts";
import { databasesOf, shardNamed } from "../storage/d1/shards.ts";
import { SourceStore } from "../storage/d1/source-store.ts";
import { UserImportStore } from "../storage/d1/user-import-store.ts";
import { UserStore } from "../storage/d1/user-store.ts";
import { WebhookDeliveryStore } from "../storage/d1/webhook-delivery-store.ts";
import { WebhookStore } from "../storage/d1/webhook-store.ts";
import { EventQueue } from "../storage/event-queue.ts";
import { guarded } from "../storage/guarded.ts";
import { AuthorizationCodeStore } from "../storage/kv/authorization-code-store.ts";
import { PushedRequestStore } from "../storage/kv/pushed-request-store.ts";
import { SplitTokenStore } from "../storage/kv/split-token-store.ts";
import { SsoTokenStore } from "../storage/kv/sso-token-store.ts";
import { TokenIndexStore } from "../storage/kv/token-index-store.ts";
import { UserObjects } from "../storage/user-object/handle.ts";
import { type AuditTrail, auditTrail } from "./audit/trail.ts";
import { ClientDirectory } from "./clients/client-directory.ts";
import { ProviderDirectory } from "./federation/provider-directory.ts";
import type { Realm } from "./realms/realm.ts";
import type { SyncUserJob } from "./users/change-user.ts";

/** Everything a rule may use: one realm, its stores, the clock. Nothing in here reaches another realm. */
export interface RealmContext {
  readonly realm: Realm;
  readonly config: Config;
  readonly ring: KeyRing;
  readonly clock: Clock;
  readonly users: UserStore;
  readonly userImports: UserImportStore;
  readonly clients: ClientDirectory;
  readonly providers: ProviderDirectory;
  readonly linkedAccounts: LinkedAccountStore;
  readonly passkeys: PasskeyStore;
  readonly codes: AuthorizationCodeStore;
  readonly pushedRequests: PushedRequestStore;
  readonly ssoTokens: SsoTokenStore;
  readonly objects: UserObjects;
  readonly revokedTokens: RevokedAccessTokenStore;
  readonly registrationTokens: RegistrationTokenStore;
  readonly sources: SourceStore;
  readonly apiKeys: ApiKeyStore;
  readonly tokenIndex: TokenIndexStore;
  readonly webhooks: WebhookStore;
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly events: EventQueue;
  readonly splitTokens: SplitTokenStore;
  readonly callLog: CallLogStore;
  readonly mappings: MappingStore;
  readonly connectionHolders: ConnectionHolderStore;
  readonly audit: AuditTrail;
  /** Has the user's object brought up to date by the queue, when it does not answer now; see `syncUser`. */
  readonly syncUserLater: (userId: number) => Promise<void>;
}

const contexts = new WeakMap<Realm, RealmContext>();

/** Binds the stores to the realm; once per realm and isolate. */
export function realmContext(realm: Realm, env: Bindings, config: Config, ring: KeyRing): RealmContext {
  const known = contexts.get(realm);
  if (known !== undefined) return known;
  const databases = databasesOf(env);
  const shard = shardNamed(databases, realm.shard);
  const objects = new UserObjects(env.USERS, realm);
  const context: RealmContext = {
    realm,
    config,
    ring,
    clock: systemClock,
    users: new UserStore(shard, realm.id),
    userImports: new UserImportStore(shard, databases.directory, realm.id),
    clients: new ClientDirectory(shard, databases.directory, realm.id, systemClock),
    providers: new ProviderDirectory(shard, realm.id, systemClock),
    linkedAccounts: new LinkedAccountStore(shard, realm.id),
    passkeys: new PasskeyStore(shard, realm.id),
    codes: new AuthorizationCodeStore(env.GRANTS, realm.id),
    pushedRequests: new PushedRequestStore(env.GRANTS, realm.id),
    ssoTokens: new SsoTokenStore(env.GRANTS, realm.id),
    objects,
    revokedTokens: new RevokedAccessTokenStore(shard, realm.id),
    registrationTokens: new RegistrationTokenStore(shard, realm.id),
    sources: new SourceStore(shard, realm.id),
    apiKeys: new ApiKeyStore(shard, realm.id),
    tokenIndex: new TokenIndexStore(env.GRANTS, realm.id),
    webhooks: new WebhookStore(shard, realm.id),
    webhookDeliveries: new WebhookDeliveryStore(shard, realm.id),
    events: new EventQueue(env.JOBS, objects, realm.id),
    splitTokens: new SplitTokenStore(env.GRANTS, realm.id),
    callLog: new CallLogStore(shard, realm.id),
    mappings: new MappingStore(shard, realm.id),
    connectionHolders: new ConnectionHolderStore(shard, realm.id),
    audit: auditTrail(new AuditQueue(env.AUDIT, new AuditStore(shard, realm.id), realm.id), systemClock),
    syncUserLater: async (userId) => {
      const job: SyncUserJob = { type: "sync-user", realmId: realm.id, userId };
      await guarded("jobs.send", () => env.JOBS.send(job));
    },
  };
  contexts.set(realm, context);
  return context;
}
