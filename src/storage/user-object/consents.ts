/** Scopes the user has granted this client so far. */
export function consentedScopes(sql: SqlStorage, clientId: string): string[] {
  const [row] = sql.exec<{ scope: string }>("SELECT scope FROM consents WHERE client_id = ?", clientId).toArray();
  return row === undefined || row.scope === "" ? [] : row.scope.split(" ");
}

/** Adds to what was granted before. */
export function addConsent(sql: SqlStorage, clientId: string, scopes: readonly string[], now: number): void {
  const scope = [...new Set([...consentedScopes(sql, clientId), ...scopes])].join(" ");
  sql.exec("INSERT OR REPLACE INTO consents (client_id, scope, granted_at) VALUES (?, ?, ?)", clientId, scope, now);
}
