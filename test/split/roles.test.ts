import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { rights } from "../../src/routes/admin/rights.ts";
import { makeRealm, makeUser, request } from "../support/world.ts";
import { bearer, guest, login, type OAuthToken } from "./support.ts";

const kinds = ["guest", "user", "admin", "sysadmin"] as const;
type Kind = (typeof kinds)[number];

let context: RealmContext;
let tokens: Record<Kind, OAuthToken>;
beforeAll(async () => {
  context = await makeRealm();
  const as = async (roles: string[]) => login(context, await makeUser(context, { roles }));
  tokens = {
    guest: await guest(context),
    user: await as(["user"]),
    admin: await as(["user", "admin"]),
    sysadmin: await as(["user", "sysadmin"]),
  };
});

/** An address of the operators' API with something in it that does not exist: who may call it is told that, the others that they may not. */
async function mayCall(address: string, token: OAuthToken): Promise<boolean> {
  const [method = "", path = ""] = address.split(" ");
  const named = path.replace(":realm", context.realm.id).replaceAll(/:[a-z]+/g, "1");
  const hasBody = method === "POST" || method === "PUT" || method === "PATCH";
  const response = await request(`${context.realm.issuer}/admin/v1${named}`, {
    method,
    headers: { ...bearer(token.accessToken), "content-type": "application/json" },
    // Taken by no schema, so that nothing is changed on the way.
    ...(hasBody ? { body: "[]" } : {}),
  });
  expect([200, 204, 400, 403, 404, 409, 422]).toContain(response.status);
  return response.status !== 403;
}

/** What the role of the token may call, by the table: keys and settings are not tried in earnest. */
const harmless = Object.entries(rights).filter(
  ([address]) => !/keys\/rotate|kick|tfa\/reset|DELETE \/realms\/:realm$/.test(address),
);

describe("S4.10 who may do what, with split tokens (contract §4)", () => {
  it.each(harmless)("%s", async (address, allowed) => {
    const may = Object.fromEntries(
      await Promise.all(kinds.map(async (kind) => [kind, await mayCall(address, tokens[kind])] as const)),
    );
    const operators: readonly string[] = allowed;
    expect(may).toEqual({
      guest: false,
      user: false,
      admin: operators.includes("admin"),
      sysadmin: operators.includes("sysadmin"),
    });
  });

  it.each(kinds)("%s: sees its own account and nobody else's, and what it is", async (kind) => {
    const { accessToken, userId } = tokens[kind];
    const response = await request(`${context.realm.issuer}/userinfo`, { headers: bearer(accessToken) });
    const { sub, roles } = await response.json<{ sub: string; roles: string[] }>();
    const expected = { guest: [], user: ["user"], admin: ["user", "admin"], sysadmin: ["user", "sysadmin"] }[kind];
    expect([response.status, sub, roles]).toEqual([200, userId, expected]);
  });

  it.each(kinds)("%s: an access token opens nothing that asks for a session (contract §0)", async (kind) => {
    for (const path of ["/users/me", "/sessions", "/users/consents", "/users/linked-accounts"]) {
      const url = `${context.realm.issuer}/api/auth/v1${path}`;
      const shown = await request(url, { headers: bearer(tokens[kind].accessToken) });
      expect(shown.status, path).toBe(401);
      const asSession = await request(url, { headers: { "x-qt-auth": tokens[kind].accessToken } });
      expect(asSession.status, path).toBe(403);
    }
  });

  it.each(["admin", "sysadmin"] as const)("%s: without the scope `roles` the token is a user's", async (kind) => {
    const user = await makeUser(context, { roles: [kind] });
    const { accessToken } = await login(context, user, { scope: "openid profile" });
    const response = await request(`${context.realm.issuer}/admin/v1/realms/${context.realm.id}/users`, {
      headers: bearer(accessToken),
    });
    expect(response.status).toBe(403);
  });

  it.each(["admin", "sysadmin"] as const)("%s: of one realm is nobody in another", async (kind) => {
    const other = await makeRealm();
    for (const url of [
      `${other.realm.issuer}/admin/v1/realms/${other.realm.id}/users`,
      `${context.realm.issuer}/admin/v1/realms/${other.realm.id}/users`,
    ])
      expect([401, 404]).toContain((await request(url, { headers: bearer(tokens[kind].accessToken) })).status);
  });
});
