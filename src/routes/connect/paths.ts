/** Where people connect accounts that they have elsewhere, and applications see what is connected. */
export const connectPaths = {
  /** Begins a consent, and is what is registered at every provider as the redirect URI. */
  command: "/integrate/command",
  key: "/integrate/key",
  page: "/integrate/page",
  disconnect: "/integrate/disconnect",
  connections: "/api/connection",
} as const;
