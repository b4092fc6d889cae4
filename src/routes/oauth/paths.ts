/** Where the endpoints stand, below each place they are mounted at. */
export const paths = {
  authorize: "/authorize",
  par: "/par",
  token: "/token",
  deviceAuthorization: "/device_authorization",
  revoke: "/revoke",
  introspect: "/introspect",
  userinfo: "/userinfo",
  register: "/register",
  jwks: "/jwks.json",
  endSession: "/end-session",
} as const;
