import { beforeAll, describe, expect, it } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { countTo, linkIn, newestTo } from "../messages/mailbox.ts";
import { goodPassword, makeRealm, makeUser, request } from "../support/world.ts";
import { expectProblem, fromPage, makePartner, partner, postForm, postJson } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

const letters = () =>
  randomHandle(6)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "x");

const asking: [string, string][] = [
  ["/register/reminder", "If there is such an account, a link is on its way to it."],
  ["/password/forgot", "If there is such an account, a message is on its way to it."],
];

describe.each(asking)("POST /v1%s (contract §3)", (path, message) => {
  it("RC-01 answers alike for an account, for none, for a disabled one, and for what is no address", async () => {
    const known = await makeUser(context);
    const proven = await makeUser(context, { emailVerified: true });
    const social = await makeUser(context, { password: null });
    const disabled = await makeUser(context, { disabled: true });
    const names = [
      known.email,
      proven.email,
      social.email,
      disabled.email,
      "nobody@example.test",
      "",
      "@@",
      "a\0b@example.test",
    ];
    for (const prefix of ["/v1", "/api/v1"])
      for (const email of names) {
        const response = await postJson(context, `${prefix}${path}`, { email });
        const headers = [...response.headers].filter(([name]) => name !== "x-request-id" && name !== "date");
        expect([email, response.status, await response.json()]).toEqual([email, 200, { message }]);
        expect(Object.fromEntries(headers)).toEqual({
          "cache-control": "no-store",
          "content-type": "application/json",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "strict-transport-security": "max-age=63072000; includeSubDomains",
          "x-content-type-options": "nosniff",
        });
      }
    expect([await countTo(context, known.email), await countTo(context, disabled.email)]).toEqual([2, 0]);
  });

  it("takes a partner's form, and JSON answers it", async () => {
    const user = await makeUser(context);
    const { clientId } = await makePartner(context);
    const response = await postForm(
      context,
      `/v1${path}`,
      { email: user.email ?? "", client_id: clientId },
      fromPage(partner),
    );
    expect([response.status, await response.json()]).toEqual([200, { message }]);
    expect(await countTo(context, user.email)).toBe(1);
  });

  it("RC-09 sends one recipient a few an hour, and answers the rest as if it did", async () => {
    const user = await makeUser(context, { email: `flood-${letters()}@example.test` });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => postJson(context, `/v1${path}`, { email: user.email })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await countTo(context, user.email)).toBe(5);
  });

  it("RC-09 RL-01 holds a caller up who asks for many", async () => {
    const strict = await makeRealm({ rate_limits: { messages_per_address_per_minute: 10 } });
    for (let index = 0; index < 10; index++) await postJson(strict, `/v1${path}`, { email: `${index}@example.test` });
    const held = await postJson(strict, `/v1${path}`, { email: "eleven@example.test" });
    expect(held.headers.get("retry-after")).toBe("60");
    await expectProblem(held, 429, "rate-limited");
  });

  it("asks for the address when it is missing, and for one only", async () => {
    for (const body of [{}, { email: null }, { email: 5 }, { email: ["a@example.test"] }])
      expect(
        Object.keys((await expectProblem(await postJson(context, `/v1${path}`, body), 422, "validation-failed")) ?? {}),
      ).toEqual(["email"]);
    await expectProblem(
      await postJson(context, `/v1${path}`, { email: ["a@example.test", "b@example.test"] }),
      400,
      "invalid_request",
    );
  });

  it("RC-02 links to the issuer on whichever domain it is asked, and whatever the headers say", async () => {
    const user = await makeUser(context);
    const headers = { "x-forwarded-host": "evil.test", forwarded: "host=evil.test", "x-forwarded-proto": "http" };
    await postForm(context, `/v1${path}`, { email: user.email ?? "" }, headers, context.realm.hosts[2]);
    expect(linkIn(await newestTo(context, user.email)).origin).toBe(context.realm.issuer);
  });
});

it("S1.8 the reminder's link confirms the address, and makes the one before it worthless", async () => {
  const email = `reminded-${letters()}@example.test`;
  await postJson(context, "/v1/register", { email, password: goodPassword });
  const first = linkIn(await newestTo(context, email));
  await postJson(context, "/v1/register/reminder", { email });
  const second = linkIn(await newestTo(context, email));
  await request(first.href);
  expect((await context.users.findByEmail(email))?.emailVerified).toBe(false);
  await request(second.href);
  expect((await context.users.findByEmail(email))?.emailVerified).toBe(true);
});
