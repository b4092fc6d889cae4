import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { firstKeys } from "../../src/domain/keys/rotation.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { findRealmById } from "../../src/storage/d1/found-realm.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { expectOAuthError, issued, refresh, userinfo } from "../support/token-side.ts";
import { makeClient, makeRealm, request, ring } from "../support/world.ts";

describe("MR-05 a realm that is gone", () => {
  it("takes its tokens with it, also when another realm comes to stand on its domains", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { cookie, tokens } = await issued(context, client);
    const { id, hosts, authDomain, issuer } = context.realm;
    const realms = new RealmStore(databasesOf(env));
    const record = await findRealmById(databasesOf(env), id);
    if (record === null) throw new Error("no realm");
    await realms.retire(id, Date.now());
    forgetHosts(hosts);
    expect((await userinfo(context, tokens.access_token)).status).toBe(404);
    forgetHosts(hosts);

    const heirId = `${id}-heir`;
    const heir = { ...record.realm, id: heirId, deletedAt: null };
    expect(await realms.insert(heir, hosts, await firstKeys(heirId, ring, Date.now()))).toBe(true);
    expect(issuer).toBe(`https://${authDomain}`);
    expect((await request(`${issuer}/jwks.json`)).status).toBe(200);
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
    expect((await request(`${issuer}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${cookie}` } })).status).toBe(
      403,
    );
    await expectOAuthError(await refresh(context, client, tokens.refresh_token), 401, "invalid_client");
  });
});
