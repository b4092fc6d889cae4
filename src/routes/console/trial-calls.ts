// The requests that an application would send from its server, sent to the protocol's own endpoints within the Worker and shown.
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../../http/env.ts";
import { config } from "../../http/middleware/config.ts";
import { realm } from "../../http/middleware/realm.ts";
import { onError } from "../../http/on-error.ts";
import { decodeBase64Url, fromUtf8 } from "../../lib/base64url.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { Exchange, Part } from "../../pages/console/trial-exchange.tsx";
import { oauth } from "../oauth/index.ts";
import { paths } from "../oauth/paths.ts";
import { authorizationParameters, type TrialRun } from "./trial-run.ts";

const protocol = new Hono<AppEnv>().onError(onError).use(config, realm).route("/", oauth);

/** How the application proves itself, as registered. */
export type TrialAuth = "basic" | "post" | "none";

const trialSteps = ["push", "redeem", "userinfo", "introspect", "refresh", "revoke", "revokeAccess"] as const;
export type TrialStep = (typeof trialSteps)[number];

interface Call {
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly bearer?: string | undefined;
  readonly parameters: readonly (readonly [string, string])[];
}

async function callOf(step: TrialStep, run: TrialRun): Promise<Call> {
  const post = (path: string, parameters: Call["parameters"]): Call => ({ path, method: "POST", parameters });
  const { accessToken = "", refreshToken = "" } = run;
  switch (step) {
    case "push":
      return post(paths.par, await authorizationParameters(run));
    case "redeem":
      return post(paths.token, [
        ["grant_type", "authorization_code"],
        ["code", run.code ?? ""],
        ["redirect_uri", run.redirectUri],
        ["code_verifier", run.verifier],
      ]);
    case "userinfo":
      return { path: paths.userinfo, method: "GET", bearer: accessToken, parameters: [] };
    case "introspect":
      return post(paths.introspect, [["token", accessToken]]);
    case "refresh":
      return post(paths.token, [
        ["grant_type", "refresh_token"],
        ["refresh_token", refreshToken],
      ]);
    case "revoke":
      return post(paths.revoke, [["token", refreshToken]]);
    case "revokeAccess":
      return post(paths.revoke, [["token", accessToken]]);
  }
}

/** Names whose values are secrets, in requests and answers. */
const secretNames = new Set([
  "code",
  "code_verifier",
  "access_token",
  "refresh_token",
  "id_token",
  "token",
  "request_uri",
]);

const never = "••••••••";

/** Sends one request as the application would. The answer's tokens go on in the run; what is shown says what was sent. */
export async function runStep(
  c: AppContext,
  run: TrialRun,
  step: TrialStep,
  auth: TrialAuth,
): Promise<{ run: TrialRun; exchange: Exchange; answer: Record<string, unknown> }> {
  const { path, method, bearer, parameters } = await callOf(step, run);
  const headers = new Headers({ accept: "application/json" });
  const address = c.req.header("cf-connecting-ip");
  if (address !== undefined) headers.set("cf-connecting-ip", address);
  const shownHeaders: Part[] = [];
  const body = new URLSearchParams(parameters.map(([name, value]) => [name, value]));
  const shown: Part[] = parameters.map(([name, value]) => ({ name, value, isSecret: secretNames.has(name) }));
  if (bearer !== undefined) {
    headers.set("authorization", `Bearer ${bearer}`);
    shownHeaders.push({ name: "Authorization", value: `Bearer ${bearer}`, isSecret: true });
  } else if (auth === "basic") {
    headers.set("authorization", `Basic ${btoa(formEncoded(run.clientId, run.secret ?? ""))}`);
    shownHeaders.push({ name: "Authorization", value: `Basic base64(${run.clientId}:${never})` });
  } else {
    if (!body.has("client_id")) {
      body.set("client_id", run.clientId);
      shown.push({ name: "client_id", value: run.clientId });
    }
    if (auth === "post") {
      body.set("client_secret", run.secret ?? "");
      shown.push({ name: "client_secret", value: never });
    }
  }
  if (method === "POST") headers.set("content-type", "application/x-www-form-urlencoded");
  const url = `${run.issuer}${path}`;
  const request = new Request(url, { method, headers, ...(method === "POST" ? { body: body.toString() } : {}) });
  const response = await protocol.fetch(request, c.env, c.executionCtx);
  const text = await response.text();
  const value = parseJson(text);
  const answer = isRecord(value) ? value : {};
  const exchange = {
    step,
    line: `${method} ${url}`,
    headers: shownHeaders,
    parameters: shown,
    status: response.status,
    answer: Object.entries(answer).map(([name, member]) => ({
      name,
      value: typeof member === "string" ? member : JSON.stringify(member),
      isSecret: secretNames.has(name),
    })),
    text: isRecord(value) ? "" : text,
  };
  return { run: withTokens(run, step, response.ok, answer), exchange, answer };
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
const formEncoded = (id: string, secret: string): string =>
  [id, secret].map((text) => new URLSearchParams([["", text]]).toString().slice(1)).join(":");

function withTokens(run: TrialRun, step: TrialStep, ok: boolean, answer: Readonly<Record<string, unknown>>): TrialRun {
  if (step !== "redeem" && step !== "refresh") return run;
  // A code is spent by being shown, whatever comes of it.
  const { code: _, ...rest } = run;
  if (!ok) return step === "redeem" ? rest : run;
  const textOf = (name: string) => (typeof answer[name] === "string" ? answer[name] : undefined);
  const [accessToken, refreshToken, idToken] = ["access_token", "refresh_token", "id_token"].map(textOf);
  return {
    ...rest,
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(idToken === undefined ? {} : { idToken }),
  };
}

/** The claims of a JWT, for people to read; whether it is good nobody asks here. Null when it is none. */
export function claimsOf(token: string | undefined): Record<string, unknown> | null {
  const bytes = decodeBase64Url(token?.split(".")[1] ?? "");
  const value = bytes === null ? null : parseJson(fromUtf8(bytes) ?? "");
  return isRecord(value) ? value : null;
}
