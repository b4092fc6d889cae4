import { decodeJwt, decodeProtectedHeader } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { expectOAuthError, type Issued, introspection, issued, tokenAnswer, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, type TestClient, tokenRequest } from "../support/world.ts";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const accessToken = "urn:ietf:params:oauth:token-type:access_token";
const notes = "https://notes.example/api";
const files = "https://files.example";

let context: RealmContext;
/** The application that people use. */
let front: TestClient;
/** The service behind it, which exchanges. */
let service: TestClient;
/** A user's tokens for the application. */
let subject: Issued;
/** Each exchange writes a line to the log. */
beforeAll(async () => {
  context = await makeRealm({
    resources: { [notes]: { name: "Notes", scopes: ["notes:read", "notes:write"] }, [files]: { name: "Files" } },
  });
  front = await makeClient(context, { scopes: ["openid", "email", "notes:read", "notes:write", "offline_access"] });
  service = await exchanger();
  subject = await issued(context, front, { scope: "openid email notes:read notes:write offline_access" });
});

function exchanger(change: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): Promise<TestClient> {
  return makeClient(context, {
    grant_types: [grantType],
    scopes: ["openid", "email", "notes:read", "offline_access", "roles"],
    token_exchange: { subject_clients: [front.clientId], audiences: [notes], impersonation: false, ...change },
    ...metadata,
  });
}

const exchange = (client: TestClient, fields: Record<string, string | undefined> = {}): Promise<Response> =>
  tokenRequest(context, client, {
    grant_type: grantType,
    subject_token: subject.tokens.access_token,
    subject_token_type: accessToken,
    resource: notes,
    ...fields,
  });

describe("token exchange (RFC 8693 §2)", () => {
  it("TX-03 gives a token for the resource that says for whom it is and who acts (§2.2.1, §4.1)", async () => {
    const answer = await tokenAnswer(await exchange(service));
    expect(answer).toEqual({
      access_token: expect.any(String),
      issued_token_type: accessToken,
      token_type: "Bearer",
      expires_in: expect.any(Number),
      scope: "notes:read",
    });
    expect(decodeProtectedHeader(answer.access_token).typ).toBe("at+jwt");
    const [given, shown] = [decodeJwt(answer.access_token), decodeJwt(subject.tokens.access_token)];
    expect(given).toMatchObject({
      iss: context.realm.issuer,
      sub: String(subject.user.id),
      aud: notes,
      client_id: service.clientId,
      scope: "notes:read",
      act: { sub: service.clientId },
      sid: shown.sid,
      gid: shown.gid,
    });
    expect(given.jti).not.toBe(shown.jti);
    expect(await introspection(context, service, answer.access_token)).toMatchObject({
      active: true,
      act: { sub: service.clientId },
      sub: String(subject.user.id),
    });
  });

  it.each<[string, Record<string, string | undefined>]>([
    ["resource", {}],
    ["audience", { resource: undefined, audience: notes }],
    ["both", { audience: notes }],
    ["neither, when there is one on the list", { resource: undefined }],
    ["the type jwt, which it is", { subject_token_type: "urn:ietf:params:oauth:token-type:jwt" }],
    ["the type it wants", { requested_token_type: accessToken }],
  ])("takes %s (§2.1)", async (_, fields) => {
    const answer = await tokenAnswer(await exchange(service, fields));
    expect(decodeJwt(answer.access_token)).toMatchObject({ aud: notes, scope: "notes:read" });
  });

  it("TX-01 a token for the realm's own endpoints shows there what both may see", async () => {
    const own = await exchanger({ audiences: [context.realm.issuer] });
    const answer = await tokenAnswer(await exchange(own, { resource: context.realm.issuer }));
    expect(answer.scope).toBe("openid email notes:read");
    const shown = await userinfo(context, answer.access_token);
    expect(await shown.json()).toMatchObject({ sub: String(subject.user.id), email: subject.user.email });
    const less = await tokenAnswer(await exchange(own, { resource: context.realm.issuer, scope: "openid" }));
    const told = await userinfo(context, less.access_token);
    expect(await told.json()).toEqual({ sub: String(subject.user.id) });
  });
});

