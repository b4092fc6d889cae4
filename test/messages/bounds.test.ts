import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { randomHandle } from "../../src/crypto/random.ts";
import { hashOfAddress } from "../../src/domain/mail/address.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { objectOf } from "../support/token-side.ts";
import { makeRealm, makeUser } from "../support/world.ts";
import { post } from "../surfaces/session-api.ts";
import { codeIn, newestTo } from "./mailbox.ts";

afterEach(() => {
  vi.useRealTimers();
});

const tables = ["mailed_secrets", "send_allowances"] as const;

const countRows = (sql: SqlStorage): number[] =>
  tables.map((table) => sql.exec<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).one().count);

const isOver = (sql: SqlStorage, table: (typeof tables)[number], now: number): boolean =>
  sql.exec(`SELECT 1 FROM ${table} WHERE ${table === "mailed_secrets" ? "expires_at" : "full_at"} <= ?`, now).toArray()
    .length > 0;

/** The object that stands in for an address without an account. */
async function standIn(context: RealmContext, email: string) {
  const hash = await hashOfAddress({ kind: "email", value: email });
  const bucket = (hash.charCodeAt(0) + hash.charCodeAt(1)) % 16;
  return env.USERS.getByName(`${context.realm.id}:stranger:${bucket}`);
}

describe("what is kept of codes and links that were sent", () => {
  it("MF-09 is a keyed hash: neither the code nor the token nor the address", async () => {
    const context = await makeRealm();
    const user = await makeUser(context, { emailVerified: true });
    await post(context, "/users/send-otp", { email: user.email });
    const code = codeIn(await newestTo(context, user.email));
    await post(context, "/users/forgot-password", { email: user.email });
    await post(context, "/users/send-verification-link", { email: user.email });
    const rows = await runInDurableObject(objectOf(context, user.id), (_object, state) =>
      state.storage.sql.exec("SELECT * FROM mailed_secrets").toArray(),
    );
    expect(rows.map(({ key }) => String(key).split("|")[0]).sort()).toEqual([
      "reset",
      "reset-link",
      "sign-in",
      "verification-link",
    ]);
    const kept = JSON.stringify(rows);
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(user.email);
    expect(kept).not.toContain("example.test");
  });

  it("RL-05 is cleaned away when it is over, for accounts and for addresses without one", async () => {
    const context = await makeRealm();
    const user = await makeUser(context, { emailVerified: true });
    travel(0);
    const email = `fresh-${randomHandle(6).toLowerCase()}@example.test`;
    for (const to of [user.email, email]) await post(context, "/users/send-otp", { email: to });
    for (const stub of [objectOf(context, user.id), await standIn(context, email)]) {
      expect(await runInDurableObject(stub, (_object, state) => countRows(state.storage.sql))).toEqual([1, 1]);
    }
    travel(3600);
    for (const stub of [objectOf(context, user.id), await standIn(context, email)]) {
      expect(await runDurableObjectAlarm(stub)).toBe(true);
      expect(await runInDurableObject(stub, (_object, state) => countRows(state.storage.sql))).toEqual([0, 0]);
    }
  });

  it("RL-05 is bounded for addresses without an account, the soonest over leaving first", async () => {
    const context = await makeRealm();
    const email = `fresh-${randomHandle(6).toLowerCase()}@example.test`;
    await post(context, "/users/send-otp", { email });
    const stub = await standIn(context, email);
    const soon = Date.now() + 1000;
    await runInDurableObject(stub, (_object, state) => {
      for (const [table, columns] of [
        ["mailed_secrets", "(key, hash, expires_at)"],
        ["send_allowances", "(key, full_at)"],
      ] as const)
        state.storage.sql.exec(
          `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
           INSERT INTO ${table} ${columns} SELECT 'filler' || i, ${table === "mailed_secrets" ? "'x'," : ""} ?2 FROM n`,
          limits.mailedSecretsPerObject - 1,
          soon,
        );
      expect(countRows(state.storage.sql)).toEqual([limits.mailedSecretsPerObject, limits.mailedSecretsPerObject]);
    });
    const code = codeIn(await newestTo(context, email));
    await post(context, "/users/forgot-password", { email });
    await runInDurableObject(stub, (_object, state) => {
      expect(countRows(state.storage.sql)).toEqual([limits.mailedSecretsPerObject, limits.mailedSecretsPerObject]);
      for (const table of tables) expect(isOver(state.storage.sql, table, soon)).toBe(true);
    });
    expect((await post(context, "/signup", { email, otp: code })).status).toBe(200);
  });
});
