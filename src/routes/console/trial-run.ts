// One trial of an application: what has to be known from one step to the next. It travels sealed, and nothing of it is stored.
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { cookieValues, hostCookieName, setCookie } from "../../http/cookies.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { parseJson } from "../../lib/json.ts";
import type { Visit } from "./visit.ts";

const cookieName = "gatehouse-trial";
const purpose = "console-trial";

const runSchema = z.strictObject({
  realmId: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  scope: z.string(),
  prompt: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Of the client, where it has one; typed by the operator. */
  secret: z.string().optional(),
  /** Milliseconds since the epoch. */
  begunAt: z.number(),
  code: z.string().optional(),
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
});

export type TrialRun = z.output<typeof runSchema>;

type Wish = Pick<TrialRun, "realmId" | "issuer" | "clientId" | "redirectUri" | "scope" | "prompt" | "secret">;

export const beginRun = (wish: Wish): TrialRun => ({
  ...wish,
  state: randomHandle(16),
  nonce: randomHandle(16),
  verifier: randomHandle(32),
  begunAt: Date.now(),
});

/** The parameters of the authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OIDC Core §3.1.2.1). */
export async function authorizationParameters(run: TrialRun): Promise<[string, string][]> {
  return [
    ["response_type", "code"],
    ["client_id", run.clientId],
    ["redirect_uri", run.redirectUri],
    ["scope", run.scope],
    ["state", run.state],
    ["nonce", run.nonce],
    ["code_challenge", await sha256(run.verifier)],
    ["code_challenge_method", "S256"],
    ...(run.prompt === "" ? [] : [["prompt", run.prompt] as [string, string]]),
  ];
}

/** Bound to this person and this browser: a run copied elsewhere opens nothing. */
const binding = ({ visitor }: Visit): string => `${visitor.homeRealmId}|${visitor.userId}|${visitor.browser}`;

export function sealRun(visit: Visit, run: TrialRun): Promise<string> {
  return visit.c.get("realm").ring.seal(purpose, binding(visit), utf8(JSON.stringify(run)));
}

/** Null when it was not sealed here for this person and browser, or is too old. */
export async function openRun(visit: Visit, sealed: string | undefined): Promise<TrialRun | null> {
  const bytes = sealed === undefined ? null : await visit.c.get("realm").ring.open(purpose, binding(visit), sealed);
  const parsed = runSchema.safeParse(bytes === null ? null : parseJson(fromUtf8(bytes) ?? ""));
  if (!parsed.success) return null;
  return Date.now() - parsed.data.begunAt > limits.trialTtlSeconds * 1000 ? null : parsed.data;
}

/** Keeps the run in this browser until it is back. */
export async function rememberRun(visit: Visit, run: TrialRun): Promise<void> {
  const maxAgeSeconds = limits.trialTtlSeconds;
  const name = hostCookieName(visit.c, cookieName);
  setCookie(visit.c, name, await sealRun(visit, run), { maxAgeSeconds, sameSite: "Lax" });
}

/** The run that this browser has begun; it is forgotten with that, for an answer is good once. */
export async function takeRun(visit: Visit): Promise<TrialRun | null> {
  const name = hostCookieName(visit.c, cookieName);
  const [sealed, another] = cookieValues(visit.c, name);
  setCookie(visit.c, name, "", { maxAgeSeconds: 0, sameSite: "Lax" });
  return another === undefined ? openRun(visit, sealed) : null;
}
