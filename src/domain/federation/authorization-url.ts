/** The request that takes a browser to an upstream provider: RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1. */
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Attempt, sealAttempt } from "./attempt.ts";
import type { Provider } from "./provider.ts";
import { reachUpstream } from "./upstream.ts";

/** What the provider is to ask of the person, beyond what it thinks right (OpenID Connect Core §3.1.2.1). */
export type UpstreamPrompt = "login" | "select_account" | null;

export interface Departure {
  /** Of the provider, with the request. */
  readonly location: string;
  /** For a cookie of this browser. */
  readonly sealedAttempt: string;
}

/** Begins a sign-in. Throws Problem. */
export async function departTo(
  context: RealmContext,
  provider: Provider,
  about: Pick<Attempt, "callback" | "linkTo" | "redirectUrl" | "failureUrl" | "waiting">,
  prompt: UpstreamPrompt,
): Promise<Departure> {
  const state = randomHandle(32);
  const secrets = { nonce: randomHandle(32), codeVerifier: randomHandle(32) };
  const attempt = { ...about, ...secrets, begunAt: context.clock.now() };
  const sealedAttempt = await sealAttempt(context, provider.name, state, attempt);
  const { server } = await reachUpstream(context, provider);
  const url = new URL(server.authorization_endpoint ?? "");
  for (const [name, value] of Object.entries(await parametersOf(provider, attempt, state, prompt)))
    url.searchParams.set(name, value);
  return { location: url.href, sealedAttempt };
}

async function parametersOf(
  { type, clientId, settings }: Provider,
  attempt: Attempt,
  state: string,
  prompt: UpstreamPrompt,
): Promise<Record<string, string>> {
  const isOpenId = type === "oidc";
  return {
    response_type: "code",
    client_id: clientId,
    redirect_uri: attempt.callback,
    scope: settings.scopes.join(" "),
    state,
    ...(settings.response_mode === "query" ? {} : { response_mode: settings.response_mode }),
    ...(settings.pkce ? { code_challenge: await sha256(attempt.codeVerifier), code_challenge_method: "S256" } : {}),
    ...(isOpenId && settings.nonce ? { nonce: attempt.nonce } : {}),
    ...(isOpenId && prompt !== null ? { prompt: settings.select_account === true ? prompt : "login" } : {}),
  };
}
