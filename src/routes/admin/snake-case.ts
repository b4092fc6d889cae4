import { Problem } from "../../errors/errors.ts";

/** Runs a rule that names fields its own way, and spells them as this surface does. */
export async function inSnakeCase<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof Problem && error.fields !== undefined ? respelled(error, error.fields) : error;
  }
}

function respelled(problem: Problem, fields: Readonly<Record<string, string>>): Problem {
  const fault = problem.reason === "user-already-exists" ? () => "taken" : (text: string) => text;
  return new Problem(problem.reason, {
    fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [fieldNamed(name), fault(text)])),
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    cause: problem,
  });
}

export const fieldNamed = (name: string): string =>
  name.replaceAll("-", "_").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
