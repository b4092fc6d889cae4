import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { AuditEvent } from "../../src/storage/audit-events.ts";
import { eventually } from "../audit/support.ts";
import { makeProof, makeProofKey } from "../support/dpop.ts";
import { resigned } from "../support/forgery.ts";
import { spoiled } from "../support/spoiled.ts";
import {
  bareTokenRequest,
  expectOAuthError,
  type Issued,
  issued,
  postAs,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import {
  basicAuth,
  formBody,
  makeClient,
  makeRealm,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const typeOf = (name: string) => `urn:ietf:params:oauth:token-type:${name}`;
const notes = "https://notes.example/api";

let context: RealmContext;
let front: TestClient;
let service: TestClient;
let subject: Issued;
/** Each exchange writes a line to the log. */
beforeAll(async () => {
  context = await makeRealm({ resources: { [notes]: { name: "Notes" } } });
  front = await makeClient(context, {
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    scopes: ["openid", "email", "notes:read", "offline_access"],
  });
  service = await exchanger();
  subject = await issued(context, front, { scope: "openid notes:read offline_access" });
});

const exchanger = (change: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) =>
  makeClient(context, {
    grant_types: [grantType],
    scopes: ["openid", "email", "notes:read"],
    token_exchange: { subject_clients: [front.clientId], audiences: [notes, context.realm.issuer], ...change },
    ...metadata,
  });

const fieldsFor = (token: string, type = typeOf("access_token")): Record<string, string> => ({
  grant_type: grantType,
  subject_token: token,
  subject_token_type: type,
  resource: notes,
});

const exchange = (token: string, client = service, more: Record<string, string> = {}): Promise<Response> =>
  tokenRequest(context, client, { ...fieldsFor(token), ...more });

describe("TX-02 what may not be exchanged (RFC 8693 §2.2.2)", () => {
  const now = () => Math.floor(Date.now() / 1000);
  const tokens: [string, () => Promise<string> | string][] = [
    ["an ID token", () => subject.tokens.id_token],
    ["a refresh token", () => subject.tokens.refresh_token],
    ["a session token", () => subject.cookie],
    ["a logout token", () => resigned(context, subject.tokens.access_token, {}, { typ: "logout+jwt" })],
    ["one without a type", () => resigned(context, subject.tokens.access_token, {}, { typ: undefined })],
    ["one that calls itself a JWT", () => resigned(context, subject.tokens.access_token, {}, { typ: "JWT" })],
    ["one that has expired", () => resigned(context, subject.tokens.access_token, { exp: now() - 1 })],
    ["one from the future", () => resigned(context, subject.tokens.access_token, { iat: now() + 600 })],
    ["one of another issuer", () => resigned(context, subject.tokens.access_token, { iss: "https://evil.example" })],
    ["one that names no client", () => resigned(context, subject.tokens.access_token, { client_id: undefined })],
    ["one whose grant there never was", () => resigned(context, subject.tokens.access_token, { gid: "invented" })],
    ["one with another signature", () => spoiled(subject.tokens.access_token)],
    ["one unsigned", () => `${btoa('{"alg":"none"}')}.${subject.tokens.access_token.split(".")[1]}.`],
    ["an invented one", () => "a.b.c"],
    ["half a megabyte", () => "a".repeat(50_000)],
  ];

  it.each(tokens)("JWT-03 %s", async (_, make) => {
    const token = await make();
    for (const type of ["access_token", "jwt"])
      await expectOAuthError(
        await tokenRequest(context, service, fieldsFor(token, typeOf(type))),
        400,
        "invalid_request",
      );
  });

  it.each(["id_token", "refresh_token", "saml1", "saml2"])("anything called %s, whatever it is", async (name) => {
    for (const token of [subject.tokens.access_token, subject.tokens.id_token, subject.tokens.refresh_token])
      await expectOAuthError(
        await tokenRequest(context, service, fieldsFor(token, typeOf(name))),
        400,
        "invalid_request",
      );
  });

  it("MR-02 a token of another realm, even of a client of the same name", async () => {
    const other = await makeRealm();
    const theirs = await issued(other, await makeClient(other));
    await expectOAuthError(await exchange(theirs.tokens.access_token), 400, "invalid_request");
  });

  it("a client's own token: nobody stands behind it", async () => {
    const own = await tokenAnswer(await tokenRequest(context, front, { grant_type: "client_credentials" }));
    await expectOAuthError(await exchange(own.access_token), 400, "invalid_request");
  });

  it("a token of a client that is not on the list, its own included", async () => {
    const stranger = await issued(context, await makeClient(context));
    await expectOAuthError(await exchange(stranger.tokens.access_token), 400, "invalid_request");
    const both = await exchanger({}, { grant_types: [grantType, "authorization_code", "refresh_token"] });
    const own = await issued(context, both, { scope: "openid" });
    await expectOAuthError(await exchange(own.tokens.access_token, both), 400, "invalid_request");
  });

  it("a token that was revoked", async () => {
    const who = await issued(context, front, { scope: "openid notes:read" });
    await tokenAnswer(await exchange(who.tokens.access_token));
    await postAs(context, front, "/revoke", { token: who.tokens.access_token });
    await expectOAuthError(await exchange(who.tokens.access_token), 400, "invalid_request");
  });

  it("nothing at all, and no type", async () => {
    for (const left of ["subject_token", "subject_token_type"]) {
      const { [left]: _, ...rest } = fieldsFor(subject.tokens.access_token);
      await expectOAuthError(await tokenRequest(context, service, rest), 400, "invalid_request");
    }
  });

  it.each(["refresh_token", "id_token", "jwt", "saml2"])("for a %s (§2.1)", async (name) => {
    const wanted = { requested_token_type: typeOf(name) };
    await expectOAuthError(await exchange(subject.tokens.access_token, service, wanted), 400, "invalid_request");
  });
});

describe("TX-01 who may exchange (RFC 8693 §5)", () => {
  it("no client by default: not without the grant, not without an allowance, not without a secret", async () => {
    const without = await exchanger({}, { grant_types: ["client_credentials"] });
    await expectOAuthError(await exchange(subject.tokens.access_token, without), 400, "unauthorized_client");
    const allowedNothing = await exchanger({}, { token_exchange: undefined });
    await expectOAuthError(await exchange(subject.tokens.access_token, allowedNothing), 400, "invalid_request");
    const open = await makeClient(
      context,
      { grant_types: [grantType], token_exchange: { subject_clients: [front.clientId], audiences: [notes] } },
      { type: "public" },
    );
    const fields = { ...fieldsFor(subject.tokens.access_token), client_id: open.clientId };
    await expectOAuthError(await bareTokenRequest(context, fields), 400, "unauthorized_client");
  });

  it("a client with the grant alone has its own tokens again, for less and for nobody else (§1.1)", async () => {
    const client = await makeClient(context, {
      grant_types: ["authorization_code", "refresh_token", grantType],
      scopes: ["openid", "email", "notes:read"],
    });
    const own = await issued(context, client, { scope: "openid email" });
    const again = (token: string, fields: Record<string, string> = {}) => {
      const { resource: _, ...rest } = fieldsFor(token);
      return tokenRequest(context, client, { ...rest, ...fields });
    };
    const less = await tokenAnswer(await again(own.tokens.access_token, { scope: "openid" }));
    expect(less.scope).toBe("openid");
    expect(decodeJwt(less.access_token)).toMatchObject({
      aud: context.realm.issuer,
      act: { sub: client.clientId },
      exp: decodeJwt(own.tokens.access_token).exp,
    });
    expect(await (await userinfo(context, less.access_token)).json()).toEqual({ sub: String(own.user.id) });
    await expectOAuthError(await again(less.access_token, { scope: "openid email" }), 400, "invalid_scope");
    await expectOAuthError(await again(own.tokens.access_token, { resource: notes }), 400, "invalid_target");
    const forNotes = await issued(context, client, { scope: "openid notes:read", resource: notes });
    expect(decodeJwt((await tokenAnswer(await again(forNotes.tokens.access_token))).access_token).aud).toBe(notes);
    const home = { resource: context.realm.issuer };
    await expectOAuthError(await again(forNotes.tokens.access_token, home), 400, "invalid_target");
  });

  it("DP-03 a token that is bound to a key only with that key, and the new one is bound to it too (RFC 9449 §7.1)", async () => {
    const key = await makeProofKey();
    const other = await makeProofKey();
    const url = `${context.realm.issuer}/token`;
    const bound = await resigned(context, subject.tokens.access_token, { cnf: { jkt: key.jkt } });
    const send = async (proof: string | null): Promise<Response> => {
      const init = formBody(fieldsFor(bound));
      const headers = {
        ...init.headers,
        authorization: basicAuth(service),
        ...(proof === null ? {} : { dpop: proof }),
      };
      return request(url, { ...init, headers });
    };
    await expectOAuthError(await send(null), 400, "invalid_request");
    await expectOAuthError(await send(await makeProof(other, { url })), 400, "invalid_request");
    const answer = await tokenAnswer(await send(await makeProof(key, { url })));
    expect(answer.token_type).toBe("DPoP");
    expect(decodeJwt(answer.access_token).cnf).toEqual({ jkt: key.jkt });
  });

  it("claims that the first client asked for by name stay its own (OIDC Core §5.5)", async () => {
    const claims = JSON.stringify({ userinfo: { email: { essential: true } } });
    const who = await issued(context, front, { scope: "openid", claims });
    const own = await (await userinfo(context, who.tokens.access_token)).json<Record<string, unknown>>();
    expect(own.email).toBe(who.user.email);
    const more = { resource: context.realm.issuer };
    const { access_token } = await tokenAnswer(await exchange(who.tokens.access_token, service, more));
    expect(await (await userinfo(context, access_token)).json()).toEqual({ sub: String(who.user.id) });
  });

  it("MR-04 an operator's token that one of the realm's own got by exchange from a partner opens nothing", async () => {
    const scopes = ["openid", "roles"];
    const partner = await makeClient(context, { scopes });
    const console = await exchanger(
      { subject_clients: [partner.clientId], impersonation: true, audiences: [context.realm.issuer] },
      { scopes },
    );
    const boss = await issued(context, partner, { scope: "openid roles" }, { roles: ["user", "sysadmin"] });
    const more = { resource: context.realm.issuer };
    const { access_token } = await tokenAnswer(await exchange(boss.tokens.access_token, console, more));
    const answer = await request(`${context.realm.issuer}/admin/v1/realms`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(answer.status).toBe(403);
  });

  it("AU-01 each exchange is one event in the log, with no token in it", async () => {
    const answer = await tokenAnswer(await exchange(subject.tokens.access_token));
    const isExchange = ({ type, user }: AuditEvent) => type === "token.exchanged" && user === String(subject.user.id);
    const event = (await eventually(context.realm.id, isExchange)).at(-1);
    expect(event).toMatchObject({
      actor: { kind: "client", id: service.clientId },
      client: service.clientId,
      details: { subject_client: front.clientId, acts_as: service.clientId, impersonation: false, audience: [notes] },
    });
    for (const secret of [answer.access_token, subject.tokens.access_token, service.secret])
      for (const piece of secret.split(".")) expect(JSON.stringify(event)).not.toContain(piece);
  });
});
