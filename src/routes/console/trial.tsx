import { originOf } from "../../domain/realms/realm.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Exchange } from "../../pages/console/trial-exchange.tsx";
import { ForeignAnswerPage, TrialPage, type TrialStage } from "../../pages/console/trial-page.tsx";
import { clientSchema } from "../admin/client-json.ts";
import { realmSchema } from "../admin/realm-json.ts";
import { paths } from "../oauth/paths.ts";
import { read, segment } from "./admin-call.ts";
import { clientApiPath, clientPathOf, isReserved } from "./client.tsx";
import { retyped } from "./form-fields.ts";
import { consoleHome, trialCallbackPath } from "./paths.ts";
import { realmPath } from "./places.ts";
import { submit } from "./submission.ts";
import { claimsOf, runStep, type TrialStep } from "./trial-calls.ts";
import { authFor, fieldsOf, impossible, stepsOf, type TriedClient } from "./trial-client.ts";
import {
  authorizationParameters,
  beginRun,
  openRun,
  rememberRun,
  sealRun,
  type TrialRun,
  takeRun,
} from "./trial-run.ts";
import { type ConsoleAction, type ConsolePageEntry, inRealm, type Outcome, type Shown, type Visit } from "./visit.ts";

/** The console's own address, on the host it stands on. */
const callbackUri = ({ c }: Visit): string => {
  const { realm, config } = c.get("realm");
  return `${originOf(realm.authDomain, config)}${trialCallbackPath}`;
};

interface Staged {
  readonly client: TriedClient;
  readonly version: string;
  readonly stage: TrialStage;
}

function page(visit: Visit, { client, version, stage }: Staged, clientPath = clientPathOf(visit)): Shown {
  const uri = callbackUri(visit);
  return {
    build: (shell) => (
      <TrialPage
        shell={shell}
        action={`${clientPath}/try`}
        clientHref={clientPath}
        name={client.name}
        version={version}
        redirectUri={uri}
        isRegistered={client.redirect_uris.includes(uri)}
        mayRegister={!isReserved(visit, client)}
        stage={stage}
      />
    ),
  };
}

const readClient = (visit: Visit) => read(visit.c, clientApiPath(visit), clientSchema);

/** Registers the console's address for the application, or takes it away: an ordinary redirect URI, compared letter by letter. */
const registering = (does: "add" | "remove"): ConsoleAction => ({
  needs: "PATCH /realms/:realm/clients/:client",
  run: async (visit, form) => {
    const { value: client } = await readClient(visit);
    const uri = callbackUri(visit);
    const others = client.redirect_uris.filter((one) => one !== uri);
    const body = { redirect_uris: does === "add" ? [...others, uri] : others };
    const to = `${clientPathOf(visit)}/try`;
    return submit(visit, form, ["PATCH", clientApiPath(visit), body], { to, done: "saved" });
  },
});

async function build(visit: Visit, form: Parameters): Promise<Outcome> {
  const { value: client, version } = await readClient(visit);
  const reason = impossible(client);
  if (reason !== null) return { shown: page(visit, { client, version, stage: { name: "impossible", reason } }) };
  const { id, issuer, settings } = inRealm(visit).value;
  const secret = form.get("secret");
  const run = beginRun({
    realmId: id,
    issuer,
    clientId: client.client_id,
    redirectUri: callbackUri(visit),
    scope: form.get("scope") ?? "",
    prompt: form.get("prompt") ?? "",
    ...(secret === undefined ? {} : { secret }),
  });
  await rememberRun(visit, run);
  const parameters = await authorizationParameters(run);
  if (!client.require_par && !settings.require_pushed_authorization_requests)
    return { shown: page(visit, { client, version, stage: builtStage(run, parameters, null) }) };
  const pushed = await runStep(visit.c, run, "push", authFor(client));
  const name = pushed.answer.request_uri;
  const carried: [string, string][] =
    typeof name === "string"
      ? [
          ["client_id", run.clientId],
          ["request_uri", name],
        ]
      : [];
  return { shown: page(visit, { client, version, stage: builtStage(run, carried, pushed.exchange) }) };
}

