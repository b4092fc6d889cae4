/** POST /api/v1/methods/:interface: an application's own method, at whichever provider the user has connected (contract §6, S3.7, S3.14). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import type { PreparedCall } from "../../domain/vault/call.ts";
import { getMethod } from "../../domain/vault/mapping.ts";
import { argumentsOf, providerFor, resultOf } from "../../domain/vault/method.ts";
import { type CallOrder, dryRun, runMethod } from "../../domain/vault/run-call.ts";
import type { AppContext } from "../../http/env.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { fromUtf8 } from "../../lib/base64url.ts";
import { answerCall, beginCall, vaultProvider, wellFormed } from "./call.ts";
import { callerQuerySchema, requireVaultCaller, takeCallTurns } from "./caller.ts";
import { readWish, sendAnswer, sendFailure } from "./rows.ts";

export const methodQuerySchema = callerQuerySchema.extend({
  provider: z.string().max(100).optional().describe("Left out: the one of the method's that the user has connected."),
  dry_run: z.enum(["true", "false"]).optional().describe("`true`: what would be sent, and nothing is."),
});

export const methodBodySchema = z.record(z.string(), z.unknown());

export const dryRunSchema = z.object({
  dry_run: z.literal(true),
  provider: z.string(),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    payload: z.string().nullable().describe("As text; bytes that are none as base64."),
  }),
});

export async function method(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { client, user } = await requireVaultCaller(c);
  const { provider: named, dry_run } = c.req.query();
  if (dry_run !== "true") await takeCallTurns(c, { client, user });
  const callId = beginCall(c);
  const methodName = c.req.param("interface") ?? "";
  const mapping = await getMethod(context, client, methodName);
  const { name, variant } = await providerFor(context, { client, user }, mapping, named === "" ? undefined : named);
  const { select: _select, stream, ...template } = variant;
  const about = { callId, client, user, provider: await vaultProvider(c, name) };
  const noValues = { name: methodName, values: new Map<string, unknown>() };
  const { wish, values } = await wellFormed(c, { ...about, method: noValues }, async () => ({
    wish: readWish(c),
    values: argumentsOf(mapping, await readOptionalJson(c, limits.vaultCallBytes)),
  }));
  const order: CallOrder = { ...about, template, method: { name: methodName, values } };
  if (dry_run === "true") return sendDryRun(c, order);
  if (stream || wish.stream) return answerCall(c, order, { ...wish, stream: true });
  try {
    const { answer, result } = await runMethod(context, order, (given) => resultOf(mapping, variant, given));
    return sendAnswer(c, wish, answer, result);
  } catch (error) {
    return sendFailure(c, wish, error);
  }
}

/** The credentials are not on it: they are put on when it leaves. */
async function sendDryRun(c: AppContext, order: CallOrder): Promise<Response> {
  const request = requestJson(await dryRun(c.get("realm"), order));
  const answer: z.output<typeof dryRunSchema> = { dry_run: true, provider: order.provider.name, request };
  return c.json(answer);
}

export const requestJson = ({
  method: verb,
  url,
  headers,
  body,
}: PreparedCall): z.output<typeof dryRunSchema>["request"] => ({
  method: verb,
  url: url.href,
  headers: Object.fromEntries(headers),
  payload: body === null ? null : (fromUtf8(body.bytes) ?? body.bytes.toBase64()),
});
