import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, operate } from "../admin/support.ts";
import { Browser } from "../support/browser.ts";
import { authorizePath, isLive, issued, reread, signedInUser } from "../support/token-side.ts";
import { makeClient, makeRealm, type TestClient } from "../support/world.ts";
import { type Answer, callRegister, expectRegistrationError, type Json, modest, registered } from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm({ registration: "open", rate_limits: { client_registrations_per_address_per_minute: 0 } });
});

interface Own {
  readonly id: string;
  readonly token: string;
  readonly made: Json;
  readonly call: (method: string, body?: unknown, token?: string) => Promise<Answer>;
}

async function own(metadata: Json = {}): Promise<Own> {
  const made = await registered(context, metadata);
  const [id, token] = [String(made.client_id), String(made.registration_access_token)];
  const path = new URL(String(made.registration_client_uri)).pathname;
  const call: Own["call"] = (method, body, shown = token) =>
    callRegister(context, method, { path, token: shown, ...(body === undefined ? {} : { body }) });
  return { id, token, made, call };
}

const stored = (id: string) => context.clients.findStored(id);

describe("a client looks after its registration (RFC 7592)", () => {
  it("reads it, without the secret and the token (§2.1)", async () => {
    const { made, call } = await own();
    const { client_secret: _, client_secret_expires_at: __, registration_access_token: ___, ...rest } = made;
    const answer = await call("GET");
    expect([answer.status, answer.json]).toEqual([200, rest]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("replaces it: what is left out goes back to its default; secret and token stay good (§2.2)", async () => {
    const { id, made, call } = await own({ contacts: ["ops@notes.example"], scope: "openid" });
    const redirect_uris = ["https://notes.example/other"];
    const answer = await call("PUT", { client_id: id, client_secret: made.client_secret, redirect_uris });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ client_id: id, redirect_uris, client_name: "notes.example" });
    expect(answer.json).not.toHaveProperty("contacts");
    expect(answer.json).not.toHaveProperty("client_secret");
    expect((await call("GET")).json).toEqual(answer.json);
    expect((await context.clients.find(id))?.metadata.redirect_uris).toEqual(redirect_uris);
  });

  it("AZ-17 AZ-19 cannot widen what somebody is just agreeing to", async () => {
    const { id, made, call } = await own({ scope: "openid" });
    const client = { ...(await stored(id)), secret: String(made.client_secret) } as TestClient;
    const { user, cookie } = await signedInUser(context);
    const browser = new Browser([context.realm.authDomain]);
    browser.plant(context.realm.authDomain, "qt-auth", cookie);
    const page = await browser.open(
      `${context.realm.issuer}${await authorizePath(client, { scope: "openid email" })}`,
      "cross-site",
    );
    expect((await call("PUT", { ...modest, client_id: id, scope: "openid email" })).status).toBe(200);
    const again = await browser.submit(page, "consent-form", {}, "allow");
    expect([again.left, again.forms[0]?.id]).toEqual([false, "consent-form"]);
    expect(await context.objects.call(user.id, (object) => object.consents(null))).toEqual([]);
    const back = await browser.submit(again, "consent-form", {}, "allow");
    expect([back.left, back.url.searchParams.has("code")]).toEqual([true, true]);
  });

  it("deletes it: its tokens are worth nothing from then on (§2.3)", async () => {
    const { id, made, call } = await own({ grant_types: ["authorization_code", "refresh_token"] });
    // First-party for a moment, so that no consent stands between.
    await done(200, operate("PATCH", `/realms/${context.realm.id}/clients/${id}`, { first_party: true }));
    const client = { ...(await stored(id)), secret: String(made.client_secret) } as TestClient;
    const { tokens } = await issued(context, client);
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    expect((await call("DELETE")).status).toBe(204);
    expect(await stored(id)).toBeNull();
    const witness = await makeClient(context);
    const answer = await issued(context, witness);
    expect(await isLive(context, witness, answer.tokens.access_token)).toBe(true);
    expect((await call("GET")).status).toBe(401);
    await expect(issued(context, client)).rejects.toThrow();
  });

  it("MR-09 only with its own token; one that does not exist answers alike (§2)", async () => {
    const [mine, other] = [await own(), await own()];
    const byOperator = await makeClient(context);
    const tries: Promise<Answer>[] = [];
    for (const method of ["GET", "PUT", "DELETE"]) {
      const body = method === "PUT" ? { ...modest, client_id: mine.id } : undefined;
      for (const token of [other.token, "gr_invented", String(mine.made.client_secret)])
        tries.push(mine.call(method, body, token));
      for (const id of ["nosuchclientatallxxxx", byOperator.clientId, String(byOperator.integrationId)])
        tries.push(callRegister(context, method, { path: `/register/${id}`, token: mine.token, body }));
    }
    const answers = await Promise.all(tries);
    for (const { status, json } of answers) {
      expect(status).toBe(401);
      expect(json).toEqual(answers[0]?.json);
    }
    const bare = await callRegister(context, "GET", { path: `/register/${mine.id}` });
    expect([bare.status, bare.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="registration"']);
    expect((await mine.call("GET")).json.client_name).toBe("Note taker");
  });

  it("MR-01 not in another realm", async () => {
    const { id, token } = await own();
    const other = await makeRealm({ registration: "open" });
    expect((await callRegister(other, "GET", { path: `/register/${id}`, token })).status).toBe(401);
  });

  it("not any more when an operator has disabled it, or closed the realm to registration", async () => {
    const { id, call } = await own();
    await done(200, operate("PATCH", `/realms/${context.realm.id}/clients/${id}`, { disabled: true }));
    expect((await call("GET")).status).toBe(401);
    const closing = await makeRealm({ registration: "open" });
    const made = await registered(closing);
    await done(200, operate("PATCH", `/realms/${closing.realm.id}`, { settings: { registration: "closed" } }));
    await reread(closing);
    const path = `/register/${made.client_id}`;
    const answer = await callRegister(closing, "DELETE", { path, token: String(made.registration_access_token) });
    expectRegistrationError(answer, "not-found", 404);
  });
});

describe("MR-09 a change drops no safeguard (RFC 7592 §2.2)", () => {
  it.each(["require_pushed_authorization_requests", "dpop_bound_access_tokens"])("%s stays", async (name) => {
    const { id, call } = await own({ [name]: true });
    for (const value of [undefined, false]) {
      const answer = await call("PUT", { ...modest, client_id: id, [name]: value });
      expectRegistrationError(answer, "invalid_client_metadata");
    }
    expect((await call("GET")).json[name]).toBe(true);
    expect((await call("PUT", { ...modest, client_id: id, [name]: true })).status).toBe(200);
  });

  it("what an operator has set, and the client cannot name, stays", async () => {
    const { id, call } = await own();
    const set = { resources: [], require_pkce: true, profile: null, scopes: ["openid", "roles"] };
    await done(200, operate("PATCH", `/realms/${context.realm.id}/clients/${id}`, set));
    expect((await call("PUT", { ...modest, client_id: id, scope: "openid roles" })).status).toBe(200);
    expect((await stored(id))?.metadata).toMatchObject({ resources: [], scopes: ["openid", "roles"] });
  });

  it.each<[string, Json]>([
    ["another's client_id", { client_id: "another" }],
    ["no client_id", { client_id: undefined }],
    ["a wrong secret", { client_secret: "gs_guess" }],
    ["a secret that is no text", { client_secret: 7 }],
    ["a token", { registration_access_token: "gr_mine" }],
    ["an address for itself", { registration_client_uri: "https://evil.example" }],
    ["the end of its secret", { client_secret_expires_at: 0 }],
    ["its birthday", { client_id_issued_at: 1 }],
    ["becoming public", { token_endpoint_auth_method: "none" }],
    ["a bad address", { redirect_uris: ["http://notes.example/cb"] }],
    ["a foreign grant", { grant_types: ["client_credentials"] }],
  ])("refuses %s, and changes nothing", async (name, change) => {
    const { id, call } = await own();
    const before = await stored(id);
    const answer = await call("PUT", { ...modest, client_id: id, ...change });
    expectRegistrationError(answer, name === "a bad address" ? "invalid_redirect_uri" : "invalid_client_metadata");
    expect(await stored(id)).toEqual(before);
  });
});
