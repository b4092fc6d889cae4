// The peers by the names that `--peers` takes. Each says what it is, of which packages it is made, how it starts (`worker`: a
// wrangler.toml, `server`: a Node program), what its operations need (`prepare`), and, under the names that ours have, its `operations`.
import betterAuth from "./better-auth.mjs";
import betterAuthEs256 from "./better-auth-es256.mjs";
import oidcProvider from "./oidc-provider.mjs";
import openauth from "./openauth.mjs";
import workersOauthProvider from "./workers-oauth-provider.mjs";

export const PEERS = {
  "better-auth": betterAuth,
  "better-auth-es256": betterAuthEs256,
  openauth,
  "workers-oauth-provider": workersOauthProvider,
  "oidc-provider": oidcProvider,
};
