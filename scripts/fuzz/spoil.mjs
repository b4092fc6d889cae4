// A request that would be let in, with one thing about it changed: what is behind validation, authentication and the first look at storage
// meets something that it does not expect.
import * as fc from "fast-check";
import { hostileText } from "./texts.mjs";

const MOST_PARTS = 1_000;

/** How a prepared request is sent: as it is half of the time, else with one of its parts replaced, left out or given twice. */
export const spoiling = fc.option(
  fc.record({
    at: fc.nat(MOST_PARTS),
    how: fc.constantFrom("replaced", "replaced", "replaced", "left out", "twice", "of another's"),
    by: hostileText,
    value: fc.jsonValue({ maxDepth: 2 }),
  }),
  { freq: 1, nil: null },
);

const asText = (value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** @param prepared `{ path, query?, form?, json?, headers? }` @param spoilt one of `spoiling` */
export function spoil(prepared, spoilt) {
  if (spoilt === null) return prepared;
  const parts = ["query", "form", "json"].flatMap((where) =>
    Object.keys(prepared[where] ?? {}).map((name) => ({ where, name })),
  );
  if (parts.length === 0) return prepared;
  const { where, name } = parts[spoilt.at % parts.length];
  const { [name]: right, ...others } = prepared[where];
  const isJson = where === "json";
  if (spoilt.how === "left out") return { ...prepared, [where]: others };
  if (spoilt.how === "twice") return { ...prepared, [where]: { ...others, [name]: [right, right] } };
  // One character is another: right in shape, and wrong.
  if (spoilt.how === "of another's" && typeof right === "string" && right.length > 1)
    return { ...prepared, [where]: { ...others, [name]: exchanged(right, spoilt.at) } };
  return { ...prepared, [where]: { ...others, [name]: isJson && spoilt.at % 2 === 0 ? spoilt.value : spoilt.by } };
}

function exchanged(text, at) {
  const place = at % text.length;
  const other = text[place] === "A" ? "B" : "A";
  return `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
}

/** As it is sent. */
export function asSent(endpoint, method, { path, query, form, json, headers = {} }) {
  const search = query === undefined ? "" : `?${formOf(query)}`;
  const body = form !== undefined ? formOf(form) : json !== undefined ? JSON.stringify(json) : undefined;
  const type = form !== undefined ? "application/x-www-form-urlencoded" : "application/json";
  return {
    endpoint,
    method,
    path: `${path}${search}`,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": type }) },
    body,
  };
}

const formOf = (fields) =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, asText(one).toWellFormed()])),
  ).toString();