const builtStage = (run: TrialRun, parameters: [string, string][], pushed: Exchange | null): TrialStage => ({
  name: "built",
  endpoint: `${run.issuer}${paths.authorize}`,
  parameters,
  pushed,
});

const stepping = (step: Exclude<TrialStep, "push">): ConsoleAction => ({
  needs: "GET /realms/:realm/clients/:client",
  run: async (visit, form) => {
    const { value: client, version } = await readClient(visit);
    const run = await openRun(visit, form.get("run"));
    if (run === null || run.realmId !== inRealm(visit).value.id || run.clientId !== client.client_id)
      return { shown: foreignAnswer() };
    const taken = await runStep(visit.c, run, step, authFor(client));
    const claims = step === "redeem" || step === "refresh" ? claimsOf(taken.run.idToken) : null;
    const stage: TrialStage = {
      name: "stepped",
      exchange: taken.exchange,
      claims: claims === null ? null : JSON.stringify(claims, null, 2),
      nonceMatches: claims === null || step !== "redeem" ? null : claims.nonce === run.nonce,
      run: await sealRun(visit, taken.run),
      steps: stepsOf(client, taken.run),
    };
    return { shown: page(visit, { client, version, stage }) };
  },
});

const foreignAnswer = (): Shown => ({ build: (shell) => <ForeignAnswerPage shell={shell} homeHref={consoleHome} /> });

/** GET, POST /console/realms/:realm/clients/:client/try */
export const trialPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/clients/:client",
  place: "clients",
  show: async (visit, refusal) => {
    const { value: client, version } = await readClient(visit);
    const reason = impossible(client);
    if (reason !== null) return page(visit, { client, version, stage: { name: "impossible", reason } });
    return {
      build: (shell) => {
        const fields = retyped(fieldsOf(client, shell.texts), "build", refusal);
        return page(visit, { client, version, stage: { name: "begin", fields } }).build(shell);
      },
    };
  },
  actions: {
    add: registering("add"),
    remove: registering("remove"),
    build: { needs: "GET /realms/:realm/clients/:client", run: build },
    redeem: stepping("redeem"),
    userinfo: stepping("userinfo"),
    introspect: stepping("introspect"),
    refresh: stepping("refresh"),
    revoke: stepping("revoke"),
    revokeAccess: stepping("revokeAccess"),
  },
};

/**
 * GET /console/try/callback: the browser is back with a code or a refusal. Only an answer to what this person began in this browser
 * is looked at (RFC 6749 §10.12, RFC 9207 §2.4); the code goes no further until they press the next button.
 */
export async function finishTrial(visit: Visit): Promise<{ visit: Visit; shown: Shown }> {
  const { c } = visit;
  const run = await takeRun(visit);
  const [state, iss, code, error] = ["state", "iss", "code", "error"].map((name) => c.req.query(name));
  const isOurs = run !== null && state === run.state && (iss === undefined || iss === run.issuer);
  if (!isOurs || (code === undefined && error === undefined)) return { visit, shown: foreignAnswer() };
  const realm = await read(c, `/realms/${segment(run.realmId)}`, realmSchema);
  const { value: client, version } = await read(
    c,
    `/realms/${segment(run.realmId)}/clients/${segment(run.clientId)}`,
    clientSchema,
  );
  const stage: TrialStage =
    code === undefined
      ? { name: "refused", error: error ?? "", description: c.req.query("error_description") ?? null }
      : { name: "back", code, run: await sealRun(visit, { ...run, code }) };
  const inItsRealm = { ...visit, realm };
  const clientPath = `${realmPath(run.realmId)}/clients/${segment(run.clientId)}`;
  return { visit: inItsRealm, shown: page(inItsRealm, { client, version, stage }, clientPath) };
}
