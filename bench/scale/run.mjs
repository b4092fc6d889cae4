// node bench/scale/run.mjs: how a deployment of a hundred million users would fare, by a model. docs/scale.md tells how to read it.
// `--docs` puts the figures there. bench/scale/check.mjs holds the model against a Worker that runs.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deployment, platform } from "./assumptions.mjs";
import {
  copiedDirectoryReads,
  costs,
  directoryReads,
  hotClient,
  hotRealm,
  hotUser,
  loginStorm,
  massKick,
  shardsNeeded,
  steady,
} from "./scenarios.mjs";
import { rowSizes } from "./sizes.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const counted = JSON.parse(readFileSync(here("storage-calls.json"), "utf8"));
const number = (value) =>
  value === undefined
    ? "–"
    : value >= 100
      ? Math.round(value).toLocaleString("en")
      : Number(value.toPrecision(2)).toString();
const percent = (value) => `${number(value * 100)} %`;

/** The busiest server of a kind: its share of the time, and the longest wait. */
function busiest({ servers, spanMs }, kind) {
  let most = { share: 0, waitMs: 0 };
  for (const [name, { busyMs, longestWaitMs }] of servers)
    if (name.startsWith(kind) && busyMs / spanMs > most.share) most = { share: busyMs / spanMs, waitMs: longestWaitMs };
  return most;
}

const worst = (outcome) =>
  [...outcome.latencies.values()].reduce((most, one) => (one.p99Ms > most.p99Ms ? one : most), { p50Ms: 0, p99Ms: 0 });
const refusedOf = (outcome) => [...outcome.refused.values()].reduce((sum, count) => sum + count, 0);

function row(name, perSecond, outcome) {
  const { p50Ms, p99Ms } = worst(outcome);
  const [object, shard, queue] = ["user:", "shard:", "queue"].map((kind) => busiest(outcome, kind));
  return `| ${name} | ${number(perSecond)} | ${percent(object.share)} | ${percent(shard.share)} | ${percent(queue.share)} | ${number(p50Ms)} | ${number(p99Ms)} | ${number(refusedOf(outcome))} |`;
}

const sizes = rowSizes(here("../../migrations"));
const need = shardsNeeded(sizes, counted);
const calm = steady(counted, need.shards);
const storm = loginStorm(counted, need.shards, 10);
const kick = { users: 200_000, withinSeconds: 720 };
const kicked = massKick(counted, kick);
const rows = [
  row("steady, the busiest hour", calm.perSecond, calm),
  ...[1_000, 10_000, 50_000].map((rate) => row("hot realm", rate, hotRealm(counted, rate))),
  ...[100, 300, 500].map((rate) => row("hot user, refresh", rate, hotUser(counted, "refresh", rate))),
  ...[300, 800, 1_200].map((rate) => row("hot user, users-me", rate, hotUser(counted, "users-me", rate))),
  row("login storm, tenfold, one shard", storm.perSecond, storm),
  row("a million sign in again within an hour, one shard", kicked.perSecond, kicked),
  ...[1_000, 20_000].map((rate) => row("hot client", rate, hotClient(counted, rate))),
];
const bill = Object.entries(costs(counted)).map(
  ([name, { requests, cpu, kv, d1, objects, queue, total }]) =>
    `| ${name} | ${[requests, cpu, kv, d1, objects, queue].map((part) => part.toFixed(2)).join(" | ")} | **${total.toFixed(2)}** |`,
);
const perMonth = Object.entries(deployment.perUserAndDay).reduce(
  (sum, [name, often]) => sum + (costs(counted)[name].total * often * 30 * deployment.users) / 1e6,
  0,
);
const storageGb = need.totalBytes / 1e9;
const directory = [10, 100, 1_000].map((isolates) => {
  const perSecond = calm.perSecond * (isolates / deployment.isolates);
  const [asked, copied] = [directoryReads(perSecond, isolates), copiedDirectoryReads(perSecond, isolates)];
  const [alone, database, copy] = [asked, copied.ofDatabase, copied.ofCopy].map((reads) =>
    percent((reads * platform.d1ReadMs) / 1000),
  );
  return `| ${number(perSecond)} | ${isolates.toLocaleString("en")} | ${number(asked)} | ${alone} | ${database} | ${copy} |`;
});

const report = `A user takes ${sizes.user} bytes in D1 and an audit event ${sizes.auditEvent}, indexes included (measured). With ${deployment.auditEventsPerUserAndDay} events a user and day kept for ${deployment.auditDays} days that is
${number(need.bytesPerUser)} bytes a user, ${number(storageGb)} GB in all: **${need.bySize} shards** by size, at 60 % full (${need.bySizeWithAuditOf30Days} with 30 days); ${need.byLoad} by load, at half busy (${number(need.reads)} reads, ${number(need.auditWrites)} audit
batches a second at the peak). The largest realm that fits into one shard has ${number(need.largestRealm / 1e6)} million users; ${number(need.largestRealmWithAuditOf30Days / 1e6)} million when it keeps its events for 30 days.

| scenario | op/s | busiest object | busiest shard | queue | p50 ms | p99 ms | refused |
| --- | --: | --: | --: | --: | --: | --: | --: |
${rows.join("\n")}

| requests/s | isolates | realms read anew, a second | of one database | with copies: of the database | of each copy |
| --: | --: | --: | --: | --: | --: |
${directory.join("\n")}

| US dollars a million | requests | CPU | KV | D1 | objects | audit | all |
| --- | --: | --: | --: | --: | --: | --: | --: |
${bill.join("\n")}

${number(deployment.users / 1e6)} million users come to about ${number(perMonth / 1000)} thousand US dollars a month in operations, ${number((perMonth / deployment.users) * 1000)} for a thousand users.`;
console.log(report);
if (process.argv.includes("--docs")) {
  const file = here("../../docs/scale.md");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/<!-- modelled -->[\s\S]*<!-- \/modelled -->/, `<!-- modelled -->\n\n${report}\n\n<!-- /modelled -->`),
  );
}
