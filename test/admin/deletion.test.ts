import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { basicAuth, formBody, obtainCode, redeem, request } from "../support/world.ts";
import { bearer, call, cookie, deployment, done, makeSite, operate, type Site } from "./support.ts";

const rowsOf = async (realmId: string) => {
  const tables = ["users", "domains", "signing_keys", "clients", "client_origins"];
  const counts = await env.DB.batch<{ count: number }>(
    [...tables.map((table) => [table, "realm_id"]), ["realms", "id"]].map(([table, column]) =>
      env.DB.prepare(`select count(*) as count from ${table} where ${column} = ?`).bind(realmId),
    ),
  );
  return counts.reduce((sum, { results }) => sum + (results[0]?.count ?? 0), 0);
};

/** Everything of the site that could be shown again. */
async function keepsakes(site: Site) {
  const scope = "openid roles offline_access";
  const { code, verifier } = await obtainCode(site.context, site.client, site.sysadmin.session, { scope });
  const spare = await obtainCode(site.context, site.client, site.sysadmin.session, { scope });
  return { ...(await redeem(site.context, site.client, code, verifier)), spare };
}

describe("MR-05 a deleted realm", () => {
  it("answers nowhere, and leaves nothing behind", async () => {
    const site = await makeSite();
    const { id, hosts } = site.context.realm;
    expect(await rowsOf(id)).toBeGreaterThan(5);
    await done(204, operate("DELETE", site.path));
    for (const host of hosts) {
      const response = await request(`https://${host}/.well-known/openid-configuration`);
      expect(response.status).toBe(404);
    }
    for (const path of ["", "/users", "/clients", "/keys"]) {
      expect((await operate("GET", `${site.path}${path}`)).status).toBe(404);
      const own = await call(bearer(site.sysadmin.token), "GET", `${site.path}${path}`, { host: site.host });
      expect(own.status).toBe(401);
    }
    expect((await operate("DELETE", site.path)).status).toBe(404);
    await vi.waitFor(async () => expect(await rowsOf(id)).toBe(0), { timeout: 15_000, interval: 100 });
    const { row } = site.sysadmin;
    expect(await site.context.objects.call(row.id, (object) => object.sessions())).toEqual([]);
  });

  it("made anew with the same name and domains knows none of the old tokens, sessions, codes and secrets", async () => {
    const site = await makeSite();
    const { realm } = site.context;
    const kept = await keepsakes(site);
    await done(204, operate("DELETE", site.path));
    const fresh = await done(
      201,
      operate("POST", "/realms", { name: realm.name, domains: realm.hosts, auth_domain: realm.authDomain }),
    );
    expect(fresh.id).not.toBe(realm.id);
    expect(fresh.issuer).toBe(realm.issuer);
    const path = `/realms/${fresh.id}`;
    await done(201, operate("POST", `${path}/users`, { email: site.sysadmin.row.email, roles: ["sysadmin"] }));

    const get = async (where: string, headers: Record<string, string>) =>
      (await request(`${realm.issuer}${where}`, { headers })).status;
    expect(await get("/userinfo", bearer(kept.access_token))).toBe(401);
    expect(await get("/api/auth/v1/users/me", cookie(site.sysadmin.session))).toBe(403);
    for (const caller of [bearer(site.sysadmin.token), bearer(kept.access_token), cookie(site.sysadmin.session)])
      expect((await call(caller, "GET", path, { host: site.host })).status).toBe(401);
    const token = async (fields: Record<string, string>) => {
      const init = formBody(fields);
      const headers = { ...init.headers, authorization: basicAuth(site.client) };
      return (await request(`${realm.issuer}/token`, { ...init, headers })).status;
    };
    expect(await token({ grant_type: "refresh_token", refresh_token: kept.refresh_token })).toBe(401);
    const code = {
      code: kept.spare.code,
      code_verifier: kept.spare.verifier,
      redirect_uri: "https://partner.test/callback",
    };
    expect(await token({ grant_type: "authorization_code", ...code })).toBe(401);

    const client = await done(
      201,
      operate("POST", `${path}/clients`, { name: "New", redirect_uris: [code.redirect_uri] }),
    );
    const asNew = async (fields: Record<string, string>) => {
      const init = formBody({
        ...fields,
        client_id: String(client.client_id),
        client_secret: String(client.client_secret),
      });
      const response = await request(`${realm.issuer}/token`, init);
      return [response.status, (await response.json<{ error: string }>()).error];
    };
    expect(await asNew({ grant_type: "refresh_token", refresh_token: kept.refresh_token })).toEqual([
      400,
      "invalid_grant",
    ]);
    expect(await asNew({ grant_type: "authorization_code", ...code })).toEqual([400, "invalid_grant"]);
    expect((await call(deployment, "GET", path)).status).toBe(200);
  });
});
