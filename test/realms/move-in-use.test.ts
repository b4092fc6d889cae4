import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { beginMove } from "../../src/domain/realms/move-realm.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { deployment, done, freshHost, type Json, operate } from "../admin/support.ts";
import { eventually, exported, firstBroken } from "../audit/support.ts";
import { travel } from "../support/clock.ts";
import { dyingStep, goOn, moving, stateOf, stepTo } from "../support/moves.ts";
import { rowsIn, secondShard } from "../support/shards.ts";
import { issued, postAs, refresh } from "../support/token-side.ts";
import { goodPassword, jsonBody, makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const signUp = (context: RealmContext, email: string) =>
  request(`${context.realm.issuer}/api/auth/v1/signup`, jsonBody({ name: "Neo", email, password: goodPassword }));

const operatorsMake = (realmId: string, email: string) =>
  request(`https://operators.test/admin/v1/realms/${realmId}/users`, jsonBody({ email }, deployment));

/** Right, or refused until later: what it was. */
async function verdict(response: Response, right: number): Promise<boolean> {
  if (response.status === 503) {
    expect([response.headers.get("retry-after"), response.headers.get("x-error-code")]).toEqual(["2", "realm-moving"]);
    return false;
  }
  expect(response.status, await response.clone().text()).toBe(right);
  return true;
}

it("RE-05 loses and doubles nothing of what goes on while a realm is moved, and answers rightly or 503", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const context = await makeRealm({}, {});
  const { realm } = context;
  const path = `/realms/${realm.id}`;
  const client = await makeClient(context, {
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  });
  const people = await Promise.all(Array.from({ length: 6 }, () => makeUser(context)));
  let { tokens } = await issued(context, client);
  await beginMove(moving(), realm.id, "1");

  const signedUp: string[] = [];
  const renamed = new Map<number, string>();
  let refused = 0;
  let signIns = 0;
  let isOver = false;
  // Passwords are hashed in this isolate, too: without a pause nobody else would have a turn.
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
  const keepOn = async (once: () => Promise<boolean>): Promise<void> => {
    try {
      while (!isOver) {
        if (!(await once())) refused++;
        await pause();
      }
    } finally {
      isOver = true;
    }
  };
  const traffic = [
    keepOn(async () => {
      const email = `neo-${randomHandle(6).toLowerCase()}@example.test`;
      const taken = await verdict(await signUp(context, email), 200);
      if (taken) signedUp.push(email);
      return taken;
    }),
    keepOn(async () => {
      const person = people[Math.floor(Math.random() * people.length)];
      if (person === undefined) throw new Error("nobody");
      const name = randomHandle(6);
      const answer = await operate("PATCH", `${path}/users/${person.id}`, { name });
      expect([200, 503], answer.text).toContain(answer.status);
      if (answer.status === 200) renamed.set(person.id, name);
      return answer.status === 200;
    }),
    keepOn(async () => {
      const response = await refresh(context, client, tokens.refresh_token);
      expect(response.status).toBe(200);
      tokens = await response.json();
      return true;
    }),
    keepOn(async () => {
      signIns++;
      return (await signIn(context, people[0] ?? { email: null })) !== "";
    }),
  ];
  /** Waits until each kind of change was taken, or refused, and somebody signed in, since now. Ends when one of them fails. */
  const untilSeen = async (outcome: "taken" | "refused"): Promise<void> => {
    const [names, ups, ins, no] = [renamed.size, signedUp.length, signIns, refused];
    const isSeen = () =>
      signIns > ins && (outcome === "taken" ? renamed.size > names && signedUp.length > ups : refused > no + 1);
    while (!isOver && !isSeen()) await pause();
  };
  // Page by page, so that much happens in between.
  try {
    await untilSeen("taken");
    let was = await stateOf(realm.id);
    for (let steps = 0; !isOver && was !== "switched" && steps < 200; steps++) {
      await dyingStep(realm.id);
      const state = await stateOf(realm.id);
      if (steps === 15) await untilSeen("taken");
      // When catching up begins, the fence is noted and does not stand yet.
      if (state !== was && state !== "catching-up") await untilSeen("refused");
      was = state;
    }
  } finally {
    isOver = true;
  }
  await Promise.all(traffic);
  expect([signedUp.length > 0, renamed.size > 0, refused > 0]).toEqual([true, true, true]);

  // An isolate that has not heard of the switch, and one that has: neither takes changes yet, both know everybody.
  for (const hears of [false, true]) {
    if (hears) forgetHosts(realm.hosts);
    expect(await verdict(await operatorsMake(realm.id, "late@example.test"), 201)).toBe(false);
    expect(await signIn(context, people[1] ?? { email: null })).not.toBe("");
    const refreshed = await refresh(context, client, tokens.refresh_token);
    expect(refreshed.status).toBe(200);
    tokens = await refreshed.json();
  }
  expect((await postAs(context, client, "/introspect", { token: tokens.access_token })).status).toBe(200);

  travel(12);
  await goOn(realm.id);
  expect(await stateOf(realm.id)).toBe("settling");
  expect(await verdict(await operatorsMake(realm.id, "late@example.test"), 201)).toBe(true);
  const { results } = await secondShard()
    .prepare("select id, email, name from users where realm_id = ?")
    .bind(realm.id)
    .all<{ id: number; email: string; name: string }>();
  for (const email of [...signedUp, "late@example.test"])
    expect(results.filter((row) => row.email === email)).toHaveLength(1);
  for (const [id, name] of renamed) expect(results.find((row) => row.id === id)?.name).toBe(name);
  for (const person of people) expect(results.filter(({ id }) => id === person.id)).toHaveLength(1);

  await eventually(realm.id, ({ type }) => type === "user.signed_in");
  const log = await exported(realm.id);
  expect([log.links.length > 0, firstBroken(log)]).toEqual([true, null]);
  await done(200, operate("PATCH", `${path}/users/${people[0]?.id}`, { name: "Settled" }));
  await done(201, operate("POST", `${path}/clients`, { name: "App" }));
}, 60_000);

