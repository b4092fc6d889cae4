import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { answerAt, once } from "../authorization/requests.ts";
import { goodPassword, makeRealm, makeUser, type TestClient } from "../support/world.ts";
import { logIn } from "../surfaces/session-api.ts";
import { errorUri, formOf, fromPage, makePartner, partner, postForm, postJson } from "./support.ts";

const wrong = "wrong-harbour-quill-1";

let context: RealmContext;
let client: TestClient;
let somebody: Record<string, { email: string; password: string }>;

beforeAll(async () => {
  context = await makeRealm();
  client = await makePartner(context);
  const known = await makeUser(context);
  const disabled = await makeUser(context, { disabled: true });
  const withoutPassword = await makeUser(context, { password: null });
  somebody = {
    "a wrong password": { email: known.email ?? "", password: wrong },
    "an unknown address": { email: "nobody@example.test", password: wrong },
    "an unknown address with a good password": { email: "nobody.else@example.test", password: goodPassword },
    "no address at all": { email: "@@", password: wrong },
    "a name with a NUL": { email: "a\0b", password: wrong },
    "an address too long for anybody": { email: `${"a".repeat(400)}@example.test`, password: wrong },
    "a disabled account, wrong password": { email: disabled.email ?? "", password: wrong },
    "a disabled account, right password": { email: disabled.email ?? "", password: goodPassword },
    "an account without a password": { email: withoutPassword.email ?? "", password: goodPassword },
    "a password too long for anybody": { email: known.email ?? "", password: "p".repeat(2000) },
  };
});

/** All that a caller sees, but for what is random in every answer. */
async function seen(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id" && name !== "date").sort();
  const body = (await response.text())
    .replaceAll(/nonce(-|=")[\w-]+/g, "nonce")
    .replaceAll(response.headers.get("x-request-id") ?? "-", "id");
  return [response.status, headers.map(([name, value]) => [name, value.replaceAll(/nonce-[\w-]+/g, "nonce")]), body];
}

type Send = (fields: Record<string, string | undefined>, realm?: RealmContext, of?: TestClient) => Promise<Response>;

const ways: [string, number, Send][] = [
  [
    "a form",
    302,
    (fields, realm = context, of = client) => postForm(realm, "/v1/login", formOf(of, fields), fromPage(partner)),
  ],
  [
    "a form without error_uri",
    401,
    (fields, realm = context, of = client) =>
      postForm(realm, "/v1/login", { ...formOf(of, fields), error_uri: undefined }, fromPage(partner)),
  ],
  ["JSON", 401, (fields, realm = context, of = client) => postJson(realm, "/api/v1/login", formOf(of, fields))],
];

describe.each(ways)("the answer to %s that fails (OWASP ASVS 6.3.8)", (_, status, send) => {
  it("PW-08 S1.18 is the same for everybody: status, headers, body, and what error_uri is told", async () => {
    const answers: [string, unknown][] = [];
    for (const [who, fields] of Object.entries(somebody)) answers.push([who, await seen(await send(fields))]);
    const [, expected] = answers[0] ?? [];
    expect(expected).toMatchObject([
      status,
      expect.arrayContaining([["x-error-code", "bad_credential"]]),
      expect.any(String),
    ]);
    for (const [who, answer] of answers) expect([who, answer]).toEqual([who, expected]);
  });

  it("PW-10 PW-11 is the same through throttling: held up after as many tries, for as long, the right password too", async () => {
    const histories: [string, string[]][] = [];
    for (const who of ["a wrong password", "an unknown address", "an account without a password"]) {
      const fresh = await makeRealm();
      const theirs = await makePartner(fresh, {}, { name: "Partner" });
      const email = somebody[who]?.email ?? "";
      if (who.includes("wrong")) await makeUser(fresh, { email });
      if (who.includes("without")) await makeUser(fresh, { email, password: null });
      const history: string[] = [];
      for (let tries = 0; tries < 9; tries++) {
        const response = await send({ email, password: wrong }, fresh, theirs);
        history.push(JSON.stringify(await seen(response)).replaceAll(fresh.realm.id, "realm"));
      }
      const right = await send({ email, password: goodPassword }, fresh, theirs);
      history.push(JSON.stringify(await seen(right)).replaceAll(fresh.realm.id, "realm"));
      histories.push([who, history]);
    }
    const [, expected = []] = histories[0] ?? [];
    expect(expected.map((entry) => /"x-error-code","([^"]+)"/.exec(entry)?.[1])).toEqual([
      ...Array<string>(8).fill("bad_credential"),
      "rate-limited",
      "rate-limited",
    ]);
    expect(expected.at(-1)).toMatch(/"retry-after","\d+"/);
    for (const [who, history] of histories) expect([who, history]).toEqual([who, expected]);
  });
});

describe("throttling at /v1/login (OWASP ASVS 6.3.1)", () => {
  it("RL-01 is told to error_uri as too_many_attempts, with state, and how long to wait in Retry-After", async () => {
    const fields = formOf(client, { email: "spray@example.test", password: wrong });
    for (let tries = 0; tries < 8; tries++) await postForm(context, "/v1/login", fields, fromPage(partner));
    const response = await postForm(context, "/v1/login", fields, fromPage(partner));
    expect(response.status).toBe(302);
    expect(once(answerAt(response, errorUri))).toEqual({
      error: "too_many_attempts",
      state: "a state & more",
      iss: context.realm.issuer,
    });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    const json = await postJson(context, "/v1/login", fields);
    expect([json.status, json.headers.get("x-error-code")]).toEqual([429, "rate-limited"]);
    expect(Number(json.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("PW-14 is shared with the other ways in, in both directions", async () => {
    const user = await makeUser(context);
    const fields = formOf(client, { email: user.email ?? "", password: wrong });
    for (let tries = 0; tries < 4; tries++) await postForm(context, "/v1/login", fields);
    for (let tries = 0; tries < 4; tries++) await logIn(context, user.email, wrong);
    expect((await logIn(context, user.email)).status).toBe(429);
    expect((await postJson(context, "/v1/login", { ...fields, password: goodPassword })).status).toBe(429);
  });

  it("RL-01 holds an address up that tries many accounts, whichever way it is answered", async () => {
    const strict = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 10 } });
    const theirs = await makePartner(strict);
    const fields = (index: number) => formOf(theirs, { email: `spray-${index}@example.test`, password: wrong });
    for (let index = 0; index < 10; index++) await postForm(strict, "/v1/login", fields(index));
    const held = await postForm(strict, "/v1/login", fields(10), fromPage(partner));
    expect(once(answerAt(held, errorUri)).error).toBe("too_many_attempts");
    expect(held.headers.get("retry-after")).toBe("60");
    expect((await postJson(strict, "/v1/login", fields(11))).status).toBe(429);
  });

  it("PW-08 says bad_credential to error_uri even in a realm that tells programs who is unknown", async () => {
    const open = await makeRealm({ reveal_unknown_user: true });
    const fields = formOf(await makePartner(open), { email: "nobody@example.test", password: wrong });
    const told = await postForm(open, "/v1/login", fields, fromPage(partner));
    expect(once(answerAt(told, errorUri)).error).toBe("bad_credential");
    const json = await postJson(open, "/v1/login", fields);
    expect([json.status, json.headers.get("x-error-code")]).toEqual([401, "user-unknown"]);
  });
});