describe("TX-03 who acts (RFC 8693 §4.1, §4.4)", () => {
  it("impersonation says nothing of the client but client_id, and takes a permission", async () => {
    const trusted = await exchanger({ impersonation: true });
    const { access_token } = await tokenAnswer(await exchange(trusted));
    expect(decodeJwt(access_token)).not.toHaveProperty("act");
    expect(decodeJwt(access_token).client_id).toBe(trusted.clientId);
  });

  it("a chain names all who act, the last one first; impersonation leaves none of them out", async () => {
    const first = (await tokenAnswer(await exchange(service))).access_token;
    const second = await exchanger({ subject_clients: [service.clientId] });
    const next = await tokenAnswer(await exchange(second, { subject_token: first }));
    const chain = { sub: second.clientId, act: { sub: service.clientId } };
    expect(decodeJwt(next.access_token).act).toEqual(chain);
    const hidden = await exchanger({ subject_clients: [second.clientId], impersonation: true });
    const last = await tokenAnswer(await exchange(hidden, { subject_token: next.access_token }));
    expect(decodeJwt(last.access_token).act).toEqual(chain);
  });

  it("a chain has an end", async () => {
    const loop = await exchanger({ subject_clients: [front.clientId] });
    const { clientId } = loop;
    await context.clients.store.update(
      loop,
      {
        metadata: {
          ...loop.metadata,
          token_exchange: { subject_clients: [front.clientId, clientId], audiences: [notes], impersonation: false },
        },
      },
      [],
      Date.now(),
    );
    context.clients.forget(loop);
    let token = subject.tokens.access_token;
    for (let time = 0; time < 5; time++)
      token = (await tokenAnswer(await exchange(loop, { subject_token: token }))).access_token;
    await expectOAuthError(await exchange(loop, { subject_token: token }), 400, "invalid_request");
  });

  it("an actor token of the client's own names the actor, under impersonation too", async () => {
    const agent = await exchanger(
      { impersonation: true },
      { grant_types: [grantType, "client_credentials", "authorization_code", "refresh_token"] },
    );
    const person = await issued(context, agent, { scope: "openid" });
    const byPerson = { actor_token: person.tokens.access_token, actor_token_type: accessToken };
    const answer = await tokenAnswer(await exchange(agent, byPerson));
    expect(decodeJwt(answer.access_token)).toMatchObject({
      sub: String(subject.user.id),
      act: { sub: String(person.user.id) },
    });
    const own = await tokenAnswer(
      await tokenRequest(context, agent, { grant_type: "client_credentials", scope: "notes:read" }),
    );
    const byItself = { actor_token: own.access_token, actor_token_type: accessToken };
    expect(decodeJwt((await tokenAnswer(await exchange(agent, byItself))).access_token).act).toEqual({
      sub: agent.clientId,
    });
    const foreign = { actor_token: subject.tokens.access_token, actor_token_type: accessToken };
    await expectOAuthError(await exchange(agent, foreign), 400, "invalid_request");
    for (const half of [{ actor_token: own.access_token }, { actor_token_type: accessToken }])
      await expectOAuthError(await exchange(agent, half), 400, "invalid_request");
  });
});

describe("TX-01 never more, never longer (RFC 8693 §5)", () => {
  it.each([
    ["the subject token lacks", "roles"],
    ["the client lacks", "notes:write"],
    ["the resource does not know", "email"],
    ["is offline", "offline_access"],
    ["nobody knows", "admin"],
    ["is malformed", 'notes:read"'],
  ])("refuses a scope that %s", async (_, scope) => {
    await expectOAuthError(await exchange(service, { scope }), 400, "invalid_scope");
    await expectOAuthError(
      await exchange(service, { scope: `notes:read ${scope}`, resource: files }),
      400,
      "invalid_target",
    );
  });

  it("ends with the subject token, however late it is exchanged", async () => {
    const until = decodeJwt(subject.tokens.access_token).exp ?? 0;
    const { access_token, expires_in } = await tokenAnswer(await exchange(service));
    const { exp = 0, iat = 0 } = decodeJwt(access_token);
    expect(exp).toBeLessThanOrEqual(until);
    expect(exp - iat).toBe(expires_in);
  });

  it("gives no refresh token and no ID token", async () => {
    const answer = await tokenAnswer(await exchange(service, { scope: "notes:read" }));
    expect(answer).not.toHaveProperty("refresh_token");
    expect(answer).not.toHaveProperty("id_token");
  });

  it.each<[string, Record<string, string | undefined>]>([
    ["a resource off the list", { resource: files }],
    ["an audience off the list", { resource: undefined, audience: files }],
    ["the realm's own endpoints", { resource: "issuer" }],
    ["a client as audience", { resource: undefined, audience: "front" }],
    ["one that is unknown", { resource: "https://elsewhere.example" }],
    ["one on the list and one off it", { audience: files }],
  ])("refuses %s", async (_, fields) => {
    const named: Record<string, string> = { issuer: context.realm.issuer, front: front.clientId };
    const real = Object.entries(fields).map(([name, value]) => [name, named[value ?? ""] ?? value]);
    await expectOAuthError(await exchange(service, Object.fromEntries(real)), 400, "invalid_target");
  });

  it("with several on the list one has to be named; one that the realm has given up is none", async () => {
    const many = await exchanger({ audiences: [notes, files, "https://gone.example"] });
    await expectOAuthError(await exchange(many, { resource: undefined }), 400, "invalid_target");
    await expectOAuthError(await exchange(many, { resource: "https://gone.example" }), 400, "invalid_target");
    await tokenAnswer(await exchange(many, { resource: files }));
  });
});
