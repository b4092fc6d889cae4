/** /admin/v1/realms/:realm/events and /statistics: the audit log, its export and its chain, and the numbers of each day (contract §7). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { csvHeading, csvLine } from "../../domain/audit/csv.ts";
import { type DayNumbers, statisticsOf } from "../../domain/audit/statistics.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { validate } from "../../http/validate.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { type AuditEvent, actorKinds, auditTypeNames, deploymentChain } from "../../storage/audit-events.ts";
import { type AuditFilter, type AuditRow, AuditStore } from "../../storage/d1/audit-store.ts";
import { DailyCountStore } from "../../storage/d1/daily-count-store.ts";
import { shardOf } from "./deployment.ts";
import { nextCursor, nextCursorSchema, pageQuerySchema, readNumberedPage } from "./paging.ts";

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

const filterShape = {
  type: z
    .string()
    .max(1000)
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(auditTypeNames)).max(20))
    .optional()
    .describe("One or more types, separated by commas."),
  actor: z.string().max(200).optional().describe("Id of the user, the client or the key that did it."),
  user: z.string().max(20).optional().describe("Id of the user whom it is about."),
  client: z.string().max(200).optional().describe("client_id."),
  from: moment.optional().describe("A date or a time (RFC 3339)."),
  to: moment.optional().describe("The first moment that is left out."),
};

export const eventsQuerySchema = pageQuerySchema.extend(filterShape);
export const exportQuerySchema = z.object({
  ...filterShape,
  format: z.enum(["ndjson", "csv"]).default("ndjson").describe("NDJSON can be verified; CSV opens in spreadsheets."),
});

const eventSchema = z.object({
  id: z.string().describe("Sorts by time."),
  time: z.string(),
  type: z.enum(auditTypeNames),
  outcome: z
    .enum(["done", "refused", "failed", "unknown"])
    .describe("`unknown`: it was begun, and nobody was left to say how it ended."),
  reason: z.string().optional(),
  actor: z.object({ kind: z.enum(actorKinds), id: z.string().optional() }),
  user: z.string().optional(),
  client: z.string().optional(),
  target: z.object({ kind: z.string(), id: z.string() }).optional(),
  request: z.string().optional().describe("The id that errors and logs name, too."),
  network: z.string().optional().describe("Where the request came from: /24, or /48 of IPv6."),
  agent: z.string().optional().describe("What kind of program sent it."),
  details: z.record(z.string(), z.unknown()).optional(),
});

const linkSchema = z.object({ seq: z.int(), hash: z.string() });

export const eventsAnswerSchema = z.object({
  events: z.array(eventSchema.extend(linkSchema.shape)),
  next_cursor: nextCursorSchema,
});

export const chainAnswerSchema = z.object({
  realm: z.string().describe("What the hashes are made with: the realm's id, or `deployment`."),
  anchor: linkSchema.describe("The last entry that was cut off; 0 and an empty hash while all are there."),
  head: linkSchema.describe("The newest entry."),
});

export async function getEvents(c: AppContext): Promise<Response> {
  const { limit, after } = readNumberedPage(c);
  const query = validate(eventsQuerySchema, c.req.query(), "query-invalid");
  const rows = await storeOf(c).list(filterOf(query), after, limit);
  return c.json({
    events: rows.map((row) => ({ ...eventOf(row), seq: row.seq, hash: row.hash })),
    ...nextCursor(
      rows.map(({ seq }) => seq),
      limit,
    ),
  });
}

export async function getChain(c: AppContext): Promise<Response> {
  return c.json({ realm: chainOf(c), ...(await storeOf(c).bounds()) });
}

/** As much as there is, the oldest first, a page of the database at a time. */
export async function getEventExport(c: AppContext): Promise<Response> {
  const { format, ...query } = validate(exportQuerySchema, c.req.query(), "query-invalid");
  const store = storeOf(c);
  const filter = filterOf(query);
  const { anchor, head } = await store.bounds();
  const isWhole = Object.values(filter).every((value) => value === undefined);
  const preface = { chain: { realm: chainOf(c), anchor: { ...anchor }, head: { ...head }, complete: isWhole } };
  const first = format === "csv" ? csvHeading : `${canonicalJson(preface)}\n`;
  const line = format === "csv" ? (row: AuditRow) => csvLine(row.seq, row.hash, eventOf(row)) : ndjsonLine;
  let after = anchor.seq;
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const encoder = new TextEncoder();
      if (!begun) controller.enqueue(encoder.encode(first));
      begun = true;
      const rows = await store.listFrom(filter, after, head.seq, limits.auditExportPage);
      if (rows.length > 0) controller.enqueue(encoder.encode(rows.map(line).join("")));
      after = rows.at(-1)?.seq ?? head.seq;
      if (rows.length < limits.auditExportPage) controller.close();
    },
  });
  return c.body(body, 200, {
    "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
    "content-disposition": `attachment; filename="audit-${chainOf(c)}.${format}"`,
  });
}

