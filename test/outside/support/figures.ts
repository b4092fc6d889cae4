import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * What happened in a realm on ninety days before this one, so that its charts have something to draw. Always the same. Written by one
 * statement and without waiting for the disk, for the product waits for nobody who holds its database, and answers other tests with 503.
 */
export function writeFigures(stateDirectory: string, realmId: string): void {
  const folder = join(stateDirectory, "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  const rows = Array.from({ length: 90 }, (_, day) => {
    const date = new Date(Date.now() - (90 - day) * 86_400_000);
    return countsOf(day, date.getUTCDay()).map((counted) => [date.toISOString().slice(0, 10), ...counted]);
  });
  const database = new DatabaseSync(join(folder, file ?? ""), { timeout: 10_000 });
  database.exec("pragma synchronous = off");
  const insert = `insert into daily_counts (realm_id, day, metric, label, count)
    select ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true on conflict do nothing`;
  database.prepare(insert).run(realmId, JSON.stringify(rows.flat()));
  database.close();
}

function countsOf(day: number, weekday: number): [string, string, number][] {
  // A newspaper is read on weekdays, and by more people every month; one day somebody tried other people's passwords.
  const wave = Math.round(420 + day * 3.1 + (weekday === 0 || weekday === 6 ? -130 : 0) + 45 * Math.sin(day * 1.7));
  const attack = day === 71 ? 640 : 0;
  const share = (part: number): number => Math.round(wave * part);
  return [
    ["sign_ins", "pwd", share(0.48)],
    ["sign_ins", "fed", share(0.31)],
    ["sign_ins", "hwk", share(0.14 + day * 0.001)],
    ["sign_ins", "otp", share(0.06)],
    ["second_factor_sign_ins", "", share(0.09 + day * 0.0016)],
    ["sign_in_failures", "credentials-wrong", share(0.07) + attack],
    ["sign_in_failures", "rate-limited", Math.round(attack / 3)],
    ["sign_ups", "", share(0.05)],
    ["sessions_opened", "", wave],
    ["sessions_ended", "signed-out", share(0.55)],
    ["sessions_ended", "expired", share(0.4)],
  ];
}
