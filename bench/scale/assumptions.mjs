// Everything that the model takes for given, with where it is from. Change it here; nothing else holds a number.

/** Limits that the platform documents, or its staff name. Looked up on 2026-11-22. */
export const platform = {
  /** https://developers.cloudflare.com/d1/platform/limits/ */
  d1BytesPerDatabase: 10e9,
  d1DatabasesPerAccount: 50_000,
  d1BytesPerAccount: 1e12,
  bindingsPerWorker: 5_000,
  /** The same page: a database serves one query after another; at 1 ms each that is 1,000 a second. */
  d1ReadMs: 1,
  d1WriteMs: 5,
  /** https://developers.cloudflare.com/durable-objects/platform/limits/: a soft limit of 1,000 requests a second for an object. */
  objectReadMs: 1,
  /** Some hundreds a second where each writes. */
  objectWriteMs: 2.5,
  /** https://developers.cloudflare.com/queues/platform/limits/ */
  queueMessagesPerSecond: 5_000,
  /** https://developers.cloudflare.com/kv/platform/limits/: one write a second for a key. Ours are each written once. */
  kvWritesPerKeyPerSecond: 1,
};

/** Not documented, and different everywhere: how long the way to each is, there and back. */
export const network = { object: 15, d1: 25, kvRead: 10, kvWrite: 60, limiter: 1 };

/** US dollars a million, paid plan, beyond what is included. https://developers.cloudflare.com/workers/platform/pricing/ and the pages of each product; 2026-11-21. */
export const prices = {
  request: 0.3,
  cpuMs: 0.02,
  kvRead: 0.5,
  kvWrite: 5,
  d1RowRead: 0.001,
  d1RowWritten: 1,
  objectRequest: 0.15,
  objectRowRead: 0.001,
  objectRowWritten: 1,
  /** Written, read, deleted: three operations of 0.40. */
  queueMessage: 1.2,
};

/** CPU milliseconds of an operation, from docs/performance.md, local simulators included: the upper end. */
export const cpuMs = {
  "client-credentials": 0.21,
  "code-loop": 1.88,
  refresh: 0.47,
  "users-me": 0.27,
  introspection: 0.32,
  "password-sign-in": 30.6,
};

/** The deployment that is asked about. */
export const deployment = {
  users: 100e6,
  realms: 50_000,
  /** How unequal realms are: Zipf's exponent. */
  inequality: 0.8,
  /** Of one user on one day. */
  perUserAndDay: {
    "password-sign-in": 0.1,
    "code-loop": 0.2,
    refresh: 3,
    "users-me": 15,
    introspection: 2,
    "client-credentials": 0.5,
  },
  /** The busiest minute against the day's mean. */
  peak: 3,
  /** Isolates that serve at once, and for how long each trusts its copy of a realm (config/limits.ts). */
  isolates: 1_000,
  realmCacheSeconds: 10,
  /** With DIRECTORY_REPLICAS: how often an isolate asks the database itself (config/limits.ts), and D1's regions with a copy, taken to be equally busy. */
  bookmarkSeconds: 4,
  directoryCopies: 6,
  /** Audit events of a user on a day, and for how many days a realm keeps them. */
  auditEventsPerUserAndDay: 0.25,
  auditDays: 365,
};
