/** One call of the token vault, from the application's words to the provider's answer and a line in the log (contract §6). */
import { Failure, Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { Client } from "../clients/client.ts";
import type { Provider } from "../federation/provider.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Answer, answerStream, readAnswer } from "./answer.ts";
import { attach, secretsOf } from "./attach.ts";
import { type CallTemplate, type PreparedCall, prepareCall, targetOf } from "./call.ts";
import { logCall } from "./call-log.ts";
import { checkMacros, isAboutUser, type Macros, macroNames, macroValues } from "./call-values.ts";
import { type Credentials, credentialsOf, requireConnected } from "./connection.ts";
import { type MacroValues, namesIn } from "./macros.ts";
import { type Performed, perform } from "./perform.ts";
import type { ConnectionOf } from "./secrets.ts";

export interface CallOrder {
  readonly callId: string;
  readonly client: Client;
  readonly user: UserRow;
  readonly provider: Provider;
  readonly template: CallTemplate;
  /** A mapping's own macros: its name, and the arguments. */
  readonly method?: { readonly name: string; readonly values: MacroValues };
}

/** The provider's answer whole. Throws Problem where there is none to go by. */
export async function runCall(context: RealmContext, order: CallOrder): Promise<Answer> {
  return (await runMethod(context, order, () => null)).answer;
}

/** The same, and what a method makes of it. What it cannot make anything of is a failure of the call. */
export async function runMethod<Value>(
  context: RealmContext,
  order: CallOrder,
  make: (answer: Answer) => Value,
): Promise<{ answer: Answer; result?: { value: Value } }> {
  return logged(context, order, async (note) => {
    const { performed, credentials } = await send(context, order, false, note);
    const answer = await readAnswer(performed.response, secretsOf(credentials()));
    note({ statusCode: answer.status });
    return answer.status >= 400 ? { answer } : { answer, result: { value: make(answer) } };
  });
}

/** The provider's answer as it begins: its body is still on its way. Throws Problem. */
export async function runStream(context: RealmContext, order: CallOrder): Promise<Response> {
  return logged(context, order, async (note) => {
    const { performed, credentials } = await send(context, order, true, note);
    note({ statusCode: performed.response.status });
    return answerStream(performed.response, secretsOf(credentials()));
  });
}

/** What a call would send, without what only the provider may see. Throws Problem. */
export async function dryRun(context: RealmContext, order: CallOrder): Promise<PreparedCall> {
  if (isAboutUser(namesIn(order.template))) await requireConnected(context, whoseCall(order));
  return prepare(context, order, "[id_token]");
}

/** What is known of a call while it is under way. */
interface Progress {
  readonly call?: PreparedCall;
  readonly statusCode?: number;
  readonly tries?: number;
}
type Note = (progress: Progress) => void;

/** Whatever comes of it is written down, once. */
async function logged<Result>(
  context: RealmContext,
  order: CallOrder,
  run: (note: Note) => Promise<Result>,
): Promise<Result> {
  const beganAt = context.clock.now();
  let progress: Progress = {};
  const note: Note = (more) => {
    progress = { ...progress, ...more };
  };
  const write = (failure: Failure | null): void => {
    const { statusCode = failure?.code === "API_ERROR" ? failure.status : null } = progress;
    const refusedUpstream = failure === null && statusCode !== null && statusCode >= 400;
    const code = failure?.code ?? (refusedUpstream ? "API_ERROR" : null);
    logCall(context, order, {
      method: progress.call?.method ?? order.template.method,
      url: progress.call?.url ?? null,
      code,
      statusCode,
      tries: progress.tries ?? 0,
      durationMs: context.clock.now() - beganAt,
      createdAt: beganAt,
    });
  };
  try {
    const result = await run(note);
    write(null);
    return result;
  } catch (error) {
    if (error instanceof Failure) write(error);
    throw error;
  }
}

async function send(
  context: RealmContext,
  order: CallOrder,
  stream: boolean,
  note: Note,
): Promise<{ performed: Performed; credentials: () => Credentials }> {
  const { provider } = order;
  // Whatever can be found wrong without the connection is: it costs nothing. What says something about the user is looked at only with one:
  // faults and the log would tell it.
  const early = isAboutUser(namesIn(order.template)) ? null : await prepare(context, order, null);
  if (early !== null) note({ call: early });
  const who = whoseCall(order);
  const first = await connected(context, who);
  let credentials = first;
  const idToken = first.type === "bearer" ? first.idToken : null;
  const call = early ?? (await prepare(context, order, idToken));
  note({ call });
  const performed = await perform(call, {
    target: targetOf(provider, context.config.development),
    stream,
    attach: (current) => attach(current, credentials, provider),
    renew: async () => {
      if (credentials.type !== "bearer") return null;
      const refused = credentials.accessToken;
      const renewed = await connected(context, who, refused);
      if (renewed.type !== "bearer" || renewed.accessToken === refused) return null;
      credentials = renewed;
      return (current) => attach(current, renewed, provider);
    },
  });
  note({ tries: performed.tries });
  return { performed, credentials: () => credentials };
}

const whoseCall = ({ provider, client, user }: CallOrder): ConnectionOf => ({
  provider,
  userId: user.id,
  clientId: client.clientId,
});

async function connected(context: RealmContext, who: ConnectionOf, refused?: string): Promise<Credentials> {
  const found = await credentialsOf(context, who, refused);
  if (found === null) throw new Problem("connection-none");
  return found.credentials;
}

/** Throws Problem, CALL_FORMAT_ERROR. */
async function prepare(context: RealmContext, order: CallOrder, idToken: string | null): Promise<PreparedCall> {
  const { template, client, method, provider } = order;
  const names = namesIn(template);
  const own = method?.values ?? new Map<string, unknown>();
  // The vault's own names stand for what they always do, whatever an argument is called.
  const macros = new Set([...names].filter((name) => method === undefined || macroNames.has(name)));
  checkMacros(macros, client);
  const about: Macros = { ...order, provider: provider.name, idToken, now: context.clock.now() };
  const values = new Map([...own, ...macroValues(macros, about)]);
  return prepareCall(template, values, targetOf(provider, context.config.development));
}
