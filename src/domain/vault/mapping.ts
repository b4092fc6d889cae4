/** Mappings: one interface of an application over several providers (contract §6, S3.7, S3.8). */
import { type Schema, Validator } from "@cfworker/json-schema";
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { countValues, isRecord, jsonBytes } from "../../lib/json.ts";
import type { MappingRow } from "../../storage/d1/mapping-store.ts";
import type { Client } from "../clients/client.ts";
import { providerName } from "../federation/provider-directory.ts";
import type { RealmContext } from "../realm-context.ts";
import { callShape, targetOf } from "./call.ts";
import { parseCallAddress } from "./call-address.ts";
import { checkMacros, macroNames } from "./call-values.ts";
import { fillAddress, namesIn } from "./macros.ts";
import { selectFault } from "./select.ts";

export const mappingName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

const jsonSchema = z.record(z.string(), z.unknown());

/** How a provider does what the interface promises. */
const variantSchema = z.strictObject({
  ...callShape,
  select: z
    .string()
    .min(1)
    .max(limits.vaultSelectChars)
    .optional()
    .describe("What to pick out of the answer, and how to shape it: JMESPath. The whole answer when left out."),
  stream: z.boolean().default(false).describe("The answer's bytes as they come: for downloads."),
});

export const mappingSchema = z.strictObject({
  interface: z
    .record(z.string().regex(providerName, "must be the name of a provider"), variantSchema)
    .refine((variants) => Object.keys(variants).length > 0, "must name a provider")
    .describe("By provider: the call. `{{name}}` stands for an argument, or for one of the vault's own macros."),
  input: jsonSchema.optional().describe("A JSON schema (draft 2020-12) that the arguments have to satisfy."),
  output: jsonSchema.optional().describe("One that what was selected has to satisfy, whichever the provider."),
  description: z.string().max(1000).optional(),
});
export type MappingDefinition = z.output<typeof mappingSchema>;

/** What one name may stand for: a file of several interfaces, so that an integration can be kept in one place. */
export const mappingFileSchema = z.strictObject({
  interfaces: z
    .record(z.string().regex(mappingName, "must be letters, digits, - and _"), mappingSchema)
    .refine((interfaces) => Object.keys(interfaces).length > 0, "must have an interface")
    .describe("By name: the interfaces of the file, each of which is a method."),
});
export type Mapping = MappingDefinition | z.output<typeof mappingFileSchema>;

/** The methods that a mapping stands for, by name. */
export const interfacesOf = (name: string, mapping: Mapping): Readonly<Record<string, MappingDefinition>> =>
  "interfaces" in mapping ? mapping.interfaces : { [name]: mapping };

export type Variant = z.output<typeof variantSchema>;

/** Throws Problem: the fields that are wrong. Hosts are looked at again with each call. */
export async function checkMapping(
  context: RealmContext,
  client: Client,
  name: string,
  mapping: Mapping,
): Promise<void> {
  const fields: Record<string, string> = {};
  if (jsonBytes(mapping) > limits.vaultMappingBytes) fields.body = `has more than ${limits.vaultMappingBytes} bytes`;
  for (const [each, definition] of Object.entries(interfacesOf(name, mapping))) {
    const path = "interfaces" in mapping ? `interfaces.${each}.` : "";
    const faults = Object.entries(await interfaceFaults(context, client, definition));
    for (const [field, fault] of faults) fields[`${path}${field}`] = fault;
  }
  if (Object.keys(fields).length > 0) throw new Problem("body-invalid", { fields });
}

async function interfaceFaults(
  context: RealmContext,
  client: Client,
  mapping: MappingDefinition,
): Promise<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const part of ["input", "output"] as const) {
    const fault = schemaFault(mapping[part]);
    if (fault !== null) fields[part] = fault;
  }
  const reserved = Object.keys(propertiesOf(mapping.input)).find((name) => macroNames.has(name));
  if (reserved !== undefined) fields[`input.properties.${reserved}`] = "is the name of one of the vault's macros";
  for (const [name, variant] of Object.entries(mapping.interface)) {
    const fault = await variantFault(context, client, name, variant, mapping);
    if (fault !== null) fields[`interface.${name}.${fault.at}`] = fault.fault;
  }
  return fields;
}

