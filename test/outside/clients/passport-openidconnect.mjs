// A site that signs people in with passport-openidconnect, configured by hand as its documentation says.
import { createServer } from "node:http";
import passport from "passport";
import OpenIDConnectStrategy from "passport-openidconnect";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const origin = `http://rp.localhost:${PORT}`;

passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: ISSUER,
      authorizationURL: `${ISSUER}/authorize`,
      tokenURL: `${ISSUER}/token`,
      userInfoURL: `${ISSUER}/userinfo`,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${origin}/callback`,
      scope: ["profile", "email"],
      nonce: true,
      skipUserProfile: false,
    },
    (_issuer, profile, done) => done(null, profile),
  ),
);
const authenticate = passport.authenticate("openidconnect", { session: false });

// One visitor is enough here: one session.
const session = {};

createServer((request, response) => {
  const url = new URL(request.url, origin);
  Object.assign(request, { session, query: Object.fromEntries(url.searchParams), originalUrl: request.url });
  if (url.pathname !== "/login" && url.pathname !== "/callback") return response.writeHead(404).end();
  authenticate(request, response, (error) => {
    const { id, displayName, emails } = request.user ?? {};
    const shown = error ? { error: String(error) } : { sub: id, name: displayName, email: emails?.[0]?.value };
    response.writeHead(error ? 500 : 200, { "content-type": "application/json" }).end(JSON.stringify(shown));
  });
}).listen(Number(PORT), "127.0.0.1");
