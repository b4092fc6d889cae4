/** POST /admin/v1/realms/:realm/users/import: users of another system, hundreds at a time. */
import type * as z from "zod";
import { limits } from "../../config/limits.ts";
import type { Operator } from "../../domain/admin/operator.ts";
import { type ImportTerms, importUsers, type LineOutcome } from "../../domain/users/import/import-users.ts";
import type { ImportLine } from "../../domain/users/import/line.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { isTooDeep, mediaType, readText } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { parseJson } from "../../lib/json.ts";
import { type importAnswerSchema, importBodySchema, importLineSchema, importQuerySchema } from "./import-json.ts";
import { fieldNamed } from "./snake-case.ts";

export async function postImport(c: AppContext, operator: Operator): Promise<Response> {
  const { users, ...terms } = await readImport(c);
  const lines = users.map(lineOf);
  const inClear = lines.filter((line) => !(line instanceof Problem) && typeof line.password === "string").length;
  if (inClear > limits.importPlainPasswords)
    throw new Problem("body-invalid", {
      fields: { users: `has more than ${limits.importPlainPasswords} passwords in clear` },
    });
  const context = c.get("realm");
  const outcomes = await importUsers(operator, context, lines, terms);
  const count = (wanted: LineOutcome["outcome"]) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const [created, updated, failed] = [count("created"), count("updated"), count("error")];
  c.set("auditDetails", { created, updated, failed });
  return c.json({ created, updated, skipped: count("skipped"), failed, results: outcomes.map(resultJson) });
}

type Import = Pick<ImportTerms, "onConflict" | "firebase"> & { readonly users: readonly unknown[] };

/** A JSON object, or one user a line. Throws Problem. */
async function readImport(c: AppContext): Promise<Import> {
  const type = mediaType(c);
  const isLines = type === "application/x-ndjson";
  if (!isLines && type !== "application/json") throw new Problem("media-type-unsupported");
  const text = await readText(c, limits.importBodyBytes);
  if (text === null) throw new Problem("body-not-json", { detail: "The request body is not UTF-8." });
  const body = isLines
    ? { ...validate(importQuerySchema, c.req.query(), "query-invalid"), users: linesOf(text) }
    : parseJson(text);
  const { users, on_conflict: onConflict, firebase } = validate(importBodySchema, body);
  return {
    users,
    onConflict,
    firebase:
      firebase === undefined
        ? null
        : {
            signerKey: firebase.signer_key,
            saltSeparator: firebase.salt_separator,
            rounds: firebase.rounds,
            memCost: firebase.mem_cost,
          },
  };
}

/** `undefined` for a line that is not JSON: it is refused with its number, like any other. */
const linesOf = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parseJson);

/** The line in the words of the rules, or why it cannot be read. Nothing of it is repeated. */
function lineOf(sent: unknown): ImportLine | Problem {
  if (isTooDeep(sent)) return new Problem("body-invalid", { fields: { body: "is nested too deep" } });
  const read = importLineSchema.safeParse(sent);
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = unrecognised(issue) ?? (issue?.path.map(String).join(".") || "body");
    return new Problem("body-invalid", { fields: { [field]: "invalid" }, detail: issue?.message ?? "not valid" });
  }
  const line = read.data;
  return {
    email: line.email,
    username: line.username,
    phoneNumber: line.phone_number,
    password: line.password,
    passwordHash: line.password_hash,
    name: line.name,
    firstName: line.first_name,
    lastName: line.last_name,
    emailVerified: line.email_verified,
    phoneVerified: line.phone_verified,
    externalId: line.external_id,
    roles: line.roles,
    metadata: line.metadata,
    disabled: line.disabled,
    totpSecret: line.totp_secret,
    linkedAccounts: line.linked_accounts?.map(({ source, source_id: sourceId }) => ({ source, sourceId })),
    createdAt: line.created_at === undefined ? undefined : Date.parse(line.created_at),
  };
}

const unrecognised = (issue: z.core.$ZodIssue | undefined): string | undefined =>
  issue?.code === "unrecognized_keys" ? issue.keys[0]?.slice(0, 100) : undefined;

function resultJson(outcome: LineOutcome, index: number): z.output<typeof importAnswerSchema>["results"][number] {
  const line = index + 1;
  if (outcome.outcome !== "error") return { line, ...outcome };
  const { failure } = outcome;
  const [field] = Object.keys(failure.fields ?? {});
  return {
    line,
    outcome: "error",
    code: failure.code,
    ...(field === undefined ? {} : { field: fieldNamed(field) }),
    message: failure.publicMessage,
  };
}
