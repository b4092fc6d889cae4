// What may happen to a deployment, as operations for the model. Each answers what it is about and what comes of it.
import { cpuMs, deployment, network, platform, prices } from "./assumptions.mjs";
import { exponential, randomBy, simulate, zipf } from "./model.mjs";

const SEED = 20_261_122;
const DAY_SECONDS = 86_400;
const QUEUE_MS = 1000 / platform.queueMessagesPerSecond;
/** Whole calls: fractions are what others did meanwhile, the consumer of audit events above all, or a copy that had grown old. */
const calls = (of) =>
  Object.entries(of).map(([name, value]) => [name, typeof value === "number" ? Math.round(value) : value]);

/** @typedef {Record<string, { calls: Record<string, number>, objectRowsWritten: number, objectRowsRead: number }>} Counted */

/** An operation of one user, as the calls that were counted for it. @param {Counted} counted */
function operationOf(counted, { name, at, realm, user, shard }) {
  const { calls: made, objectRowsWritten } = counted[name];
  const objectCalls = calls(made)
    .filter(([call]) => call.startsWith("USERS."))
    .reduce((sum, [, count]) => sum + count, 0);
  const writes = Math.min(objectCalls, Math.ceil(objectRowsWritten / 2));
  const list = [{ serviceMs: cpuMs[name] }];
  let objects = 0;
  for (const [call, count] of calls(made))
    for (let time = 0; time < count; time += 1) {
      if (call.startsWith("USERS.")) {
        const isWrite = objects++ < writes;
        list.push({
          server: `user:${realm}:${user}`,
          serviceMs: isWrite ? platform.objectWriteMs : platform.objectReadMs,
          awayMs: network.object,
        });
      } else if (call.startsWith("DB."))
        list.push({ server: `shard:${shard}`, serviceMs: platform.d1ReadMs, awayMs: network.d1 });
      else if (call === "GRANTS.get") list.push({ serviceMs: network.kvRead });
      else if (call === "GRANTS.put") list.push({ serviceMs: network.kvWrite });
      else if (call.startsWith("JOBS.") || call.startsWith("AUDIT."))
        list.push({ server: "queue", serviceMs: QUEUE_MS, unawaited: true });
      else list.push({ serviceMs: network.limiter });
    }
  return { name, at, calls: list };
}

/** US dollars of a million of each. @param {Counted} counted */
export function costs(counted) {
  return Object.fromEntries(
    Object.entries(counted)
      .filter(([name]) => name in cpuMs)
      .map(([name, { calls: made, objectRowsRead, objectRowsWritten, requests }]) => {
        const of = (prefix) =>
          calls(made)
            .filter(([call]) => call.startsWith(prefix))
            .reduce((sum, [, count]) => sum + count, 0);
        const parts = {
          requests: requests * prices.request,
          cpu: cpuMs[name] * prices.cpuMs,
          kv: of("GRANTS.get") * prices.kvRead + of("GRANTS.put") * prices.kvWrite,
          d1: of("DB.") * prices.d1RowRead,
          objects:
            of("USERS.") * prices.objectRequest +
            objectRowsRead * prices.objectRowRead +
            objectRowsWritten * prices.objectRowWritten,
          queue: of("JOBS.") * prices.queueMessage + of("JOBS.") * auditRows * prices.d1RowWritten,
        };
        return [name, { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) }];
      }),
  );
}

/** A chained event is a row, with three indexes, and one of the day's counts. */
const auditRows = 5;

/** How many shards the deployment needs, and what for. @param {{ user: number, auditEvent: number }} sizes bytes */
export function shardsNeeded(sizes, counted) {
  const { users, auditEventsPerUserAndDay, auditDays, perUserAndDay, peak } = deployment;
  const perUser = sizes.user + sizes.auditEvent * auditEventsPerUserAndDay * auditDays;
  const perUserWith30Days = sizes.user + sizes.auditEvent * auditEventsPerUserAndDay * 30;
  const fill = 0.6;
  const bySize = Math.ceil((users * perUser) / (platform.d1BytesPerDatabase * fill));
  const perSecond = (users * peak) / DAY_SECONDS;
  const reads = Object.entries(perUserAndDay).reduce((sum, [name, often]) => {
    const queries = calls(counted[name].calls)
      .filter(([call]) => call.startsWith("DB."))
      .reduce((all, [, count]) => all + count, 0);
    return sum + queries * often * perSecond;
  }, 0);
  const auditWrites = auditEventsPerUserAndDay * perSecond * 2;
  const busyMsPerSecond = reads * platform.d1ReadMs + auditWrites * platform.d1WriteMs;
  const byLoad = Math.ceil(busyMsPerSecond / 1000 / 0.5);
  return {
    bytesPerUser: Math.round(perUser),
    withoutAudit: sizes.user,
    bySize,
    bySizeWithAuditOf30Days: Math.ceil((users * perUserWith30Days) / (platform.d1BytesPerDatabase * fill)),
    byLoad,
    shards: Math.max(bySize, byLoad),
    largestRealm: Math.floor(platform.d1BytesPerDatabase / perUser),
    largestRealmWithAuditOf30Days: Math.floor(platform.d1BytesPerDatabase / perUserWith30Days),
    totalBytes: users * perUser,
    reads: Math.round(reads),
    auditWrites: Math.round(auditWrites),
  };
}

