import type { Profile } from "../profile.ts";

/** Keeps the newest version of the profile; an older one that arrives late is ignored. */
export function putProfile(sql: SqlStorage, profile: Profile): void {
  sql.exec(
    `INSERT INTO profile (id, version, json) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, json = excluded.json WHERE excluded.version > version`,
    profile.version,
    JSON.stringify(profile),
  );
}

export function findProfile(sql: SqlStorage): Profile | null {
  const [row] = sql.exec<{ json: string }>("SELECT json FROM profile").toArray();
  return row === undefined ? null : (JSON.parse(row.json) as Profile);
}