it("AD-01 operators begin a move, see how far it is, and abort it; both are written down (ASVS 16.2.1)", async () => {
  const realm = await done(201, operate("POST", "/realms", { name: "Moved", domains: [freshHost()] }));
  const path = `/realms/${realm.id}/move`;
  const id = String(realm.id);
  await done(201, operate("POST", `/realms/${id}/users`, { email: "una@example.test" }));
  expect((await operate("GET", path)).status).toBe(404);
  expect((await operate("DELETE", path)).status).toBe(404);
  expect((await operate("POST", path, { to: "main" })).json.code).toBe("realm-already-there");
  const nowhere = await operate("POST", path, { to: "7" });
  expect([nowhere.status, nowhere.json.code]).toEqual([422, "validation-failed"]);

  const begun = await done(202, operate("POST", path, { to: "1" }));
  expect(begun).toMatchObject({ from: "main", to: "1", state: "copying", failure: null });
  await vi.waitFor(async () => expect((await operate("GET", path)).json.state).toBe("switched"), { timeout: 15_000 });
  for (const [method, body, code] of [
    ["POST", { to: "main" }, "realm-move-under-way"],
    ["DELETE", undefined, "realm-move-too-late"],
  ] as const) {
    const answer = await operate(method, path, body);
    expect([answer.status, answer.json.code]).toEqual([409, code]);
  }
  expect((await operate("DELETE", `/realms/${id}`)).json.code).toBe("realm-move-under-way");
  expect((await operate("PATCH", `/realms/${id}`, { name: "Renamed" })).status).toBe(503);
  travel(12);
  await goOn(id);
  const moved = await done(200, operate("GET", path));
  expect([moved.lifted_at, moved.content_hash]).toEqual([expect.any(String), expect.stringMatching(/^[\w-]{43}$/)]);
  expect((await done(200, operate("GET", `/realms/${id}`))).shard).toBe("1");
  await done(200, operate("PATCH", `/realms/${id}`, { name: "Renamed" }));
  const events = (await done(200, operate("GET", "/events?limit=50"))).events as Json[];
  const told = events.filter(({ type }) => String(type).startsWith("realm.move_"));
  expect(told.map(({ type, outcome }) => [type, outcome])).toContainEqual(["realm.move_begun", "done"]);
  expect(told.find(({ outcome }) => outcome === "done")).toMatchObject({
    target: { kind: "realm", id },
    details: { from: "main", to: "1" },
  });
  travel(1_300);
  await goOn(id);
  await done(204, operate("DELETE", `/realms/${id}`));
  await vi.waitFor(async () => expect([await rowsIn(env.DB, id), await rowsIn(secondShard(), id)]).toEqual([{}, {}]), {
    timeout: 15_000,
  });
});

it("RE-05 an aborted move gives the realm back to those who change it", async () => {
  const context = await makeRealm();
  const { id } = context.realm;
  await beginMove(moving(), id, "1");
  await stepTo(id, "verifying");
  expect(await verdict(await signUp(context, "one@example.test"), 200)).toBe(false);
  await done(202, operate("DELETE", `/realms/${id}/move`));
  const isLifted = async () => (await moving().moves.find(id))?.liftedAt !== null;
  await vi.waitFor(async () => expect(await isLifted()).toBe(true), { timeout: 15_000 });
  expect(await verdict(await signUp(context, "one@example.test"), 200)).toBe(true);
  expect(await rowsIn(secondShard(), id)).toEqual({});
});
