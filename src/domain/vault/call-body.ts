/** What a call sends, made from its payload by the content type that it names (contract §6). */
import { utf8 } from "../../lib/base64url.ts";
import { isRecord } from "../../lib/json.ts";
import { malformed } from "./macros.ts";

export interface CallBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** Fields of a form body; none of any other. */
export const formOf = (body: CallBody | null): URLSearchParams =>
  new URLSearchParams(
    body?.contentType.toLowerCase().startsWith("application/x-www-form-urlencoded") === true
      ? new TextDecoder().decode(body.bytes)
      : "",
  );

const isEmpty = (payload: unknown): boolean =>
  payload === undefined ||
  payload === null ||
  payload === "" ||
  (isRecord(payload) && Object.keys(payload).length === 0);

const bodyless = new Set(["GET", "HEAD"]);

/**
 * Null where nothing is sent. A form takes the members of an object; multipart takes texts, and files as
 * `{"content","filename"?,"contentType"?,"encoding"?:"base64"}`; every other type takes a text as it is, or bytes as
 * `{"content","encoding":"base64"}`; without a type an object is JSON and a text is text. Throws Problem.
 */
export async function callBody(method: string, payload: unknown, contentType: string | null): Promise<CallBody | null> {
  if (bodyless.has(method)) {
    if (isEmpty(payload)) return null;
    throw malformed("payload", `does not go with ${method}`);
  }
  if (payload === undefined || payload === null || (payload === "" && contentType === null)) return null;
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return form(payload, contentType ?? type);
  if (type === "multipart/form-data") return multipart(payload);
  const isJson = type === undefined ? typeof payload !== "string" : /^application\/json$|\+json$/.test(type);
  return isJson ? json(payload, contentType ?? "application/json") : plainBody(payload, contentType);
}

const json = (payload: unknown, contentType: string): CallBody =>
  text(typeof payload === "string" ? payload : JSON.stringify(payload), contentType);

function plainBody(payload: unknown, contentType: string | null): CallBody {
  if (typeof payload === "string") return text(payload, contentType ?? "text/plain;charset=utf-8");
  if (isFile(payload)) return { bytes: contentOf(payload, "payload"), contentType: contentType ?? "" };
  throw malformed("payload", `is not a text, nor {"content","encoding":"base64"}`);
}

const text = (value: string, contentType: string): CallBody => ({ bytes: new Uint8Array(utf8(value)), contentType });

function form(payload: unknown, contentType: string): CallBody {
  if (typeof payload === "string") return text(payload, contentType);
  return text(String(new URLSearchParams(pairsOf(payload, "payload"))), contentType);
}

/** Names and values of a form or a query. A list repeats its name. Throws Problem. */
export function pairsOf(value: unknown, field: string): [string, string][] {
  if (!isRecord(value)) throw malformed(field, "is not an object of names and values");
  return Object.entries(value).flatMap(([name, member]): [string, string][] => {
    const list: unknown[] = Array.isArray(member) ? member : [member];
    return list
      .filter((each) => each !== null && each !== undefined)
      .map((each) => [name, plain(each, `${field}.${name}`)]);
  });
}

function plain(value: unknown, field: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw malformed(field, "is not a text, a number, true or false, or a list of these");
}

async function multipart(payload: unknown): Promise<CallBody> {
  if (!isRecord(payload)) throw malformed("payload", "is not an object of parts");
  const data = new FormData();
  for (const [name, member] of Object.entries(payload))
    for (const part of Array.isArray(member) ? (member as unknown[]) : [member]) append(data, name, part);
  // The boundary is the writer's: whatever the caller says of it, no content can end a part early.
  const written = new Response(data);
  return { bytes: new Uint8Array(await written.arrayBuffer()), contentType: written.headers.get("content-type") ?? "" };
}

function append(data: FormData, name: string, part: unknown): void {
  // Writers of forms differ in how they write these, and readers in what they make of it.
  if (/["\p{Cc}]/u.test(isFile(part) ? `${name}${part.filename ?? ""}` : name))
    throw malformed("payload", "has a name with quotes or control characters");
  if (!isFile(part)) {
    data.append(name, plain(part, `payload.${name}`));
    return;
  }
  const type = part.contentType ?? "application/octet-stream";
  if (!/^[\w.+-]+\/[\w.+-]+(?:; ?[\w-]+=[\w.-]+)*$/.test(type))
    throw malformed(`payload.${name}`, "has a type that is none");
  data.append(name, new Blob([contentOf(part, `payload.${name}`)], { type }), part.filename ?? "file");
}

interface FilePart {
  readonly content: string;
  readonly encoding?: "base64" | "text";
  readonly filename?: string;
  readonly contentType?: string;
}

function isFile(value: unknown): value is FilePart {
  if (!isRecord(value) || typeof value.content !== "string") return false;
  const { encoding = "text", filename = "", contentType = "" } = value;
  return (
    (encoding === "base64" || encoding === "text") && typeof filename === "string" && typeof contentType === "string"
  );
}

function contentOf({ content, encoding }: FilePart, field: string): Uint8Array<ArrayBuffer> {
  if (encoding !== "base64") return new Uint8Array(utf8(content));
  try {
    return Uint8Array.fromBase64(content);
  } catch {
    throw malformed(field, "is not base64");
  }
}
