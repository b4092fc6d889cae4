import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type Facts, findingsOf } from "../../src/domain/doctor/findings.ts";
import { DeploymentStore } from "../../src/storage/d1/deployment-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { config, makeRealm } from "../support/world.ts";
import { done, type Json, operate } from "./support.ts";

const now = Date.UTC(2026, 10, 1);
const key = { realm: "daily", algorithm: "ES256", activatedAt: now };
const well: Facts = {
  config,
  hasMail: true,
  isLocalHost: true,
  now,
  missingColumns: [],
  keyValueWorks: true,
  silent: [],
  hasQueue: true,
  signingKeys: [
    { ...key, status: "active" },
    { ...key, status: "next", activatedAt: null },
  ],
  keyEncryption: {
    keys: [{ id: "t1", present: true, seals: true, sealed: { signing_keys: 6 }, removableAt: null }],
    sweep: null,
  },
  providersWithoutSecret: [],
  failingWebhooks: [],
  deadDeliveries: 0,
  costlyRealms: [],
};
const keptUntil = (removableAt: number | null): Partial<Facts> => ({
  keyEncryption: {
    keys: [
      { id: "t2", present: true, seals: true, sealed: {}, removableAt: null },
      { id: "t1", present: true, seals: false, sealed: removableAt === null ? { signing_keys: 2 } : {}, removableAt },
    ],
    sweep: null,
  },
});
const production = { ...config, development: false };
const dayMs = 86_400_000;

describe("the examination of a deployment", () => {
  it("finds nothing where all is well", () => {
    const findings = findingsOf(well);
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(findings.every(({ remedy }) => remedy === null)).toBe(true);
  });

  it.each<[string, Partial<Facts>, string, string, RegExp]>([
    ["a database that does not answer", { missingColumns: null }, "database", "fail", /does not answer/],
    [
      "a database of an older version",
      { missingColumns: ["users.imported_hash"] },
      "database",
      "fail",
      /users\.imported_hash/,
    ],
    ["KV that does not answer", { keyValueWorks: false }, "grants", "fail", /KV/],
    ["objects that do not answer", { silent: ["objects", "objects_eu"] }, "objects", "fail", /objects do not answer$/],
    ["objects of one region", { silent: ["objects_eu"] }, "objects", "fail", /within eu$/],
    [
      "a shard that does not answer",
      { missingColumns: null, silent: ["database_1"] },
      "database",
      "fail",
      /database_1$/,
    ],
    ["no queue", { hasQueue: false }, "queue", "fail", /not bound/],
    ["a laptop's settings where others reach it", { isLocalHost: false }, "environment", "fail", /development/],
    ["no way to send mails", { config: production, hasMail: false }, "mail", "fail", /no way/],
    [
      "a key-encryption key that is gone",
      {
        keyEncryption: {
          keys: [{ id: "k0", present: false, seals: false, sealed: { signing_keys: 1 }, removableAt: null }],
          sweep: null,
        },
      },
      "KEY_ENCRYPTION_KEYS",
      "fail",
      /^k0 \(1 values in D1\) is gone/,
    ],
    [
      "a key-encryption key that has more to open",
      keptUntil(null),
      "KEY_ENCRYPTION_KEYS",
      "warn",
      /keep t1 \(2 values/,
    ],
    ["a key that refresh tokens name", keptUntil(now + 1), "KEY_ENCRYPTION_KEYS", "warn", /until 2026-11-01/],
    ["a key that nothing needs", keptUntil(now), "KEY_ENCRYPTION_KEYS", "warn", /nothing needs t1 any more/],
    [
      "a key that is a year old",
      {
        signingKeys: [
          { ...key, status: "active", activatedAt: now - 366 * dayMs },
          { ...key, status: "next" },
        ],
      },
      "signing keys",
      "warn",
      /daily \(ES256\)/,
    ],
    [
      "a key with none to follow",
      { signingKeys: [{ ...key, status: "active" }] },
      "signing keys",
      "warn",
      /none to follow/,
    ],
    [
      "a provider without its secret",
      { providersWithoutSecret: [{ realm: "daily", name: "google" }] },
      "providers",
      "warn",
      /daily\/google/,
    ],
    [
      "a webhook that takes nothing",
      { failingWebhooks: [{ realm: "daily", id: "wh_1" }] },
      "webhooks",
      "warn",
      /daily\/wh_1/,
    ],
    ["dead letters", { deadDeliveries: 7 }, "dead letters", "warn", /7 deliveries/],
  ])("finds %s, and says what to do", (_, facts, name, state, detail) => {
    const amiss = findingsOf({ ...well, ...facts }).filter((finding) => finding.state !== "ok");
    const found = amiss.find((finding) => finding.name === name && finding.state === state);
    expect(found, JSON.stringify(amiss)).toMatchObject({
      detail: expect.stringMatching(detail),
      remedy: expect.any(String),
    });
  });

  it("knows every table and column that this version uses", async () => {
    await makeRealm();
    expect(await new DeploymentStore(databasesOf(env)).missingColumns()).toEqual([]);
  });

  it("MR-07 tells operators of the deployment how things are, and no secret", async () => {
    await makeRealm();
    const answer = await operate("GET", "/doctor");
    expect(answer.status, answer.text).toBe(200);
    const checks = (await done(200, operate("GET", "/doctor"))).checks as Json[];
    for (const name of ["database", "grants", "objects", "queue", "environment", "ADMIN_TOKEN", "mail"])
      expect(
        checks.find((check) => check.name === name),
        name,
      ).toMatchObject({ state: "ok" });
    for (const secret of [config.adminToken, env.KEY_ENCRYPTION_KEYS.split(":")[1] ?? "none"])
      expect(answer.text).not.toContain(secret);
  });
});
