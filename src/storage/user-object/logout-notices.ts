/** What clients are to be told of ended sessions: OpenID Connect Back-Channel Logout 1.0 §2.1, §2.5. */

/** A job for the queue: this client is to hear that the session it knows by this `sid` is over. */
export interface LogoutNotice {
  readonly type: "logout-notice";
  readonly realmId: string;
  readonly userId: number;
  readonly clientId: string;
  readonly sid: string;
}

/** The client has tokens of the session, which name it by this `sid`, and wants to hear of its end. */
export function noteClient(sql: SqlStorage, clientId: string, sid: string): void {
  sql.exec("INSERT OR IGNORE INTO session_clients (client_id, told_sid, sid) VALUES (?1, ?2, ?2)", clientId, sid);
}

/** The session goes on as another; its clients still know it by the name they were told. */
export function handClientsOver(sql: SqlStorage, sid: string, newSid: string): void {
  sql.exec("UPDATE session_clients SET sid = ? WHERE sid = ?", newSid, sid);
}

/** The session is over. What is noted in the step that ends it is sent some time, whatever fails meanwhile. */
export function noteSessionOver(sql: SqlStorage, sid: string, now: number): void {
  moveToOutbox(sql, "session_clients.sid = ?", sid, now);
}

/** The user has taken back what the client was granted: for it every session is over. */
export function noteClientDropped(sql: SqlStorage, clientId: string, now: number): void {
  moveToOutbox(sql, "session_clients.client_id = ?", clientId, now);
}

function moveToOutbox(sql: SqlStorage, which: string, value: string, now: number): void {
  sql.exec(
    `INSERT OR IGNORE INTO logout_notices (client_id, sid, realm_id, user_id, noted_at)
     SELECT client_id, told_sid, json_extract(profile.json, '$.realmId'), json_extract(profile.json, '$.id'), ?
     FROM session_clients, profile WHERE ${which}`,
    now,
    value,
  );
  sql.exec(`DELETE FROM session_clients WHERE ${which}`, value);
}

/** Notices that the queue has not taken yet, the oldest first. */
export function unsentNotices(sql: SqlStorage, most: number): LogoutNotice[] {
  return sql
    .exec<{ client_id: string; sid: string; realm_id: string; user_id: number }>(
      "SELECT client_id, sid, realm_id, user_id FROM logout_notices ORDER BY noted_at LIMIT ?",
      most,
    )
    .toArray()
    .map(({ client_id: clientId, sid, realm_id: realmId, user_id: userId }) => ({
      type: "logout-notice",
      realmId,
      userId,
      clientId,
      sid,
    }));
}

export function forgetNotices(sql: SqlStorage, notices: readonly LogoutNotice[]): void {
  for (const { clientId, sid } of notices)
    sql.exec("DELETE FROM logout_notices WHERE client_id = ? AND sid = ?", clientId, sid);
}

export const hasUnsentNotices = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM logout_notices LIMIT 1").toArray().length > 0;
