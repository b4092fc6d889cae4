// A site that signs people in with Hono's OIDC middleware.
import { serve } from "@hono/node-server";
import { getAuth, oidcAuthMiddleware, processOAuthCallback } from "@hono/oidc-auth";
import { Hono } from "hono";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
Object.assign(process.env, {
  OIDC_AUTH_SECRET: "only-for-this-test-0123456789abcdef",
  OIDC_ISSUER: ISSUER,
  OIDC_CLIENT_ID: CLIENT_ID,
  OIDC_CLIENT_SECRET: CLIENT_SECRET,
  OIDC_REDIRECT_URI: `http://rp.localhost:${PORT}/callback`,
  OIDC_SCOPES: "openid profile email offline_access",
});

const app = new Hono()
  .get("/callback", async (c) => {
    c.set("oidcClaimsHook", async (_known, claims, answer) => {
      const metadata = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json();
      const headers = { authorization: `Bearer ${answer.access_token}` };
      const { name, email } = await (await fetch(metadata.userinfo_endpoint, { headers })).json();
      return { sub: claims.sub, name, email };
    });
    return processOAuthCallback(c);
  })
  .use("*", oidcAuthMiddleware())
  .get("/login", async (c) => {
    const { sub, name, email } = await getAuth(c);
    return c.json({ sub, name, email });
  });

serve({ hostname: "127.0.0.1", port: Number(PORT), fetch: app.fetch });
