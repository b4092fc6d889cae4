// A site that uses OAuth 2.0 by simple-oauth2, which knows nothing of OpenID Connect, and asks UserInfo who it is.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { AuthorizationCode } from "simple-oauth2";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const redirect_uri = `http://rp.localhost:${PORT}/callback`;

const client = new AuthorizationCode({
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: { tokenHost: ISSUER, tokenPath: "/token", authorizePath: "/authorize", revokePath: "/revoke" },
});
const state = randomBytes(16).toString("hex");

async function finish(query) {
  if (query.get("state") !== state) throw new Error("state differs");
  const first = await client.getToken({ code: query.get("code"), redirect_uri });
  const token = await first.refresh();
  const headers = { authorization: `Bearer ${token.token.access_token}` };
  const { sub, name, email } = await (await fetch(`${ISSUER}/userinfo`, { headers })).json();
  // The answer to a revocation is empty (RFC 7009 §2.2).
  await token.revokeAll({ json: true });
  return { sub, name, email };
}

createServer(async (request, response) => {
  const url = new URL(request.url, redirect_uri);
  if (url.pathname === "/login") {
    const location = client.authorizeURL({ redirect_uri, scope: "openid profile email offline_access", state });
    return response.writeHead(302, { location }).end();
  }
  if (url.pathname !== "/callback") return response.writeHead(404).end();
  const shown = await finish(url.searchParams).catch((error) => ({ error: String(error) }));
  response.writeHead(shown.error ? 500 : 200, { "content-type": "application/json" }).end(JSON.stringify(shown));
}).listen(Number(PORT), "127.0.0.1");
