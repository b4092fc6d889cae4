// Who the Worker speaks to: a provider of the vault with an API behind it, and the endpoint of a webhook.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const token = (kind) => `${kind}-${randomBytes(12).toString("base64url")}`;

export async function startNeighbours() {
  /** By id: the tokens of one consent, as the provider keeps them. */
  const grants = new Map();
  const heard = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const json = (status, value) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (pathname === "/hook") {
      // Whoever may call through the vault may come here, too, with whatever they like.
      if (request.headers["webhook-id"] !== undefined)
        heard.push({ id: request.headers["webhook-id"], ...JSON.parse(body) });
      return response.writeHead(204).end();
    }
    if (pathname === "/token") return json(...answerToken(new URLSearchParams(body)));
    if (pathname === "/api/files") return json(...answerApi(request.headers.authorization ?? ""));
    return response.writeHead(404).end();
  });

  const tokensOf = ({ access, refresh }) => ({
    token_type: "Bearer",
    access_token: access,
    refresh_token: refresh,
    expires_in: 3600,
  });

  function answerToken(form) {
    if (form.get("grant_type") === "authorization_code") {
      const grant = { access: token("access"), refresh: token("refresh"), isStrict: form.get("code") === "strict" };
      grants.set(grant.refresh, grant);
      return [200, tokensOf(grant)];
    }
    const sent = form.get("refresh_token") ?? "";
    const grant = grants.get(sent);
    if (grant === undefined || grant.isDead) return [400, { error: "invalid_grant" }];
    if (grant.refresh !== sent) {
      // A used token: forgiven while its successor has not been seen, unless the provider forgives nothing.
      const isForgiven = !grant.isStrict && sent === grant.before && !grant.isSeen;
      grant.isDead = !isForgiven;
      if (grant.isDead) return [400, { error: "invalid_grant" }];
    } else grant.before = sent;
    Object.assign(grant, { access: token("access"), refresh: token("refresh"), isSeen: false });
    grant.rotations = (grant.rotations ?? 0) + 1;
    grants.set(grant.refresh, grant);
    return [200, tokensOf(grant)];
  }

  function answerApi(authorization) {
    const grant = [...grants.values()].find(({ access }) => authorization === `Bearer ${access}`);
    if (grant === undefined || grant.isDead) return [401, {}];
    grant.isSeen = true;
    return [200, { files: [] }];
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** What the webhook was sent, each with the id it came under. */
    heard,
    /** The last ones that were given, of access and of refresh. */
    newestTokens() {
      const newest = [...grants.values()].at(-1);
      return newest === undefined ? [] : [newest.access, newest.refresh];
    },
    /** No access token that was given so far is taken any more. */
    expire() {
      for (const grant of grants.values()) grant.access = token("over");
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