/** How often isolates read realms anew from the directory, a second: each those that it has met within the life of a copy. */
export function directoryReads(requestsPerSecond, isolates, realmCacheSeconds = deployment.realmCacheSeconds) {
  const { realms, inequality } = deployment;
  const perIsolate = (requestsPerSecond / isolates) * realmCacheSeconds;
  let weights = 0;
  for (let realm = 1; realm <= realms; realm += 1) weights += realm ** -inequality;
  let met = 0;
  for (let realm = 1; realm <= realms; realm += 1) met += 1 - Math.exp((-perIsolate * realm ** -inequality) / weights);
  return (met * isolates) / realmCacheSeconds;
}

const often = Object.entries(deployment.perUserAndDay);
const mixOf = () => {
  const total = often.reduce((sum, [, times]) => sum + times, 0);
  return { total, names: often.map(([name, times]) => [name, times / total]) };
};

const draw = (random, names) => {
  let left = random();
  for (const [name, share] of names) {
    left -= share;
    if (left <= 0) return name;
  }
  return names.at(-1)[0];
};

/** The same with copies: what is left for the database itself, and what comes to each copy. Their answers are from half a bookmark's time ago on average. */
export function copiedDirectoryReads(requestsPerSecond, isolates) {
  const { realmCacheSeconds, bookmarkSeconds, directoryCopies } = deployment;
  const all = directoryReads(requestsPerSecond, isolates, realmCacheSeconds - bookmarkSeconds / 2);
  const ofDatabase = Math.min(all, isolates / bookmarkSeconds);
  return { ofDatabase, ofCopy: (all - ofDatabase) / directoryCopies };
}

/** The busiest time of an ordinary day, for two seconds. */
export function steady(counted, shards, random = randomBy(SEED)) {
  const { total, names } = mixOf();
  const perSecond = (deployment.users * total * deployment.peak) / DAY_SECONDS;
  const operations = [];
  for (let at = 0; at < 2_000; at += exponential(random, 1000 / perSecond)) {
    const realm = zipf(random, deployment.realms, deployment.inequality);
    operations.push(
      operationOf(counted, {
        name: draw(random, names),
        at,
        realm,
        user: Math.floor(random() * 2_000 * 50),
        shard: realm % shards,
      }),
    );
  }
  return { perSecond, ...simulate(operations) };
}

/** One realm alone, so many sign-ins and refreshes a second for five seconds, all on one shard. */
export function hotRealm(counted, perSecond, random = randomBy(SEED)) {
  const { names } = mixOf();
  const operations = [];
  for (let at = 0; at < 5_000; at += exponential(random, 1000 / perSecond))
    operations.push(
      operationOf(counted, { name: draw(random, names), at, realm: 0, user: Math.floor(random() * 5e6), shard: 0 }),
    );
  return simulate(operations);
}

/** One user, so many requests a second for ten seconds. */
export function hotUser(counted, name, perSecond, random = randomBy(SEED)) {
  const operations = [];
  for (let at = 0; at < 10_000; at += exponential(random, 1000 / perSecond))
    operations.push(operationOf(counted, { name, at, realm: 0, user: 0, shard: 0 }));
  return simulate(operations);
}

/** Sign-ins at ten times their rate for a minute, over all shards; what is shown is one shard with its share. */
export function loginStorm(counted, shards, times, random = randomBy(SEED)) {
  const { users, peak, perUserAndDay } = deployment;
  const perSecond = ((users / shards) * perUserAndDay["password-sign-in"] * peak * times) / DAY_SECONDS;
  const operations = [];
  for (let at = 0; at < 60_000; at += exponential(random, 1000 / perSecond))
    operations.push(
      operationOf(counted, { name: "password-sign-in", at, realm: 0, user: Math.floor(random() * 5e6), shard: 0 }),
    );
  return { perSecond, ...simulate(operations) };
}

/** Everybody of one realm must sign in again, and comes back within so many seconds: one shard, all of them new sessions. */
export function massKick(counted, { users, withinSeconds }, random = randomBy(SEED)) {
  const operations = [];
  for (let user = 0; user < users; user += 1)
    operations.push(
      operationOf(counted, { name: "password-sign-in", at: random() * withinSeconds * 1000, realm: 0, user, shard: 0 }),
    );
  return { perSecond: users / withinSeconds, ...simulate(operations) };
}

/** One client, its tokens for itself and its users' codes (RE-13). */
export function hotClient(counted, perSecond, random = randomBy(SEED)) {
  const operations = [];
  for (let at = 0; at < 5_000; at += exponential(random, 1000 / perSecond)) {
    const name = random() < 0.5 ? "client-credentials" : "code-loop";
    operations.push(operationOf(counted, { name, at, realm: 0, user: Math.floor(random() * 1e6), shard: 0 }));
  }
  return simulate(operations);
}
