export const embedPaths = {
  frame: "/embed",
  session: "/embed/session",
  live: "/embed/live",
  signIn: "/embed/sign-in",
  signedIn: "/embed/signed-in",
  script: "/embed.js",
  webIdentity: "/.well-known/web-identity",
  config: "/fedcm/config.json",
  accounts: "/fedcm/accounts",
  client: "/fedcm/client",
  assertion: "/fedcm/assertion",
  disconnect: "/fedcm/disconnect",
} as const;
