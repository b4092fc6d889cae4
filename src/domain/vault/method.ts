/** A method: an application's mapping, run for one user at one provider (contract §6, S3.7–S3.9). */
import { Problem } from "../../errors/errors.ts";
import { isRecord } from "../../lib/json.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Answer } from "./answer.ts";
import type { MacroValues } from "./macros.ts";
import { type MappingDefinition, schemaErrors, type Variant } from "./mapping.ts";
import { SelectFailed, select } from "./select.ts";

/**
 * Where a method runs: at the provider that was named, else at the one that the user has connected of those that it has. Throws Problem
 * that names them.
 */
export async function providerFor(
  context: RealmContext,
  { client, user }: { readonly client: Client; readonly user: UserRow },
  mapping: MappingDefinition,
  named: string | undefined,
): Promise<{ name: string; variant: Variant }> {
  const names = Object.keys(mapping.interface);
  const name = named ?? (await onlyConnected(context, client, user, names));
  const variant = name !== null && Object.hasOwn(mapping.interface, name) ? mapping.interface[name] : undefined;
  if (name !== null && variant !== undefined) return { name, variant };
  throw new Problem("method-provider-open", { fields: { provider: `one of ${names.join(", ")}` } });
}

async function onlyConnected(
  { objects }: RealmContext,
  { clientId }: Client,
  user: UserRow,
  names: readonly string[],
): Promise<string | null> {
  if (names.length === 1) return names[0] ?? null;
  const connections = (await objects.call(user.id, (object) => object.connections(null, clientId))) ?? [];
  const [first, ...others] = connections.filter(({ provider }) => names.includes(provider));
  return first === undefined || others.length > 0 ? null : first.provider;
}

/** The arguments as the templates take them, defaults filled in. Throws Problem, CALL_FORMAT_ERROR. */
export function argumentsOf({ input }: MappingDefinition, given: Readonly<Record<string, unknown>>): MacroValues {
  const properties = isRecord(input?.properties) ? Object.entries(input.properties) : [];
  const defaults = properties.flatMap(([name, schema]) =>
    isRecord(schema) && schema.default !== undefined ? [[name, schema.default] as const] : [],
  );
  const values = { ...Object.fromEntries(defaults), ...given };
  const fields = input === undefined ? null : schemaErrors(input, values);
  if (fields !== null) throw new Problem("method-arguments-invalid", { fields });
  return new Map(Object.entries(values));
}

/** What the method gives, whichever provider it was asked of. Throws Problem for an answer of another shape. */
export function resultOf(
  { output }: Pick<MappingDefinition, "output">,
  variant: Pick<Variant, "select">,
  { data }: Pick<Answer, "data">,
): unknown {
  if (data.kind !== "json") {
    if (variant.select === undefined && output === undefined) return data.kind === "none" ? null : data.text;
    throw new Problem("method-answer-unexpected", { detail: "The provider's answer is not JSON." });
  }
  const result = selected(variant, data.value);
  const fields = output === undefined ? null : schemaErrors(output, result);
  if (fields !== null) throw new Problem("method-answer-unexpected", { fields });
  return result;
}

function selected({ select: expression }: Pick<Variant, "select">, value: unknown): unknown {
  if (expression === undefined) return value;
  try {
    return select(expression, value);
  } catch (error) {
    if (error instanceof SelectFailed)
      throw new Problem("method-answer-unexpected", { detail: `${error.message}.`, cause: error });
    throw error;
  }
}
