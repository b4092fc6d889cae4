import { limits } from "../../config/limits.ts";
import { canonicalJson, type Plain } from "../../lib/canonical-json.ts";
import { isRecord, jsonBytes } from "../../lib/json.ts";

type Json = Readonly<Record<string, unknown>>;

/** Of the fields that differ, what was and what is; of those that are nobody's business, only the names. */
export type Differences = {
  readonly changed: readonly string[];
  readonly before: { readonly [field: string]: Plain };
  readonly after: { readonly [field: string]: Plain };
};

/** Change with every write, and say nothing. */
const bookkeeping: ReadonlySet<string> = new Set(["version", "created_at", "updated_at", "last_used_at"]);

/** `shows`: which fields may be shown with their values; all of them when left out. Null stands for a thing that is not there. */
export function differences(before: Json | null, after: Json | null, shows: (field: string) => boolean): Differences {
  const [old, now] = [flat(before ?? {}), flat(after ?? {})];
  const changed = [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => !bookkeeping.has(field) && exact(old.get(field)) !== exact(now.get(field)))
    .sort();
  const shown = changed.filter(shows);
  const values = (side: ReadonlyMap<string, unknown>) =>
    Object.fromEntries(shown.map((field) => [field, plain(side.get(field), tidy)]));
  const all = { changed, before: before === null ? {} : values(old), after: after === null ? {} : values(now) };
  if (jsonBytes(all) <= limits.auditDetailsBytes) return all;
  return {
    changed: changed.slice(0, 60).map((field) => field.slice(0, limits.auditFieldLength)),
    before: {},
    after: {},
  };
}

/** All of it: what is not shown, such as an address's query, is no less a change. */
const exact = (value: unknown): string => canonicalJson(plain(value, (text) => text));

/** Members of objects get names with dots: `settings.rate_limits.session_checks_per_key_per_minute`. */
function flat(json: Json, prefix = ""): Map<string, unknown> {
  return new Map(
    Object.entries(json).flatMap(([name, value]): [string, unknown][] =>
      isRecord(value) && Object.keys(value).length > 0
        ? [...flat(value, `${prefix}${name}.`)]
        : [[prefix + name, value]],
    ),
  );
}

/** `written`: how texts are written down. */
function plain(value: unknown, written: (text: string) => string): Plain {
  if (typeof value === "string") return written(value);
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : String(value);
  if (Array.isArray(value)) return value.map((member) => plain(member, written));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member, written)]));
  return null;
}

/** Addresses without what may be secret in them. */
function tidy(text: string): string {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  const shown = url === null ? text : `${url.origin}${url.pathname === "/" ? "" : url.pathname}`;
  return shown.slice(0, limits.auditTextLength);
}
