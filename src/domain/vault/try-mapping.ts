/** A mapping tried out: what it would send, and what it makes of an answer. Nobody is called, and no user is asked (contract §6). */
import { Failure, Problem } from "../../errors/errors.ts";
import { toSeconds } from "../../lib/time.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import { type PreparedCall, prepareCall, targetOf } from "./call.ts";
import { checkMacros, macroNames } from "./call-values.ts";
import { namesIn } from "./macros.ts";
import { interfacesOf, type Mapping, type MappingDefinition, type Variant } from "./mapping.ts";
import { argumentsOf, resultOf } from "./method.ts";

export interface Trial {
  /** May be left out where the mapping has one only. */
  readonly interface: string | undefined;
  /** The same. */
  readonly provider: string | undefined;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What the provider is taken to have answered. */
  readonly answer?: { readonly value: unknown };
}

export interface Tried {
  readonly interface: string;
  readonly provider: string;
  readonly request: PreparedCall;
  /** What the method gives for the answer, or why it gives nothing. */
  readonly outcome: { readonly result: unknown } | { readonly failure: Failure } | null;
}

/** What a macro stands for is shown as its name in brackets where it is about a user. Throws Problem for what cannot be called like that. */
export async function tryMapping(
  context: RealmContext,
  client: Client,
  name: string,
  mapping: Mapping,
  trial: Trial,
): Promise<Tried> {
  const [method, definition] = oneOf(interfacesOf(name, mapping), trial.interface, "interface");
  const [providerName, variant] = oneOf(definition.interface, trial.provider, "provider");
  const provider = await context.providers.find(providerName);
  if (provider === null || !provider.purposes.includes("vault")) throw new Problem("provider-unknown");
  const { select: _select, stream: _stream, ...template } = variant;
  checkMacros(new Set([...namesIn(template)].filter((each) => macroNames.has(each))), client);
  const values = new Map([
    ...argumentsOf(definition, trial.arguments),
    ...sampleMacros(client, providerName, context.clock.now()),
  ]);
  const request = await prepareCall(template, values, targetOf(provider, context.config.development));
  const outcome = trial.answer === undefined ? null : outcomeOf(definition, variant, trial.answer.value);
  return { interface: method, provider: providerName, request, outcome };
}

function outcomeOf(definition: MappingDefinition, variant: Variant, value: unknown): Tried["outcome"] {
  try {
    return { result: resultOf(definition, variant, { data: { kind: "json", text: "", value } }) };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

function sampleMacros({ clientId }: Client, provider: string, now: number): Map<string, unknown> {
  const known = { client_id: clientId, provider, now: new Date(now).toISOString(), now_seconds: toSeconds(now) };
  return new Map<string, unknown>([
    ...[...macroNames].map((name): [string, string] => [name, `[${name}]`]),
    ...Object.entries(known),
  ]);
}

/** Throws Problem that names those there are. */
function oneOf<Value>(
  all: Readonly<Record<string, Value>>,
  wanted: string | undefined,
  field: "interface" | "provider",
): [string, Value] {
  const names = Object.keys(all);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  const value = name !== undefined && Object.hasOwn(all, name) ? all[name] : undefined;
  if (name !== undefined && value !== undefined) return [name, value];
  throw new Problem("body-invalid", { fields: { [field]: `must be one of ${names.join(", ")}` } });
}
