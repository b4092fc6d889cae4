// How many bytes a row takes with its indexes, measured: the schema that ships, filled, in the SQLite that Node brings.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const ROWS = 20_000;
const REALMS = 20;

/** @param {string} migrations folder of SQL files @returns {{ user: number, auditEvent: number }} bytes */
export function rowSizes(migrations) {
  const db = new DatabaseSync(":memory:");
  for (const file of readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .sort())
    db.exec(readFileSync(path.join(migrations, file), "utf8").replaceAll("--> statement-breakpoint", ""));
  const size = () => {
    const { pages } = db.prepare("select page_count as pages from pragma_page_count").get();
    const { bytes } = db.prepare("select page_size as bytes from pragma_page_size").get();
    return Number(pages) * Number(bytes);
  };
  const measured = (fill) => {
    const before = size();
    db.exec("begin");
    for (let row = 0; row < ROWS; row += 1) fill(row, `realm${String(row % REALMS).padStart(15, "0")}`);
    db.exec("commit");
    return Math.round((size() - before) / ROWS);
  };
  const insert = (table, row) => {
    const names = Object.keys(row);
    return db.prepare(`insert into ${table} (${names}) values (${names.map(() => "?")})`).run(...Object.values(row));
  };
  const user = measured((row, realm) =>
    insert("users", {
      id: 4_000_000_000_000_000 + ((row * 2_654_435_761) % 4_294_967_296) * 100_000,
      realm_id: realm,
      email: `first.last-${row}@example-company.com`,
      email_verified: 1,
      phone_verified: 0,
      password_hash: `$argon2id$v=19$m=19456,t=2,p=1$${"s".repeat(22)}$${"h".repeat(43)}`,
      name: `First Lastname-${row}`,
      guest: 0,
      roles: '["user"]',
      metadata: "{}",
      not_before: 1_800_000_000_000,
      version: 1,
      created_at: 1_800_000_000_000,
      updated_at: 1_800_000_000_000,
    }),
  );
  const auditEvent = measured((row, realm) =>
    insert("audit_events", {
      realm_id: realm,
      seq: Math.floor(row / REALMS) + 1,
      id: `aud_0mwrjaq5n_${String(row).padStart(16, "x")}`,
      at: 1_800_000_000_000 + row,
      type: "user.signed_in",
      actor_kind: "user",
      actor_id: "4611686018427387",
      user_id: "4611686018427387",
      body: `{"actor":{"id":"4611686018427387","kind":"user"},"agent":"Chrome on Android","details":{"amr":["pwd"]},"id":"aud_0mwrjaq5n_${String(row).padStart(16, "x")}","network":"203.0.113.0/24","outcome":"done","request":"8e61117bf38d7adb","time":"2026-11-22T08:00:00.000Z","type":"user.signed_in","user":"4611686018427387"}`,
      hash: "h".repeat(43),
    }),
  );
  db.close();
  return { user, auditEvent };
}