async function variantFault(
  context: RealmContext,
  client: Client,
  name: string,
  variant: Variant,
  { input }: MappingDefinition,
): Promise<{ at: string; fault: string } | null> {
  const provider = await context.providers.find(name);
  if (provider === null || !provider.purposes.includes("vault"))
    return { at: "url", fault: "there is no such provider in the token vault" };
  const names = namesIn(variant);
  const macros = new Set([...names].filter((each) => macroNames.has(each)));
  const known = propertiesOf(input);
  const unknown = input === undefined ? undefined : [...names].find((each) => !macros.has(each) && !(each in known));
  if (unknown !== undefined) return { at: "url", fault: `${unknown} is neither an argument nor a macro` };
  try {
    checkMacros(macros, client);
    // Any value will do: what arguments may add to an address leads to no other host.
    const address = fillAddress(variant.url, new Map([...names].map((each) => [each, "x"])));
    const { apiHosts, development } = targetOf(provider, context.config.development);
    const url = parseCallAddress(address, apiHosts, development);
    if (typeof url === "string") return { at: "url", fault: url };
  } catch (error) {
    if (error instanceof Problem) return { at: "url", fault: error.publicMessage };
    throw error;
  }
  const fault = variant.select === undefined ? null : selectFault(variant.select);
  return fault === null ? null : { at: "select", fault };
}

const propertiesOf = (schema: Record<string, unknown> | undefined): Record<string, unknown> =>
  isRecord(schema?.properties) ? schema.properties : {};

/** Keywords by which a short schema could keep a machine busy for long, or would have to be fetched. */
const costlyKeywords = ["$ref", "$dynamicRef", "$recursiveRef", "pattern", "patternProperties", "uniqueItems"];

function schemaFault(schema: Record<string, unknown> | undefined): string | null {
  if (schema === undefined) return null;
  const costly = costlyKeywords.find((keyword) => usesKeyword(schema, keyword));
  if (costly !== undefined) return `must not use ${costly}`;
  try {
    new Validator(schema as Schema, "2020-12").validate({});
    return null;
  } catch {
    return "is not a JSON schema";
  }
}

/** Their members have names of anybody's choice and are schemas themselves: a property may be called like a keyword. */
const named: ReadonlySet<string> = new Set(["properties", "$defs", "definitions", "dependentSchemas", "dependencies"]);

function usesKeyword(schema: unknown, keyword: string): boolean {
  if (Array.isArray(schema)) return schema.some((each) => usesKeyword(each, keyword));
  if (!isRecord(schema)) return false;
  return Object.entries(schema).some(([name, member]) =>
    named.has(name) && isRecord(member)
      ? Object.values(member).some((each) => usesKeyword(each, keyword))
      : name === keyword || usesKeyword(member, keyword),
  );
}

/** What is wrong with a value, place by place; null when nothing is. Values are not repeated. */
export function schemaErrors(schema: Record<string, unknown>, value: unknown): Record<string, string> | null {
  if (countValues(schema) * countValues(value) > limits.vaultSchemaSteps)
    return { body: "is too much for the schema to be held against" };
  const { valid, errors } = new Validator(schema as Schema, "2020-12", false).validate(value);
  if (valid) return null;
  // Of a member that is wrong, and the object that has it, the member is of interest.
  const found = errors
    .filter(({ keyword }) => keyword !== "properties" && keyword !== "items")
    .map(({ instanceLocation, keyword }) => [
      instanceLocation.replace(/^#\/?/, "").replaceAll("/", ".").slice(0, 100) || "body",
      `does not satisfy ${keyword}`,
    ]);
  return Object.fromEntries(found.slice(-10));
}

export const mappingOf = ({ definition }: MappingRow): Mapping =>
  "interfaces" in definition ? mappingFileSchema.parse(definition) : mappingSchema.parse(definition);

/** Throws Problem. */
export async function getMapping({ mappings }: RealmContext, client: Client, name: string): Promise<MappingRow> {
  const row = mappingName.test(name) ? await mappings.find(client.clientId, name) : null;
  if (row === null) throw new Problem("mapping-unknown");
  return row;
}

/** What a method does: the mapping of its name, else the first file by name that has it. Throws Problem. */
export async function getMethod({ mappings }: RealmContext, client: Client, name: string): Promise<MappingDefinition> {
  const row = mappingName.test(name) ? await mappings.findInterface(client.clientId, name) : null;
  const interfaces = row === null ? {} : interfacesOf(row.name, mappingOf(row));
  const definition = Object.hasOwn(interfaces, name) ? interfaces[name] : undefined;
  if (definition === undefined) throw new Problem("mapping-unknown");
  return definition;
}
