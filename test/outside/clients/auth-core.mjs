// A site that signs people in with Auth.js, by discovery.
import { Auth } from "@auth/core";
import { serve } from "@hono/node-server";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const origin = `http://rp.localhost:${PORT}`;

const config = {
  basePath: "/auth",
  secret: "only-for-this-test-0123456789abcdef",
  trustHost: true,
  providers: [
    {
      id: "gatehouse",
      name: "Gatehouse",
      type: "oidc",
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      idToken: false,
    },
  ],
  callbacks: {
    jwt: ({ token, profile }) => ({ ...token, ...(profile ? { sub: profile.sub } : {}) }),
    session: ({ session, token }) => ({ ...session, sub: token.sub }),
  },
};

serve({
  hostname: "127.0.0.1",
  port: Number(PORT),
  fetch: async (request) => {
    const url = new URL(request.url);
    if (url.pathname === "/login") return Response.redirect(`${origin}/auth/signin?callbackUrl=${origin}/`, 302);
    if (url.pathname.startsWith("/auth/")) return Auth(request, config);
    const answer = await Auth(new Request(`${origin}/auth/session`, { headers: request.headers }), config);
    const { user, sub } = (await answer.json()) ?? {};
    return Response.json({ sub, name: user?.name, email: user?.email });
  },
});
