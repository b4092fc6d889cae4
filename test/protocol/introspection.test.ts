import { decodeJwt } from "jose";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { spoiled } from "../support/spoiled.ts";
import {
  expectOAuthError,
  type Issued,
  introspection,
  issued,
  postAs,
  refresh,
  tokenAnswer,
} from "../support/token-side.ts";
import { formBody, makeClient, makeRealm, request, type TestClient, tokenRequest } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

let context: RealmContext;
let client: TestClient;
let who: Issued;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  who = await issued(context, client, { scope: "openid email" });
});

const at = (): string => `${context.realm.issuer}/introspect`;

describe("IR-01 who may ask (RFC 7662 §2.1)", () => {
  it("nobody without client authentication", async () => {
    const token = who.tokens.access_token;
    for (const fields of [{ token }, { token, client_id: client.clientId }, { token, client_secret: client.secret }])
      await expectOAuthError(await request(at(), formBody(fields)), 401, "invalid_client");
  });

  it("not with the wrong secret, and not with a token as credential", async () => {
    const impostor = { clientId: client.clientId, secret: "wrong" };
    const { access_token: token } = who.tokens;
    await expectOAuthError(await postAs(context, impostor, "/introspect", { token }), 401, "invalid_client");
    const init = formBody({ token });
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    await expectOAuthError(await request(at(), { ...init, headers }), 401, "invalid_client");
  });

  it("no public client, about its own tokens neither", async () => {
    const open = await makeClient(context, {}, { type: "public" });
    const init = formBody({ token: who.tokens.access_token, client_id: open.clientId });
    await expectOAuthError(await request(at(), init), 401, "invalid_client");
  });

  it("needs a token to ask about", async () => {
    await expectOAuthError(await postAs(context, client, "/introspect", {}), 400, "invalid_request");
    await expectOAuthError(await postAs(context, client, "/introspect", { token: "" }), 400, "invalid_request");
  });
});

describe("IR-04 what is said of a live token (RFC 7662 §2.2)", () => {
  it("of an access token", async () => {
    const response = await postAs(context, client, "/introspect", { token: who.tokens.access_token });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { iat, exp, jti } = decodeJwt(who.tokens.access_token);
    const { issuer } = context.realm;
    expect(await response.json()).toEqual({
      active: true,
      scope: "openid email",
      client_id: client.clientId,
      sub: String(who.user.id),
      token_type: "Bearer",
      iss: issuer,
      aud: issuer,
      iat,
      exp,
      jti,
      sid: who.sid,
    });
  });

  it("of a refresh token", async () => {
    const { iat = 0 } = decodeJwt(who.tokens.access_token);
    expect(await introspection(context, client, who.tokens.refresh_token)).toEqual({
      active: true,
      scope: "openid email",
      client_id: client.clientId,
      sub: String(who.user.id),
      token_type: "refresh_token",
      iss: context.realm.issuer,
      iat,
      exp: iat + 2_592_000,
    });
  });

  it("of a client's own token, whose subject is the client (RFC 9068 §5)", async () => {
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const own = await tokenAnswer(await tokenRequest(context, machine, { grant_type: "client_credentials" }));
    const answer = await introspection(context, machine, own.access_token);
    expect(answer).toMatchObject({
      active: true,
      sub: machine.clientId,
      client_id: machine.clientId,
      scope: "reports",
    });
    expect(answer).not.toHaveProperty("sid");
  });

  it("IR-09 whatever the hint says", async () => {
    for (const hint of ["access_token", "refresh_token", "id_token", "nonsense"])
      for (const token of [who.tokens.access_token, who.tokens.refresh_token]) {
        const response = await postAs(context, client, "/introspect", { token, token_type_hint: hint });
        expect(await response.json()).toMatchObject({ active: true });
      }
  });
});

describe("IR-02 IR-03 everything else is inactive, and nothing more is said", () => {
  it("unknown, malformed, of another kind, of another client, superseded, expired: the very same answer", async () => {
    const realm = await makeRealm({ access_token_ttl_seconds: 60, refresh_token_ttl_seconds: 60 });
    const asking = await makeClient(realm);
    const other = await makeClient(realm);
    const first = await issued(realm, asking);
    const theirs = await issued(realm, other);
    const renewed = await tokenAnswer(await refresh(realm, asking, first.tokens.refresh_token));
    expect(await introspection(realm, asking, renewed.refresh_token)).toMatchObject({ active: true });
    const inactive = {
      unknown: "x",
      long: "x".repeat(60_000),
      code: first.code,
      "ID token": first.tokens.id_token,
      session: first.cookie,
      "own secret": asking.secret,
      "another client's access token": theirs.tokens.access_token,
      "another client's refresh token": theirs.tokens.refresh_token,
      "another client's ID token": theirs.tokens.id_token,
      "superseded refresh token": first.tokens.refresh_token,
      "a like refresh token": spoiled(renewed.refresh_token),
      "this realm's words for another": who.tokens.access_token,
    };
    const bodies = new Map<string, string>();
    for (const [name, token] of Object.entries(inactive)) {
      const response = await postAs(realm, asking, "/introspect", { token });
      expect(response.status, name).toBe(200);
      bodies.set(name, `${JSON.stringify([...response.headers].sort())} ${await response.text()}`);
    }
    travel(61);
    for (const token of [renewed.access_token, renewed.refresh_token]) {
      const response = await postAs(realm, asking, "/introspect", { token });
      bodies.set(`expired ${token}`, `${JSON.stringify([...response.headers].sort())} ${await response.text()}`);
    }
    expect(new Set(bodies.values()).size).toBe(1);
    expect([...bodies.values()][0]).toMatch(/ \{"active":false\}$/);
  });

  it("IR-05 tells no untruth in hundreds of mixed questions at once", async () => {
    const realm = await makeRealm();
    const [own, other] = [await makeClient(realm), await makeClient(realm)];
    const people = await Promise.all(Array.from({ length: 12 }, () => issued(realm, own)));
    const strangers = await Promise.all(Array.from({ length: 6 }, () => issued(realm, other)));
    const revoked = people.slice(0, 6);
    for (const { tokens } of revoked) await postAs(realm, own, "/revoke", { token: tokens.refresh_token });
    const questions: { token: string; sub: number | null }[] = [
      ...people.slice(6).map(({ user, tokens }) => ({ token: tokens.access_token, sub: user.id })),
      ...people.slice(6).map(({ user, tokens }) => ({ token: tokens.refresh_token, sub: user.id })),
      ...revoked.map(({ tokens }) => ({ token: tokens.access_token, sub: null })),
      ...strangers.map(({ tokens }) => ({ token: tokens.access_token, sub: null })),
      { token: "x", sub: null },
    ];
    const asked = Array.from({ length: 16 }, () => questions).flat();
    const answers = await Promise.all(asked.map(({ token }) => introspection(realm, own, token)));
    expect(answers).toHaveLength(400);
    for (const [index, answer] of answers.entries()) {
      const sub = asked[index]?.sub ?? null;
      if (sub === null) expect(answer).toEqual({ active: false });
      else expect(answer).toMatchObject({ active: true, sub: String(sub), client_id: own.clientId });
    }
  });
});
