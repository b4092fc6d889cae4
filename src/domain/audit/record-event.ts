import { Failure } from "../../errors/errors.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Happening } from "./trail.ts";

/** Writes down what happened, after the answer (OWASP ASVS 16.3). Nobody waits for it. */
export const recordEvent = ({ audit }: RealmContext, happening: Happening): void => audit.record(happening);

/** Runs a step, and should it be refused, writes that down with the reason. The refusal goes on its way. */
export async function recordRefusal<Value>(
  context: RealmContext,
  happening: Pick<Happening, "type" | "actor" | "user" | "client" | "target" | "details">,
  run: () => Promise<Value>,
): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Failure && error.status < 500)
      recordEvent(context, { ...happening, outcome: "refused", reason: error.reason });
    throw error;
  }
}
