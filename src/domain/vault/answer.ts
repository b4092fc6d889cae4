/** A provider's answer as it is told to the caller (contract §6). */
import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { fromUtf8 } from "../../lib/base64url.ts";
import { isDeeper, parseJson } from "../../lib/json.ts";
import { toldHeaders } from "./call-headers.ts";
import { withheld, withheldHeaders, withheldStream } from "./withheld.ts";

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** `json`: the text as it came, so that no number loses digits on its way, and what it says. */
  readonly data:
    | { readonly kind: "json"; readonly text: string; readonly value: unknown }
    | { readonly kind: "text" | "base64"; readonly text: string }
    | { readonly kind: "none" };
}

const textTypes =
  /^(?:text\/|application\/(?:xml|javascript|x-www-form-urlencoded|yaml|toml|graphql)$|.+\+(?:xml|yaml)$)/;

/** Throws Problem for a success whose body is not what its header says. `secrets` are taken out wherever they stand. */
export async function readAnswer(response: Response, secrets: readonly string[]): Promise<Answer> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const contentType = response.headers.get("content-type");
  const headers = toldHeaders(withheldHeaders(response.headers, secrets));
  const about = { status: response.status, contentType, headers };
  if (bytes.byteLength === 0) return { ...about, data: { kind: "none" } };
  const type = mediaTypeOf(contentType);
  const isJson = isJsonType(type);
  const text = isText(type) ? decoded(bytes, isJson ? null : contentType) : null;
  if (text === null) {
    if (isJson && response.ok) throw new Problem("provider-answer-broken");
    return { ...about, data: { kind: "base64", text: bytes.toBase64() } };
  }
  const shown = withheld(text, secrets);
  const value = isJson || type === "" ? parseJson(shown) : undefined;
  // Whatever walks through it later would run out of stack.
  if (isDeeper(value, limits.vaultAnswerLevels)) throw new Problem("provider-answer-broken");
  if (value !== undefined) return { ...about, data: { kind: "json", text: shown, value } };
  if (isJson && response.ok) throw new Problem("provider-answer-broken");
  return { ...about, data: { kind: "text", text: shown } };
}

/**
 * The same for bytes on their way. Of texts the secrets are covered; pictures and the like pass untouched, for what is no text shows no
 * request.
 */
export function answerStream({ status, headers: answered, body }: Response, secrets: readonly string[]): Response {
  const headers = withheldHeaders(answered, secrets);
  const passed =
    body !== null && isText(mediaTypeOf(answered.get("content-type"))) ? withheldStream(body, secrets) : body;
  return new Response(passed, { status, headers });
}

const mediaTypeOf = (contentType: string | null): string =>
  (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

const isJsonType = (type: string): boolean =>
  type === "application/json" || type === "text/json" || type.endsWith("+json");

const isText = (type: string): boolean => type === "" || isJsonType(type) || textTypes.test(type);

/** Null when the bytes are no text. */
function decoded(bytes: Uint8Array, contentType: string | null): string | null {
  const charset = /;\s*charset="?([\w-]{1,40})"?/i.exec(contentType ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return charset === "utf-8" ? null : fromUtf8(bytes);
  }
}
