import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizePath, expectOAuthError, issued, signedInUser, tokenAnswer, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, request, type TestClient, tokenRequest } from "../support/world.ts";

const notes = "https://notes.example/api";
const files = "https://files.example";
const plain = "urn:example:plain";
const resources = {
  [notes]: { name: "Notes", scopes: ["notes:read", "notes:write"] },
  [files]: { name: "Files", scopes: ["files:read"] },
  [plain]: { name: "Whatever" },
};
const scopes = ["openid", "profile", "offline_access", "notes:read", "notes:write", "files:read"];
const settings = {
  resources,
  scopes: { "notes:read": "Read notes", "notes:write": "Write notes", "files:read": "Read files" },
};

let context: RealmContext;
let client: TestClient;
let machine: TestClient;
beforeAll(async () => {
  context = await makeRealm(settings);
  client = await makeClient(context, { scopes });
  machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["notes:read", "files:read"] });
});

const all = scopes.join(" ");

/** What is no registered resource, each in its way. */
const refused: [string, string][] = [
  ["unknown", "https://elsewhere.example"],
  ["relative", "/api"],
  ["no URI", "notes"],
  ["a fragment", `${notes}#part`],
  ["an empty fragment", `${notes}#`],
  ["a path more", `${notes}/more`],
  ["a slash more", `${notes}/`],
  ["a query more", `${notes}?a=b`],
  ["another case", notes.toUpperCase()],
  ["a port more", "https://notes.example:443/api"],
  ["a blank around", ` ${notes}`],
  ["two in one", `${notes} ${files}`],
  ["a name of every object", "constructor"],
  ["javascript", "javascript:alert(1)"],
];

/** An authorization request for several resources at once, which a map of parameters cannot say. */
async function answerFor(...wanted: string[]): Promise<URL> {
  const { cookie } = await signedInUser(context);
  const path = await authorizePath(client, { scope: all });
  const query = wanted.map((uri) => `&resource=${encodeURIComponent(uri)}`).join("");
  const response = await request(`${context.realm.issuer}${path}${query}`, {
    headers: { cookie: `qt-auth=${cookie}` },
  });
  expect(response.status).toBe(302);
  return new URL(response.headers.get("location") ?? "");
}

const claimsOf = (token: string) => decodeJwt(token);

describe("RI-01 the authorization request (RFC 8707 §2.1)", () => {
  it("makes the token out to the resource, with the scopes that the resource knows, and still says who signed in", async () => {
    const { tokens } = await issued(context, client, { resource: notes, scope: all });
    expect(claimsOf(tokens.access_token)).toMatchObject({ aud: notes, scope: "notes:read notes:write" });
    expect(tokens.scope).toBe("notes:read notes:write");
    expect(claimsOf(tokens.id_token).aud).toBe(client.clientId);
    const keys = (await (await request(`${context.realm.issuer}/jwks.json`)).json()) as JSONWebKeySet;
    const options = { issuer: context.realm.issuer, audience: notes, typ: "at+jwt" };
    await expect(jwtVerify(tokens.access_token, createLocalJWKSet(keys), options)).resolves.toBeDefined();
  });

  it("without one the token is for the realm's own endpoints, and so is one that names the issuer", async () => {
    for (const parameters of [{}, { resource: context.realm.issuer }, { resource: `${context.realm.issuer}/` }]) {
      const { tokens } = await issued(context, client, { ...parameters, scope: all });
      expect(claimsOf(tokens.access_token)).toMatchObject({ aud: context.realm.issuer, scope: all });
      expect((await userinfo(context, tokens.access_token)).status).toBe(200);
    }
  });

  it("a resource whose scopes are not listed gets them all", async () => {
    const { tokens } = await issued(context, client, { resource: plain, scope: all });
    expect(claimsOf(tokens.access_token)).toMatchObject({ aud: plain, scope: all });
  });

  it("an origin is the same with and without its slash (RFC 3986 §6.2.3); the token names it as registered", async () => {
    const { tokens } = await issued(context, client, { resource: `${files}/`, scope: all });
    expect(claimsOf(tokens.access_token)).toMatchObject({ aud: files, scope: "files:read" });
  });

  it.each(refused)("refuses what is registered nowhere: %s", async (_, uri) => {
    const { cookie } = await signedInUser(context);
    const response = await request(`${context.realm.issuer}${await authorizePath(client, { resource: uri })}`, {
      headers: { cookie: `qt-auth=${cookie}` },
    });
    const location = new URL(response.headers.get("location") ?? "");
    expect(location.origin + location.pathname).toBe("https://partner.test/callback");
    expect(location.searchParams.get("error")).toBe("invalid_target");
    expect(location.searchParams.get("code")).toBeNull();
  });

  it("one bad resource among good ones spoils the request", async () => {
    const location = await answerFor(notes, "https://elsewhere.example");
    expect(location.searchParams.get("error")).toBe("invalid_target");
  });

  it("a client has the resources it is registered for, and no others", async () => {
    const limited = await makeClient(context, { scopes, resources: [files] });
    const { tokens } = await issued(context, limited, { resource: files, scope: all });
    expect(claimsOf(tokens.access_token).aud).toBe(files);
    await expect(issued(context, limited, { resource: notes, scope: all })).rejects.toThrow("invalid_target");
  });
});

describe("RI-01 client_credentials (RFC 8707 §2.2)", () => {
  const grant = { grant_type: "client_credentials" };

  it("makes the token out to the resource, with those of the client's scopes that it knows", async () => {
    const answer = await tokenAnswer(await tokenRequest(context, machine, { ...grant, resource: notes }));
    expect(claimsOf(answer.access_token)).toMatchObject({ aud: notes, scope: "notes:read", sub: machine.clientId });
    expect(answer.scope).toBe("notes:read");
  });

  it("refuses a scope that the resource does not know", async () => {
    const wanted = { ...grant, resource: notes, scope: "files:read" };
    await expectOAuthError(await tokenRequest(context, machine, wanted), 400, "invalid_scope");
  });

  it.each(refused)("refuses what is registered nowhere: %s", async (_, uri) => {
    const answer = await tokenRequest(context, machine, { ...grant, resource: uri });
    await expectOAuthError(answer, 400, "invalid_target");
  });
});
