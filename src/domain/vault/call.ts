/** A call as an application writes it, and the request that it becomes (contract §6). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { isRecord } from "../../lib/json.ts";
import type { Provider } from "../federation/provider.ts";
import { parseCallAddress } from "./call-address.ts";
import { type CallBody, callBody, formOf, pairsOf } from "./call-body.ts";
import { callHeaders } from "./call-headers.ts";
import { fill, fillAddress, filledChars, fillText, type MacroValues, malformed } from "./macros.ts";

const callMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type CallMethod = (typeof callMethods)[number];

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One request to a provider, as calls and mappings write it. */
export const callShape = {
  url: z
    .string()
    .min(1)
    .max(limits.vaultAddressChars)
    .describe("Absolute, on a host of the provider's `api_hosts`; https."),
  method: z
    .string()
    .regex(new RegExp(`^(?:${callMethods.join("|")})$`, "i"), `must be one of ${callMethods.join(", ")}`)
    .default("GET")
    .describe(`${callMethods.join(", ")}, in either case; GET when left out.`),
  queryString: z
    .union([z.record(z.string(), z.union([scalar, z.array(scalar)])), z.string().max(limits.vaultAddressChars)])
    .nullish()
    .describe("Added to the address's own: names and values, a list repeats its name; or a text such as `a=1&b=2`."),
  payload: z
    .unknown()
    .optional()
    .describe(
      "The body. JSON, unless `headers` names another content-type: a form from names and values, multipart/form-data from texts and files, anything else from a text, or from bytes as {content, encoding: `base64`}.",
    ),
  headers: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .nullish()
    .describe("The application's own. Authorization, Cookie, Host and what belongs to the connection are refused."),
};

export const callSchema = z.strictObject(callShape);
export type CallTemplate = z.output<typeof callSchema>;

/** A request without its credentials. */
export interface PreparedCall {
  readonly method: CallMethod;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: CallBody | null;
}

export interface CallTarget {
  readonly apiHosts: readonly string[];
  /** The header that carries the provider's API key. */
  readonly keyHeader: string | null;
  readonly keyParameter: string | null;
  /** Requests are signed with parameters of the protocol's own: RFC 5849 §3.1. */
  readonly isSigned: boolean;
  readonly development: boolean;
}

export function targetOf({ settings, type }: Provider, development: boolean): CallTarget {
  const { api_hosts = [], api_key } = settings;
  return {
    apiHosts: api_hosts,
    keyHeader: api_key?.in === "header" ? api_key.name : null,
    keyParameter: api_key?.in === "query" ? api_key.name : null,
    isSigned: type === "oauth1",
    development,
  };
}

/** Macros filled in, everything checked. Throws Problem, CALL_FORMAT_ERROR. */
export async function prepareCall(
  template: CallTemplate,
  values: MacroValues,
  target: CallTarget,
): Promise<PreparedCall> {
  const { payload } = template;
  if (filledChars(template, values) > limits.vaultCallBytes) throw malformed("macros", "make the call too large");
  const written = template.method.toUpperCase();
  const method = callMethods.find((each) => each === written) ?? "GET";
  const url = addressOf(template, values, target);
  const sent = Object.entries(template.headers ?? {}).map(
    ([name, value]) => [name, fillText(String(value), values)] as const,
  );
  const headers = callHeaders(Object.fromEntries(sent), target.keyHeader);
  const body = await callBody(method, fill(payload, values), headers.get("content-type"));
  if (target.isSigned) refuseProtocolParameters(url, body);
  headers.delete("content-type");
  if (body !== null) headers.set("content-type", body.contentType);
  return { method, url, headers, body };
}

function addressOf(template: CallTemplate, values: MacroValues, target: CallTarget): URL {
  const url = parseCallAddress(fillAddress(template.url, values), target.apiHosts, target.development);
  if (typeof url === "string") throw malformed("url", url);
  const { queryString } = template;
  const pairs =
    typeof queryString === "string"
      ? [...new URLSearchParams(fillText(queryString.replace(/^\?/, ""), encoded(values)))]
      : pairsOf(fill(queryString ?? {}, values) ?? {}, "queryString");
  for (const [name, value] of pairs) url.searchParams.append(name, value);
  if (url.href.length > limits.vaultAddressChars) throw malformed("url", "is too long");
  if (target.keyParameter !== null && url.searchParams.has(target.keyParameter))
    throw malformed(`queryString.${target.keyParameter}`, "is not the caller's to send");
  return url;
}

/**
 * A parameter of the protocol may be there once (RFC 5849 §3.1): one of the caller's would be signed along, and a server could take it for
 * the signer's own. Throws Problem.
 */
function refuseProtocolParameters({ searchParams }: URL, body: CallBody | null): void {
  const refuse = (part: string, parameters: URLSearchParams): void => {
    const own = [...parameters.keys()].find((name) => /^\s*oauth_/i.test(name));
    if (own !== undefined)
      throw malformed(`${part}.${own.slice(0, 100)}`, "is not the caller's to send: it belongs to the signature");
  };
  refuse("queryString", searchParams);
  refuse("payload", formOf(body));
}

/** What stands in a written query adds no further parameters. */
const encoded = (values: MacroValues): MacroValues =>
  new Map(
    [...values].map(([name, value]) => [
      name,
      value === undefined || value === null
        ? value
        : encodeURIComponent(isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)),
    ]),
  );