const ndjsonLine = ({ seq, hash, body }: AuditRow): string => `{"event":${body},"hash":"${hash}","seq":${seq}}\n`;

const day = z.iso.date();

export const statisticsQuerySchema = z.object({
  from: day.optional().describe("The first day (UTC); 29 days before `to` when left out."),
  to: day.optional().describe("The last day; today when left out."),
});

const counts = z.record(z.string(), z.int());

export const statisticsAnswerSchema = z.object({
  from: z.string(),
  to: z.string(),
  days: z.array(
    z.object({
      day: z.string(),
      sign_ins: z.int(),
      sign_ins_by_method: counts.describe("By the first method of RFC 8176: `pwd`, `email`, `fed` …"),
      sign_in_failures: z.int(),
      failures_by_reason: counts,
      sign_ups: z.int(),
      second_factor_sign_ins: z.int(),
      second_factor_share: z.number().nullable().describe("Of all sign-ins, from 0 to 1; null without any."),
      active_sessions: z
        .int()
        .describe("At the end of the day. A session that was just not used any more ends when that is noticed."),
      sessions_opened: z.int(),
      sessions_ended: counts.describe("By reason."),
      kicks: z.int(),
      theft_signs: z.int().describe("Codes and refresh tokens that were used again."),
      tokens_by_grant: counts,
      tokens_by_client: counts,
    }),
  ),
});

export async function getStatistics(c: AppContext): Promise<Response> {
  const asked = validate(statisticsQuerySchema, c.req.query(), "query-invalid");
  const to = asked.to ?? dayOf(c.get("realm").clock.now());
  const from = asked.from ?? dayOf(Date.parse(to) - 29 * dayMs);
  const days = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  if (days < 1 || days > limits.statisticsDays)
    throw new Problem("query-invalid", { fields: { from: `must be up to ${limits.statisticsDays} days before to` } });
  const numbers: readonly DayNumbers[] = await statisticsOf(
    new DailyCountStore(shardOf(c), c.get("realm").realm.id),
    from,
    days,
  );
  return c.json({ from, to, days: numbers });
}

const dayMs = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The realm of the path; without one, the deployment. */
const chainOf = (c: AppContext): string =>
  c.req.param("realm") === undefined ? deploymentChain : c.get("realm").realm.id;
const storeOf = (c: AppContext): AuditStore =>
  new AuditStore(c.req.param("realm") === undefined ? c.env.DB : shardOf(c), chainOf(c));

const eventOf = ({ body }: AuditRow): AuditEvent => JSON.parse(body) as AuditEvent;

type Query = Omit<z.output<typeof exportQuerySchema>, "format">;

const filterOf = ({ type, actor, user, client, from, to }: Query): AuditFilter => ({
  types: type,
  actor,
  user: user?.replace(/^qp_/, ""),
  client,
  from: from === undefined ? undefined : Date.parse(from),
  to: to === undefined ? undefined : Date.parse(to),
});
