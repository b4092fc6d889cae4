/** Scopes of OpenID Connect (Core §5.4, §11) and `roles`. A realm adds its own in its settings, a client in its registration. */
export const standardScopes = ["openid", "profile", "email", "phone", "address", "roles", "offline_access"] as const;

/** Scopes that are about a person, so that no client has them for itself. */
const personalScopes: ReadonlySet<string> = new Set(standardScopes);

/** The scopes of a request: split at single spaces, each once, in order (RFC 6749 §3.3). Null when malformed. */
export function parseScope(scope: string | undefined): string[] | null {
  if (scope === undefined) return [];
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+(?: +[\x21\x23-\x5B\x5D-\x7E]+)*$/.test(scope.trim())) return null;
  return [...new Set(scope.trim().split(/ +/))];
}

export const isPersonal = (scope: string): boolean => personalScopes.has(scope);
