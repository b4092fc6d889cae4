import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { signJwt } from "../../src/crypto/jwt.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url, utf8 } from "../../src/lib/base64url.ts";
import { Browser } from "../support/browser.ts";
import { goodPassword, makeClient, makeRealm, makeUser, signIn, type TestClient, tokensFor } from "../support/world.ts";
import { answerAt, authorize, authorizeUrl, once } from "./requests.ts";

const callback = "https://partner.test/callback";

let context: RealmContext;
let client: TestClient;
let hint: string;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  const { tokens, cookie: session } = await tokensFor(context, client);
  [hint, cookie] = [tokens.id_token, session];
});

afterEach(() => {
  vi.useRealTimers();
});

const answerTo = async (changes: Record<string, string>, session?: string): Promise<Record<string, string>> =>
  once(answerAt(await authorize(context, client, changes, session), callback));

const part = (value: unknown): string => encodeBase64Url(utf8(JSON.stringify(value)));

/** Hints that nobody but an attacker would send. */
async function forgedHints(): Promise<[string, string][]> {
  const [header = "", payload = "", signature = ""] = hint.split(".");
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Record<string, unknown>;
  const { tokens } = await tokensFor(context, client);
  const foreignRealm = await makeRealm();
  const foreign = await tokensFor(foreignRealm, await makeClient(foreignRealm));
  const key = await context.realm.keys.signer("ES256");
  const foreignKey = await foreignRealm.realm.keys.signer("ES256");
  return [
    ["changed claims", `${header}.${part({ ...claims, sub: "281474976710657" })}.${signature}`],
    ["another token's signature", `${header}.${payload}.${tokens.id_token.split(".")[2]}`],
    ["no signature", `${header}.${payload}.`],
    ["alg none", `${part({ alg: "none", typ: "JWT" })}.${payload}.`],
    ["alg none with its kid", `${part({ alg: "none", typ: "JWT", kid: key.kid })}.${payload}.${signature}`],
    ["alg HS256 with its kid", `${part({ alg: "HS256", typ: "JWT", kid: key.kid })}.${payload}.${signature}`],
    ["another realm's", foreign.tokens.id_token],
    ["another realm's key under our issuer", await signJwt("JWT", claims, foreignKey)],
    ["another realm's key under our kid", await signJwt("JWT", claims, { ...foreignKey, kid: key.kid })],
    ["our key, another issuer", await signJwt("JWT", { ...claims, iss: foreignRealm.realm.issuer }, key)],
    ["our key, from the future", await signJwt("JWT", { ...claims, iat: Math.floor(Date.now() / 1000) + 3600 }, key)],
    ["our key, no subject", await signJwt("JWT", { ...claims, sub: undefined }, key)],
    ["our key, a subject that is no user", await signJwt("JWT", { ...claims, sub: "root" }, key)],
    ["an access token", tokens.access_token],
    ["a session token", cookie],
    ["a refresh token", tokens.refresh_token],
    ["five parts", `${hint}.x.y`],
    ["text", "hint"],
    ["an array's text", `["${hint}"]`],
  ];
}

describe("id_token_hint (OIDC Core §3.1.2.1)", () => {
  it("AZ-13 lets the user it names pass", async () => {
    expect(await answerTo({ id_token_hint: hint, prompt: "none" }, cookie)).toHaveProperty("code");
    expect(await answerTo({ id_token_hint: hint }, cookie)).toHaveProperty("code");
  });

  it("AZ-13 may have expired", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30 * 86_400_000 - 60_000 });
    expect(await answerTo({ id_token_hint: hint, prompt: "none" }, cookie)).toHaveProperty("code");
  });

  it("AZ-13 is refused unless it is an ID token of this realm, with a session and without", async () => {
    for (const [what, forged] of await forgedHints())
      for (const session of [cookie, undefined]) {
        const answer = await answerTo({ id_token_hint: forged, prompt: "none" }, session);
        expect([what, answer.error]).toEqual([what, "invalid_request"]);
        expect(answer).not.toHaveProperty("code");
      }
  });

  it("AZ-13 for another user gives no code of the user who is signed in", async () => {
    const other = await signIn(context, await makeUser(context));
    expect((await answerTo({ id_token_hint: hint, prompt: "none" }, other)).error).toBe("login_required");
    const asked = await authorize(context, client, { id_token_hint: hint }, other);
    expect(asked.headers.get("location")).toMatch(/^https:\/\/auth\.[^/]+\/sign-in\?interaction=/);
  });

  it("AZ-13 for another user ends in an error when the wrong one signs in, and in a code when the right one does", async () => {
    const named = await tokensFor(context, client);
    const wrong = await makeUser(context);
    for (const [user, expected] of [
      [wrong, "error"],
      [named.user, "code"],
    ] as const) {
      const browser = new Browser(context.realm.hosts);
      const page = await browser.open(authorizeUrl(context, client, { id_token_hint: named.tokens.id_token }));
      const typed = { identifier: user.email ?? "", password: goodPassword };
      const back = await browser.submit(page, "sign-in-form", typed);
      const answer = once(back.url.searchParams);
      expect(Object.keys(answer)).toContain(expected);
      expect(answer.error).toBe(expected === "error" ? "login_required" : undefined);
      expect(answer.state).toBe("af0ifjsldkj");
    }
  });
});
