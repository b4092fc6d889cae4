import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { totpSecretText } from "../../src/crypto/totp.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { loggedIn } from "../audit/support.ts";
import { firebaseExample, foreignHashes, foreignPassword } from "../support/foreign-hashes.ts";
import { goodPassword, jsonBody, makeRealm, request } from "../support/world.ts";
import { call, deployment, done, type Json, operate } from "./support.ts";

let context: RealmContext;
let path: string;
beforeAll(async () => {
  context = await makeRealm();
  path = `/realms/${context.realm.id}/users`;
});

let count = 0;
const freshEmail = () => `line${++count}@import.example`;
const bcrypt = foreignHashes["bcrypt of libxcrypt"];
const ssha = foreignHashes["salted SHA-1 of LDAP"];

const send = (users: unknown[], terms: Json = {}) => done(200, operate("POST", `${path}/import`, { users, ...terms }));
const resultsOf = (answer: Json) => answer.results as Json[];
const rowsOf = async (email: string) =>
  (await env.DB.prepare("select * from users where realm_id = ? and email = ?").bind(context.realm.id, email).all())
    .results;
const logIn = (email: string, password: string) =>
  request(`${context.realm.issuer}/api/auth/v1/login`, jsonBody({ email, password }));

describe("an import", () => {
  it("makes each user with all that is known of it, and says line by line what became of it", async () => {
    const email = freshEmail();
    const created_at = "2015-03-04T05:06:07.000Z";
    const whole = {
      email: email.toUpperCase(),
      email_verified: true,
      username: "Imported.One",
      name: "Ada Lovelace",
      first_name: "Ada",
      last_name: "Lovelace",
      phone_number: "+44 20 7946 0001",
      phone_verified: true,
      external_id: "old-1",
      roles: ["user", "admin"],
      metadata: { plan: "gold", deep: { list: [1, "ü"] } },
      disabled: false,
      password_hash: bcrypt,
      linked_accounts: [{ source: "google", source_id: "g-1" }],
      created_at,
    };
    const answer = await send([whole, { email: "not an address" }]);
    expect(answer).toEqual({
      created: 1,
      updated: 0,
      skipped: 0,
      failed: 1,
      results: [
        { line: 1, outcome: "created", id: expect.any(Number) },
        expect.objectContaining({ line: 2, outcome: "error", code: "email-invalid", field: "email" }),
      ],
    });
    const user = await done(200, operate("GET", `${path}/${resultsOf(answer)[0]?.id}`));
    expect(user).toMatchObject({
      email,
      email_verified: true,
      username: "imported.one",
      phone_number: "+442079460001",
      phone_verified: true,
      external_id: "old-1",
      roles: ["user", "admin"],
      metadata: whole.metadata,
      created_at,
      version: 1,
    });
    expect(await context.linkedAccounts.find("google", "g-1")).toMatchObject({ user: { id: user.id } });
  });

  it("takes one user a line, and refuses the line that is no JSON with its number", async () => {
    const [first, third] = [freshEmail(), freshEmail()];
    const body = `${JSON.stringify({ email: first })}\n{"email":\n${JSON.stringify({ email: third })}\n`;
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await call(deployment, "POST", `${path}/import?on_conflict=skip`, { body, headers });
    expect(answer.status, answer.text).toBe(200);
    expect(resultsOf(answer.json).map(({ outcome }) => outcome)).toEqual(["created", "error", "created"]);
  });

  it("sent again changes nothing and doubles nobody, by either policy", async () => {
    const users = [
      { email: freshEmail(), external_id: `again-${count}`, password_hash: ssha, metadata: { a: 1 } },
      { username: `again.${++count}`, password_hash: bcrypt },
      { phone_number: "+44 20 7946 0777" },
    ];
    const made = await send(users);
    expect(made).toMatchObject({ created: 3, failed: 0 });
    const dump = async () =>
      (await env.DB.prepare("select * from users where realm_id = ? order by id").bind(context.realm.id).all()).results;
    const before = await dump();
    const same = resultsOf(made).map(({ line, id }) => ({ line, outcome: "skipped", id }));
    for (const on_conflict of ["skip", "update"]) {
      const answer = await send(users, { on_conflict });
      expect(answer).toEqual({ created: 0, updated: 0, skipped: 3, failed: 0, results: same });
      expect(await dump()).toEqual(before);
    }
  });

  it("updates what is sent and leaves the rest, when it is told to", async () => {
    const email = freshEmail();
    await send([{ email, external_id: `u-${count}`, name: "Old", first_name: "Stays" }]);
    const moved = freshEmail();
    const line = {
      email: moved,
      external_id: `u-${count - 1}`,
      name: "New",
      linked_accounts: [{ source: "google", source_id: email }],
    };
    expect(await send([line])).toMatchObject({ skipped: 1 });
    expect(await send([line], { on_conflict: "update" })).toMatchObject({ updated: 1 });
    expect(await rowsOf(email)).toHaveLength(0);
    expect(await rowsOf(moved)).toEqual([expect.objectContaining({ name: "New", first_name: "Stays" })]);
    expect(await context.linkedAccounts.find("google", email)).not.toBeNull();
  });

  it("does not put a password back that the user has changed since, however often it comes", async () => {
    const email = freshEmail();
    const line = { email, password_hash: bcrypt };
    const id = resultsOf(await send([line]))[0]?.id;
    await done(200, operate("PATCH", `${path}/${id}`, { password: goodPassword }));
    expect(await send([line], { on_conflict: "update" })).toMatchObject({ skipped: 1 });
    expect((await logIn(email, goodPassword)).headers.get("x-error-code")).toBe("password-change-required");
    expect((await logIn(email, foreignPassword)).status).toBe(401);
    expect(await send([{ email, password_hash: ssha }], { on_conflict: "update" })).toMatchObject({ updated: 1 });
    expect((await logIn(email, foreignPassword)).status).toBe(200);
  });

  it("refuses whoever would be two users, or another system's other account of the same address", async () => {
    const [one, two] = [freshEmail(), freshEmail()];
    await send([
      { email: one, external_id: `x-${one}` },
      { email: two, external_id: `x-${two}` },
    ]);
    const answer = await send(
      [
        { email: two, external_id: `x-${one}` },
        { email: one, external_id: "quite-another" },
        { email: freshEmail(), linked_accounts: [{ source: "google", source_id: "g-1" }] },
      ],
      { on_conflict: "update" },
    );
    expect(resultsOf(answer).map(({ code, field }) => [code, field])).toEqual([
      ["user-already-exists", "email"],
      ["user-already-exists", "email"],
      ["account-already-linked", "linked_accounts"],
    ]);
  });

  it("takes the first of two lines of one call that are the same user", async () => {
    const email = freshEmail();
    const answer = await send([{ email }, { email: ` ${email.toUpperCase()} ` }]);
    expect(resultsOf(answer)[1]).toMatchObject({ outcome: "error", code: "line-repeated", field: "email" });
    expect(await rowsOf(email)).toHaveLength(1);
  });

  it("by two at once makes nobody twice", async () => {
    const users = Array.from({ length: 40 }, () => ({ email: freshEmail(), password_hash: ssha }));
    const answers = await Promise.all([send(users), send(users), send(users)]);
    expect(answers.map(({ failed }) => failed)).toEqual([0, 0, 0]);
    expect(answers.reduce((sum, { created }) => sum + Number(created), 0)).toBe(40);
    for (const line of resultsOf(answers[0] ?? {}).keys())
      expect(new Set(answers.map((answer) => resultsOf(answer)[line]?.id)).size).toBe(1);
  });

  it("brings an authenticator app along: its owner is asked for a code at the first sign-in", async () => {
    const email = freshEmail();
    const totp_secret = totpSecretText(crypto.getRandomValues(new Uint8Array(20)));
    const answer = await send([{ email, password_hash: ssha, totp_secret }]);
    expect(answer, JSON.stringify(answer)).toMatchObject({ created: 1 });
    const half = await logIn(email, foreignPassword);
    expect([half.status, await half.text()]).toEqual([
      expect.any(Number),
      expect.stringContaining("tfa-validation-is-required"),
    ]);
    const factors = await context.objects.call(Number(resultsOf(answer)[0]?.id), (object) => object.factors(null));
    expect(factors.sealedTotpSecret).not.toContain(totp_secret);
  });

  it.each<[string, Json, string, string]>([
    ["an unknown member", { name_of_pet: "Rex" }, "validation-failed", "name_of_pet"],
    ["a weak password", { password: "password1" }, "password-too-common", "password"],
    ["password and hash", { password: goodPassword, password_hash: bcrypt }, "validation-failed", "password"],
    [
      "an unknown hash",
      { password_hash: "5f4dcc3b5aa765d61d8327deb882cf99" },
      "password-hash-malformed",
      "password_hash",
    ],
    [
      "a costly hash",
      { password_hash: "$2b$20$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G" },
      "password-hash-too-costly",
      "password_hash",
    ],
    [
      "Firebase's without parameters",
      { password_hash: firebaseExample.hash },
      "firebase-parameters-missing",
      "password_hash",
    ],
    ["an unknown role", { roles: ["root"] }, "validation-failed", "roles.0"],
    ["a birthday in the future", { created_at: "2999-01-01T00:00:00Z" }, "validation-failed", "created_at"],
    ["a short TOTP secret", { totp_secret: "GEZDGNBV" }, "validation-failed", "totp_secret"],
    ["a control character", { name: "a\u0007b" }, "validation-failed", "name"],
    ["too much metadata", { metadata: { a: "x".repeat(9000) } }, "validation-failed", "metadata"],
  ])("MR-08 refuses a line by the rules of a user made alone: %s", async (_, members, code, field) => {
    const email = freshEmail();
    const answer = await send([{ email, ...members }]);
    expect(resultsOf(answer)).toEqual([{ line: 1, outcome: "error", code, field, message: expect.any(String) }]);
    expect(JSON.stringify(answer)).not.toContain("9000");
    expect(await rowsOf(email)).toHaveLength(0);
  });

  it.each<[string, unknown, number, string]>([
    ["501 users", { users: Array(501).fill({}) }, 422, "users"],
    ["nobody", { users: [] }, 422, "users"],
    [
      "21 passwords in clear",
      { users: Array.from({ length: 21 }, () => ({ email: freshEmail(), password: goodPassword })) },
      422,
      "users",
    ],
    ["an unknown policy", { users: [{}], on_conflict: "replace" }, 422, "on_conflict"],
    ["a megabyte", { users: ["x".repeat(1024 * 1024)] }, 413, ""],
  ])("RL-06 refuses the whole call for %s", async (_, body, status, field) => {
    const answer = await operate("POST", `${path}/import`, body);
    expect(answer.status, answer.text.slice(0, 300)).toBe(status);
    if (field !== "") expect(Object.keys(answer.json.errors as Json)).toEqual([field]);
  });

  it("AU-02 writes down who imported how many, and nothing of whom", async () => {
    const email = freshEmail();
    await send([{ email, password_hash: ssha }]);
    const event = (await loggedIn(context.realm.id)).at(-1);
    const details = { created: 1, updated: 0, failed: 0 };
    expect(event).toMatchObject({ type: "users.imported", actor: { kind: "deployment" }, details });
    expect(JSON.stringify(event)).not.toMatch(/SSHA|ssha|import\.example/);
  });
});
