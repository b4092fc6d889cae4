import { limits } from "../config/limits.ts";
import { OAuthError, PageError, Problem } from "../errors/errors.ts";
import { fromUtf8 } from "../lib/base64url.ts";
import { joined } from "../lib/bytes.ts";
import { formPairs } from "../lib/form.ts";
import { isDeeper, isRecord, parseJson } from "../lib/json.ts";
import { Parameters } from "../lib/parameters.ts";
import type { Exchange } from "./env.ts";

/** The body as text, or null when it is not UTF-8. One without a length is counted while it arrives and cut off at the limit. */
export async function readText(c: Exchange, mostBytes: number = limits.bodyBytes): Promise<string | null> {
  const length = Number(c.req.header("content-length") ?? Number.NaN);
  if (length > mostBytes) throw new Problem("body-too-large");
  if (length >= 0) return fromUtf8(new Uint8Array(await arriving(c.req.raw.arrayBuffer())));
  const reader = c.req.raw.body?.getReader();
  if (reader === undefined) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await arriving(reader.read());
    if (done) break;
    size += value.byteLength;
    if (size > mostBytes) {
      await reader.cancel();
      throw new Problem("body-too-large");
    }
    chunks.push(value);
  }
  return fromUtf8(joined(chunks, size));
}

/** A body that breaks off, or comes in chunks that are none, is its sender's fault (RFC 9112 §8). */
function arriving<Value>(part: Promise<Value>): Promise<Value> {
  return part.catch((cause: unknown) => {
    throw new Problem("body-incomplete", { cause });
  });
}

export const mediaType = (c: Exchange): string =>
  (c.req.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** Parameters of a form body (RFC 6749 §3.2). Throws OAuthError for any other type of content. */
export async function readForm(c: Exchange, mostBytes?: number): Promise<Parameters> {
  if (mediaType(c) !== "application/x-www-form-urlencoded") throw new OAuthError("body-not-form");
  const text = await readText(c, mostBytes);
  if (text === null) throw new OAuthError("body-not-form", { detail: "The request body is not UTF-8." });
  const pairs = formPairs(text);
  if (pairs.length > limits.formFields) throw new OAuthError("parameter-malformed");
  return new Parameters(pairs);
}

/** A form of our own pages. They send no field twice: who does has made the form up. */
export async function readPageForm(c: Exchange, mostBytes?: number): Promise<Parameters> {
  const form = await readForm(c, mostBytes);
  if (form.repeated.size > 0) throw new PageError("parameter-repeated");
  return form;
}

/** A JSON object. Throws Problem. Other types of content are refused: a form on a foreign site can send those without asking. */
export async function readJson(c: Exchange, mostBytes?: number): Promise<Record<string, unknown>> {
  const value = await readJsonOrText(c, mostBytes);
  if (typeof value === "string") throw new Problem("body-not-json");
  return value;
}

/** A JSON object, or a JSON text by itself. */
export async function readJsonOrText(c: Exchange, mostBytes?: number): Promise<Record<string, unknown> | string> {
  const type = mediaType(c);
  if (type !== "application/json" && !type.endsWith("+json")) throw new Problem("media-type-unsupported");
  const text = await readText(c, mostBytes);
  if (text === null) throw new Problem("body-not-json", { detail: "The request body is not UTF-8." });
  const value = parseJson(text);
  if (typeof value === "string") return value;
  if (!isRecord(value)) throw new Problem("body-not-json");
  if (isTooDeep(value))
    throw new Problem("body-invalid", { fields: { body: `is nested deeper than ${deepestLevel} levels` } });
  return value;
}

/** A deeper value has no use here, and would exhaust the stack of whatever walks through it. */
const deepestLevel = 32;

export const isTooDeep = (value: unknown): boolean => isDeeper(value, deepestLevel);

/** The same for a request that may come without a body. */
export function readOptionalJson(c: Exchange, mostBytes?: number): Promise<Record<string, unknown>> {
  const isEmpty = c.req.raw.body === null || c.req.header("content-length") === "0";
  return isEmpty ? Promise.resolve({}) : readJson(c, mostBytes);
}

/** The query's parameters, as sent. */
export const readQuery = (c: Exchange): Parameters => {
  const mark = c.req.url.indexOf("?");
  return new Parameters(mark < 0 ? [] : formPairs(c.req.url.slice(mark + 1)));
};
