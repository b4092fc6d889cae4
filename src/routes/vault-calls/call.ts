/** POST /oauth/method/:provider/call: one request to a provider, with the user's credentials (contract §6, S3.9, S3.10). */
import { limits } from "../../config/limits.ts";
import type { Provider } from "../../domain/federation/provider.ts";
import { type CallTemplate, callSchema } from "../../domain/vault/call.ts";
import { refuseCall } from "../../domain/vault/call-log.ts";
import { newCallId } from "../../domain/vault/call-values.ts";
import { type CallOrder, runCall, runStream } from "../../domain/vault/run-call.ts";
import { Failure, Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { requireVaultCaller, takeCallTurns } from "./caller.ts";
import { readWish, sendAnswer, sendFailure, sendStream, type Wish } from "./rows.ts";

export async function call(c: AppContext): Promise<Response> {
  const caller = await requireVaultCaller(c);
  await takeCallTurns(c, caller);
  const who = { ...caller, callId: beginCall(c), provider: await vaultProvider(c, c.req.param("provider") ?? "") };
  const { wish, template } = await wellFormed(c, who, async () => ({
    wish: readWish(c),
    template: validate(callSchema, await readJson(c, limits.vaultCallBytes)),
  }));
  return answerCall(c, { ...who, template }, wish);
}

/** Gives the call its name. */
export function beginCall(c: AppContext): string {
  const callId = newCallId(c.get("realm").clock.now());
  c.set("callId", callId);
  return callId;
}

/** Throws Problem, 404. */
export async function vaultProvider(c: AppContext, name: string): Promise<Provider> {
  const provider = await c.get("realm").providers.findForCall(name);
  if (provider === null || !provider.purposes.includes("vault")) throw new Problem("provider-unknown");
  return provider;
}

/** What the caller got wrong is in the log, too. Throws Problem, CALL_FORMAT_ERROR. */
export async function wellFormed<Value>(
  c: AppContext,
  who: Omit<CallOrder, "template">,
  parse: () => Promise<Value>,
): Promise<Value> {
  try {
    return await parse();
  } catch (error) {
    if (!(error instanceof Failure) || error.status >= 500) throw error;
    const { detail, fields } = error;
    const failure =
      error.code === "CALL_FORMAT_ERROR"
        ? error
        : new Problem("call-malformed", {
            detail: detail ?? error.publicMessage,
            ...(fields === undefined ? {} : { fields }),
            cause: error,
          });
    refuseCall(c.get("realm"), who, failure);
    throw failure;
  }
}

export async function answerCall(c: AppContext, order: CallOrder, wish: Wish): Promise<Response> {
  const context = c.get("realm");
  try {
    if (wish.stream) return sendStream(c, await runStream(context, withConditions(c, order)));
    return sendAnswer(c, wish, await runCall(context, order));
  } catch (error) {
    return sendFailure(c, wish, error);
  }
}

const conditions = ["range", "if-range", "if-none-match", "if-modified-since"];

/** A caller that goes on with a download says so as with any other. What the call itself says of it counts first. */
function withConditions(c: AppContext, order: CallOrder): CallOrder {
  const own = new Set(Object.keys(order.template.headers ?? {}).map((name) => name.toLowerCase()));
  const added = conditions.flatMap((name) => {
    const value = c.req.header(name);
    return value === undefined || own.has(name) ? [] : [[name, value] as const];
  });
  const headers = { ...Object.fromEntries(added), ...order.template.headers };
  const template: CallTemplate = { ...order.template, headers };
  return { ...order, template };
}
