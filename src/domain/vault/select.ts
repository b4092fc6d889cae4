/** What a mapping picks out of an answer: an expression of JMESPath (jmespath.site). Written by an application, so its cost is bounded. */
import { compile, type JSONValue, TreeInterpreter } from "@jmespath-community/jmespath";
import { limits } from "../../config/limits.ts";

/** An expression that cost too much, or does not fit the answer. The text says nothing of the answer. */
export class SelectFailed extends Error {
  override readonly name = "SelectFailed";
}

/** They make much out of little. Everything else gives back no more than it was given. */
const refusedFunctions = new Set(["pad_left", "pad_right", "replace"]);

/** What is wrong with an expression, or null. */
export function selectFault(expression: string): string | null {
  if (expression.length > limits.vaultSelectChars) return `has more than ${limits.vaultSelectChars} characters`;
  try {
    return refusedPart(compile(expression));
  } catch {
    return "is not an expression of JMESPath";
  }
}

/** Throws SelectFailed. */
export function select(expression: string, data: unknown): unknown {
  try {
    return new Bounded().search(compile(expression), data as JSONValue);
  } catch (error) {
    if (error instanceof SelectFailed) throw error;
    throw new SelectFailed("the expression does not fit the answer", { cause: error });
  }
}

function refusedPart(node: unknown): string | null {
  if (typeof node !== "object" || node === null) return null;
  const { type, name } = node as { type?: unknown; name?: unknown };
  // `let` goes on in an interpreter of its own, whose steps nobody counts.
  if (type === "LetExpression") return "must not use let";
  if (type === "Function" && typeof name === "string" && refusedFunctions.has(name)) return `must not use ${name}`;
  for (const member of Object.values(node)) {
    const fault = refusedPart(member);
    if (fault !== null) return fault;
  }
  return null;
}

/** The library gives out an instance alone. */
const Interpreter = TreeInterpreter.constructor as new () => typeof TreeInterpreter;

/**
 * Counts its steps, weighs what each one gives, and stops. A result may hold one value many times over: it is weighed as it would be
 * written.
 */
class Bounded extends Interpreter {
  #steps = 0;
  readonly #weights = new WeakMap<object, number>();

  override visit(...[node, value]: Parameters<typeof TreeInterpreter.visit>): ReturnType<typeof TreeInterpreter.visit> {
    const result = super.visit(node, value);
    const weight = this.#weigh(result);
    this.#steps += 1 + weight / 1000;
    if (weight > limits.vaultSelectedChars || this.#steps > limits.vaultSelectSteps)
      throw new SelectFailed("the expression costs too much");
    return result;
  }

  #weigh(value: unknown): number {
    if (typeof value === "string") return value.length + 2;
    if (typeof value !== "object" || value === null) return 8;
    const known = this.#weights.get(value);
    if (known !== undefined) return known;
    let weight = 2;
    for (const [name, member] of Object.entries(value)) weight += name.length + this.#weigh(member);
    this.#weights.set(value, weight);
    return weight;
  }
}
