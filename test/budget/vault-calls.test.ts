import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { travel } from "../support/clock.ts";
import { costOf, countingEnv } from "../support/counting-env.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { jsonBody } from "../support/world.ts";
import { keysOf, makeVault, type Vault } from "../vault/calling.ts";

const counting = countingEnv();
let vault: Vault;
beforeAll(async () => {
  stubInternet();
  vault = await makeVault();
  standUp(vault.host, () => Response.json({ ok: true }));
  travel(0);
  forgetHosts(vault.context.realm.hosts);
  await cost();
});
afterAll(() => void vi.useRealTimers());

const cost = () =>
  costOf(
    counting,
    `${vault.context.realm.issuer}/oauth/method/example/call?${keysOf(vault)}`,
    jsonBody({ url: `https://${vault.host}/x` }),
  );

describe("what a warm call of the token vault costs in calls to storage", () => {
  it("POST /oauth/method/:provider/call: the user's row, the application's count, the connection; the log afterwards, in one batch", async () => {
    const { response, calls } = await cost();
    expect(response.status).toBe(200);
    expect(calls.filter((call) => call !== "DB.batch")).toEqual(["DB.raw", "USERS.takeTurn", "USERS.connection"]);
    await vi.waitFor(() => expect(counting.calls.filter((call) => call === "DB.batch")).toHaveLength(1));
  });
});
