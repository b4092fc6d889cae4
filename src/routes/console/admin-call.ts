// The console's only way to read or change anything: the operators' API itself, called within the Worker as the browser's session.
import { Hono } from "hono";
import type * as z from "zod";
import { originOf } from "../../domain/realms/realm.ts";
import type { AppContext, AppEnv } from "../../http/env.ts";
import { config } from "../../http/middleware/config.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { onError } from "../../http/on-error.ts";
import { isRecord } from "../../lib/json.ts";
import { admin } from "../admin/index.ts";

/** What the API refused, as it said it. */
export interface AdminProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly requestId: string;
  /** By the field's name in the API. */
  readonly errors: Readonly<Record<string, string>>;
}

export type AdminAnswer<Value> =
  | { readonly ok: true; readonly value: Value; readonly version: string | null }
  | { readonly ok: false; readonly problem: AdminProblem };

interface AdminRequest {
  readonly body?: unknown;
  /** The version that was shown, so that nothing newer is overwritten unseen. */
  readonly version?: string | undefined;
}

/** Thrown by `read`: a page whose own subject cannot be read is not shown. */
export class AdminRefusal extends Error {
  override readonly name = "AdminRefusal";
  readonly problem: AdminProblem;

  constructor(problem: AdminProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** What the console itself does not know, answered like what the API does not. */
export const missing: AdminProblem = { status: 404, code: "not-found", title: "", requestId: "", errors: {} };

const operators = new Hono<AppEnv>().onError(onError).use(config).route("/admin/v1", admin);

/** Of the browser's request, what says who it is and where it comes from. */
const passedOn = ["cookie", "cf-connecting-ip", "cf-ray", "user-agent", "accept-language"] as const;

/** `path` below `/admin/v1`. The answer's JSON is read by `schema`; z.unknown() where nothing of it is wanted. */
export async function callAdmin<Schema extends z.ZodType>(
  c: AppContext,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  schema: Schema,
  { body, version }: AdminRequest = {},
): Promise<AdminAnswer<z.output<Schema>>> {
  const origin = originOf(hostOf(c.req.url), c.get("config"));
  const headers = new Headers({ origin, accept: "application/json" });
  for (const name of passedOn) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (body !== undefined) headers.set("content-type", "application/json");
  if (version !== undefined && version !== "") headers.set("if-match", version);
  const request = new Request(`${origin}/admin/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await operators.fetch(request, c.env, c.executionCtx);
  const json: unknown = response.status === 204 ? null : await response.json();
  if (!response.ok) return { ok: false, problem: problemOf(response.status, json) };
  return { ok: true, value: schema.parse(json), version: response.headers.get("etag") };
}

/** The same for what a page is about. Throws AdminRefusal. */
export async function read<Schema extends z.ZodType>(
  c: AppContext,
  path: string,
  schema: Schema,
): Promise<{ value: z.output<Schema>; version: string }> {
  const answer = await callAdmin(c, "GET", path, schema);
  if (!answer.ok) throw new AdminRefusal(answer.problem);
  return { value: answer.value, version: answer.version ?? "" };
}

/** One segment of a path. */
export const segment = (text: string): string => encodeURIComponent(text);

function problemOf(status: number, json: unknown): AdminProblem {
  const { code, title, request_id, errors } = isRecord(json) ? json : {};
  return {
    status,
    code: typeof code === "string" ? code : "server-error",
    title: typeof title === "string" ? title : "",
    requestId: typeof request_id === "string" ? request_id : "",
    errors: isRecord(errors) ? Object.fromEntries(Object.entries(errors).map(([k, v]) => [k, String(v)])) : {},
  };
}
