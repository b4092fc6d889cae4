/** Where the endpoints stand, below each place they are mounted at. */
export const paths = {
  authorize: "/authorize",
  token: "/token",
  revoke: "/revoke",
  introspect: "/introspect",
  userinfo: "/userinfo",
  jwks: "/jwks.json",
  endSession: "/end-session",
} as const;
