/** Answers of the token vault: rows, a part of them, or the bytes themselves (contract §6). */
import * as z from "zod";
import type { Answer } from "../../domain/vault/answer.ts";
import { streamedHeaders } from "../../domain/vault/call-headers.ts";
import { malformed } from "../../domain/vault/macros.ts";
import { Failure } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { securityHeadersOf } from "../../http/middleware/security-headers.ts";
import { requestId } from "../../http/request-id.ts";
import { isRecord } from "../../lib/json.ts";

const rowSchema = z.object({
  pincStatus: z
    .enum(["success", "error"])
    .describe("`error` where the provider answered with 400 or more, or not at all."),
  callId: z.string().nullable().describe("The call's name in the log. Null where it came to none."),
  statusCode: z.int().describe("The provider's; 502 and 504 where there is no answer to go by."),
  contentType: z.string().nullish(),
  encoding: z.enum(["json", "text", "base64", "none"]).optional().describe("How `data` holds what came."),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe("Of the answer: those for paging, versions and waiting."),
  code: z.string().optional(),
  message: z.string().optional(),
  data: z.unknown().describe("The provider's answer: JSON as it came, else a text, else bytes as base64."),
});
export const rowsSchema = z.object({ rows: z.array(rowSchema) });

const pathHeader = "x-pinc-response-data-at";
const pathSyntax = /^rows(?:\.[^.]{1,100}){0,16}$/;

/** How the caller wants the answer. Throws Problem, CALL_FORMAT_ERROR. */
export interface Wish {
  readonly path: readonly string[] | null;
  readonly stream: boolean;
}

export function readWish(c: AppContext): Wish {
  const path = c.req.header(pathHeader)?.trim();
  if (path !== undefined && !pathSyntax.test(path)) throw malformed(pathHeader, "is not a path such as rows.0.data");
  const as = c.req.header("x-pinc-response-as")?.trim().toLowerCase() ?? "rows";
  if (as !== "rows" && as !== "stream") throw malformed("x-pinc-response-as", "is rows or stream");
  return { path: path?.split(".") ?? null, stream: as === "stream" };
}

interface Row {
  readonly pincStatus: "success" | "error";
  readonly statusCode: number;
  readonly [member: string]: unknown;
}

/** The answer of the provider. `result`: what a method made of it. */
export function sendAnswer(
  c: AppContext,
  { path }: Wish,
  answer: Answer,
  result?: { readonly value: unknown },
): Response {
  const { status: statusCode, contentType, headers, data } = answer;
  const isMade = result !== undefined;
  const row: Row = {
    pincStatus: statusCode >= 400 ? "error" : "success",
    callId: c.get("callId"),
    statusCode,
    ...(isMade ? {} : { contentType, encoding: data.kind }),
    headers,
    ...(statusCode >= 400 ? { code: "API_ERROR" } : {}),
  };
  if (isMade) return send(c, path, row, JSON.stringify(result.value ?? null), result.value);
  if (data.kind === "json") return send(c, path, row, data.text, data.value);
  const value = data.kind === "none" ? null : data.text;
  return send(c, path, row, JSON.stringify(value), value);
}

/** The provider gave no answer to go by: that is what came of the call. Throws any other failure. */
export function sendFailure(c: AppContext, { path, stream }: Wish, failure: unknown): Response {
  if (!(failure instanceof Failure) || failure.code !== "API_ERROR" || stream) throw failure;
  const { status: statusCode, code, publicMessage: message, fields } = failure;
  const row: Row = {
    pincStatus: "error",
    callId: c.get("callId"),
    statusCode,
    code,
    message,
    ...(fields === undefined ? {} : { errors: fields }),
  };
  return send(c, path, row, "null", null);
}

/** `text`: the data as JSON, which goes out as it is. */
function send(c: AppContext, path: Wish["path"], row: Row, text: string, value: unknown): Response {
  tell(c.res.headers, c, row);
  const head = JSON.stringify(row);
  const body = path === null ? `{"rows":[${head.slice(0, -1)},"data":${text}}]}` : partOf(path, row, head, text, value);
  return c.body(body, 200, { "content-type": "application/json" });
}

function partOf(path: readonly string[], row: Row, head: string, text: string, value: unknown): string {
  const [, index, member, ...rest] = path;
  const whole = `${head.slice(0, -1)},"data":${text}}`;
  if (index === undefined) return `[${whole}]`;
  if (index !== "0") return "null";
  if (member === undefined) return whole;
  if (member === "data" && rest.length === 0) return text;
  return JSON.stringify(at(member === "data" ? value : row[member], rest) ?? null);
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((so, name) => {
    if (Array.isArray(so)) return /^\d{1,9}$/.test(name) ? (so as unknown[])[Number(name)] : undefined;
    return isRecord(so) && Object.hasOwn(so, name) ? so[name] : undefined;
  }, value);

/** Whoever takes the data alone reads here what came of the call. */
function tell(
  headers: Headers,
  c: AppContext,
  { pincStatus, statusCode }: Pick<Row, "pincStatus" | "statusCode">,
): void {
  headers.set("x-pinc-call-id", c.get("callId") ?? "");
  headers.set("x-pinc-status", pincStatus);
  headers.set("x-pinc-status-code", String(statusCode));
  headers.set("x-request-id", requestId(c));
  if (pincStatus === "error") headers.set("x-error-code", "API_ERROR");
}

/** The provider's bytes as they come. In a browser they are a file and nothing else: not a page of this host, and no script. */
export function sendStream(c: AppContext, answer: Response): Response {
  const { status } = answer;
  const headers = streamedHeaders(answer.headers);
  tell(headers, c, { pincStatus: status >= 400 ? "error" : "success", statusCode: status });
  headers.set("cache-control", "private, no-store");
  // Where the context has headers for the answer already, such as RateLimit's, its own go before those.
  c.header("cache-control", "private, no-store");
  headers.set("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  for (const [name, value] of Object.entries(securityHeadersOf(c.get("config")))) headers.set(name, value);
  return new Response(answer.body, { status, headers });
}
