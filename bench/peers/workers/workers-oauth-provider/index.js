// Cloudflare's OAuth provider as a Worker. Signing people in is the integrator's part: here whoever asks is signed in.
import { OAuthProvider } from "@cloudflare/workers-oauth-provider";

const apiHandler = {
  fetch: (_request, _env, ctx) => Response.json(ctx.props),
};

const defaultHandler = {
  async fetch(request, { OAUTH_PROVIDER: oauth }) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/authorize") {
      const asked = await oauth.parseAuthRequest(request);
      const userId = searchParams.get("login_hint");
      const props = { userId, email: `${userId}@bench.localhost` };
      const { redirectTo } = await oauth.completeAuthorization({
        request: asked,
        userId,
        metadata: {},
        scope: asked.scope,
        props,
      });
      return Response.redirect(redirectTo, 302);
    }
    if (pathname === "/bench/client") {
      const { redirectUri } = await request.json();
      const client = {
        clientName: "Bench",
        redirectUris: [redirectUri],
        tokenEndpointAuthMethod: "client_secret_basic",
      };
      return Response.json(await oauth.createClient(client));
    }
    return new Response("not found", { status: 404 });
  },
};

let provider;

export default {
  fetch(request, env, ctx) {
    provider ??= new OAuthProvider({
      apiRoute: "/api/",
      apiHandler,
      defaultHandler,
      authorizeEndpoint: "/authorize",
      tokenEndpoint: "/oauth/token",
      clientRegistrationEndpoint: "/oauth/register",
      scopesSupported: ["openid", "profile"],
      resourceMetadata: { resource: `${new URL(request.url).origin}/api` },
    });
    return provider.fetch(request, env, ctx);
  },
};
