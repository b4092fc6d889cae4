import { afterEach, expect, it, vi } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { verifyTokenHash } from "../../src/domain/sources/verify-token.ts";
import { travel } from "../support/clock.ts";
import { formBody, makeClient, request, signIn, type TestClient, tokensFor } from "../support/world.ts";
import { type Asker, answerOf, makeAsker } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
});

const kinds = ["valid", "expired", "revoked", "foreign", "unknown", "garbage"] as const;
type Kind = (typeof kinds)[number];

/** A token, and whose it is while it is alive; null when it never was. */
interface Asked {
  readonly kind: Kind;
  readonly token: string;
  readonly userId: number | null;
  readonly end: () => Promise<Response>;
}

/** Two sessions and an access token of each of so many people. */
async function makeTokens(context: RealmContext, client: TestClient, people: number): Promise<Asked[]> {
  const { issuer } = context.realm;
  const ofOne = async (): Promise<Asked[]> => {
    const { user, cookie, tokens } = await tokensFor(context, client);
    const asked = (token: string, end: Asked["end"]): Asked => ({ kind: "valid", token, userId: user.id, end });
    const session = (token: string): Asked =>
      asked(token, () => request(`${issuer}/api/auth/v1/logout`, { headers: { cookie: `qt-auth=${token}` } }));
    const access = { token: tokens.access_token, client_id: client.clientId, client_secret: client.secret };
    return [
      asked(tokens.access_token, () => request(`${issuer}/revoke`, formBody(access))),
      session(await signIn(context, user)),
      session(cookie),
    ];
  };
  return (await Promise.all(Array.from({ length: people }, ofOne))).flat();
}

const as = (kind: Kind, tokens: readonly Asked[]): Asked[] => tokens.map((asked) => ({ ...asked, kind }));

const nobodys = (kind: Kind, tokens: readonly string[]): Asked[] =>
  tokens.map((token) => ({ kind, token, userId: null, end: () => Promise.reject(new Error("never began")) }));

/** What can be made of a good token by whoever does not know it, or not all of it. */
const spoiled = ({ token }: Asked): string[] => [
  ` ${token}`,
  `${token}=`,
  token.slice(0, -1),
  token.toLowerCase(),
  token.split(".").slice(0, 2).join("."),
  token.split(".")[2] ?? "",
];

/** The same numbers each time (Lehmer's generator, Park and Miller 1988). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Every fortieth over the wire, which counts calls and looks the key up; the rest where the answer is decided. */
async function userBehind(asker: Asker, token: string, index: number): Promise<string | null> {
  if (index % 40 !== 0) {
    const profile = await verifyTokenHash(asker.context, await sha256(token), null);
    return profile === null ? null : String(profile.id);
  }
  const { valid, user } = await answerOf(asker, token);
  return valid === true ? (user as { user_id: string }).user_id : null;
}

it("SE-07 MR-02 of ten thousand answers about valid, expired, revoked, foreign, unknown and spoiled tokens none is wrong", async () => {
  const settings = { session_idle_seconds: 3_600, rate_limits: { session_checks_per_key_per_minute: 1_000 } };
  const [asker, elsewhere] = [await makeAsker(settings), await makeAsker(settings)];
  const client = await makeClient(asker.context);
  const expired = await makeTokens(asker.context, client, 4);
  travel(7_200);
  const living = await makeTokens(asker.context, client, 12);
  const foreign = await makeTokens(elsewhere.context, await makeClient(elsewhere.context), 4);
  const pools: Record<Kind, Asked[]> = {
    valid: living,
    expired: as("expired", expired),
    revoked: [],
    foreign: as("foreign", foreign),
    unknown: nobodys(
      "unknown",
      Array.from({ length: 12 }, (_, index) => `nobody's ${index}`),
    ),
    garbage: nobodys("garbage", ["", "dummy", "null", ...living.slice(0, 3).flatMap(spoiled)]),
  };
  const below = numbersFrom(20_261_122);
  const endOne = async (): Promise<void> => {
    const [ended] = pools.valid.splice(below(pools.valid.length), 1);
    if (ended === undefined) throw new Error("nobody is left");
    expect((await ended.end()).ok).toBe(true);
    pools.revoked.push({ ...ended, kind: "revoked" });
  };
  const pick = (): Asked => {
    const pool = pools[kinds[below(kinds.length)] ?? "valid"];
    const asked = pool[below(pool.length)];
    if (asked === undefined) throw new Error("nothing to ask about");
    return asked;
  };
  await endOne();

  const counts = new Map<Kind, number>();
  const wrong: unknown[] = [];
  for (let batch = 0; batch < 100; batch++) {
    const batchOf = Array.from({ length: 100 }, pick);
    const answers = await Promise.all(batchOf.map(({ token }, index) => userBehind(asker, token, index)));
    for (const [index, { kind, userId }] of batchOf.entries()) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const right = kind === "valid" ? String(userId) : null;
      if (answers[index] !== right) wrong.push({ kind, right, answered: answers[index] });
    }
    if (batch % 4 === 3) await endOne();
  }
  expect(wrong).toEqual([]);
  for (const kind of kinds) expect(counts.get(kind), kind).toBeGreaterThan(1_500);
}, 180_000);
