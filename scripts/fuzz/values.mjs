// From a JSON schema to values that obey it: all of them in a calm request, most of them in a wild one.
import * as fc from "fast-check";
import { hostileName, hostileText } from "./texts.mjs";

const MOST_DEPTH = 4;

const MOST_KNOWN = 1_000;
const MOST_ADDRESSES = 100_000;

/**
 * @param components `components.schemas` of the document
 * @param {() => Record<string, readonly unknown[]>} known values by name that mean something to the product; asked each time, since they change
 * @param {boolean} isWild whether some values are hostile
 */
export function valuesOf(components, known, isWild) {
  const resolve = (schema) =>
    schema?.$ref === undefined ? (schema ?? {}) : (components[schema.$ref.split("/").at(-1)] ?? {});

  function value(given, name, depth = 0) {
    const schema = resolve(given);
    const choices = [{ weight: isWild ? 6 : 1, arbitrary: valid(schema, name, depth) }];
    if (isWild) choices.push({ weight: 2, arbitrary: fc.oneof(hostileText, fc.jsonValue({ maxDepth: 2 })) });
    if (Object.hasOwn(known(), name)) choices.push({ weight: 12, arbitrary: fc.nat(MOST_KNOWN).map(pick(name)) });
    return fc.oneof(...choices);
  }

  const pick = (name) => (at) => {
    const values = known()[name];
    return values[at % values.length];
  };

  function valid(schema, name, depth) {
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const parts = schema.anyOf ?? schema.oneOf;
    if (parts !== undefined) return fc.oneof(...parts.map((part) => valid(resolve(part), name, depth)));
    if (schema.allOf !== undefined) return valid(resolve(schema.allOf[0]), name, depth);
    const [type] = [schema.type ?? "string"].flat();
    if (type === "object" || schema.properties !== undefined) return object(schema, depth);
    if (type === "array")
      return fc.array(depth > MOST_DEPTH ? fc.constant(null) : value(schema.items, name, depth + 1), { maxLength: 4 });
    if (type === "boolean") return fc.boolean();
    if (type === "null") return fc.constant(null);
    if (type === "integer" || type === "number") return number(schema);
    return text(schema);
  }

  function number({ minimum = 0, maximum = 1_000_000 }) {
    const [least, most] = [Math.max(minimum, -(2 ** 31)), Math.min(maximum, 2 ** 31)];
    return fc.oneof(
      fc.integer({ min: Math.ceil(least), max: Math.max(Math.ceil(least), Math.floor(most)) }),
      fc.constantFrom(least, most, least - 1, most + 1),
    );
  }

  function text({ format, minLength = 0, maxLength = 40 }) {
    if (format === "uri") return fc.constantFrom("https://partner.example.com/callback", "https://a.example.com/");
    if (format === "email") return fc.nat(MOST_ADDRESSES).map((at) => `fuzz-${at}@example.test`);
    if (format === "date-time") return fc.constantFrom("2026-01-01T00:00:00Z", "2030-06-30T12:00:00.000Z");
    const length = Math.min(Math.max(minLength, 1), 100);
    return fc.string({
      unit: "grapheme-ascii",
      minLength: length,
      maxLength: Math.max(length, Math.min(maxLength, 40)),
    });
  }

  /** Members that are wanted are seldom left out, others often; now and then there is one more. */
  function object({ properties = {}, required = [] }, depth) {
    if (depth > MOST_DEPTH) return fc.constant({});
    const members = Object.entries(properties).map(([name, schema]) => {
      const arbitrary = value(schema, name, depth + 1).map((given) => [name, given]);
      const isRequired = required.includes(name);
      if (isRequired && !isWild) return arbitrary;
      // Of a calm request's members that may be left out, few are there: each may be at odds with another.
      const left = isWild ? 1 : Object.hasOwn(known(), name) ? 4 : 80;
      return fc.oneof(
        { weight: isRequired || !isWild ? 12 : 1, arbitrary },
        { weight: left, arbitrary: fc.constant(null) },
      );
    });
    const stray = isWild
      ? fc.oneof(
          { weight: 8, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: fc.tuple(hostileName, fc.jsonValue({ maxDepth: 2 })) },
        )
      : fc.constant(null);
    return fc.tuple(...members, stray).map((entries) => {
      const made = {};
      for (const entry of entries)
        if (entry !== null)
          Object.defineProperty(made, entry[0], { value: entry[1], enumerable: true, configurable: true });
      return made;
    });
  }

  return { value };
}
