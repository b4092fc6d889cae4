/** The browser signs somebody in at a client: https://w3c-fedid.github.io/FedCM/#idp-api */

import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Consent } from "../../storage/user-object/consents.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { Client } from "../clients/client.ts";
import { requirementsOf } from "../clients/requirements.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import { issueIdToken } from "../tokens/id-token.ts";
import { requestedClaims } from "../users/claims.ts";
import { visibleScopes } from "./embedded-session.ts";
import { findFramingClient } from "./framing-client.ts";

/** The client that the browser names, when it is that of the page that asks. Throws Problem. */
export async function getBrowsersClient(
  context: RealmContext,
  reference: string | undefined,
  origin: string | undefined,
): Promise<Client> {
  const client = await findFramingClient(context, reference ?? "", origin ?? "");
  if (client === null) throw new Problem("fedcm-client-unknown");
  return client;
}

export interface BrowserAccount extends LiveSession {
  readonly consents: readonly Consent[];
}

/** The first of the claimed sessions that lives, with what its user has granted to clients. Throws Problem, 401. */
export async function getBrowserAccount(
  context: RealmContext,
  claimed: readonly ClaimedSession[],
): Promise<BrowserAccount> {
  for (const { userId, sid } of claimed) {
    const [live, consents] = await Promise.all([
      context.objects.read(userId, (user) => user.session(sid)),
      context.objects.call(userId, (user) => user.consents(null)),
    ]);
    if (live !== null) return { ...live, consents: consents ?? [] };
  }
  throw new Problem("fedcm-nobody");
}

/** What the browser has shown the person, in its own names, as scopes. Where it shows nothing they have seen it before, or need not. */
function disclosedScopes(form: Parameters): readonly string[] {
  if (form.get("disclosure_text_shown") !== "true") return [];
  const shown = form.get("disclosure_shown_for")?.split(",") ?? ["name", "email", "picture"];
  return [
    "openid",
    ...(shown.includes("name") && shown.includes("picture") ? ["profile"] : []),
    ...(shown.includes("email") ? ["email"] : []),
  ];
}

/** Browsers have sent it by itself, and do so among the parameters of the page. Null when there is none. Throws Problem. */
function nonceOf(form: Parameters): string | null {
  const params = parseJson(form.get("params") ?? "{}");
  const within = isRecord(params) && typeof params.nonce === "string" ? params.nonce : null;
  const nonce = form.get("nonce") ?? within;
  if (nonce !== null && (nonce.length > limits.nonceLength || (within !== null && within !== nonce)))
    throw new Problem("parameter-malformed");
  return nonce;
}

/**
 * An ID token for the client, with what it may know of the user. What the browser has told the person that the client would learn
 * counts as their consent. Throws Problem.
 */
export async function assertIdentity(
  context: RealmContext,
  client: Client,
  account: BrowserAccount,
  form: Parameters,
): Promise<string> {
  const { session, profile, consents } = account;
  const nonce = nonceOf(form);
  const { scopes, grant_types } = client.metadata;
  const isOffered = scopes.includes("openid") && grant_types.includes("authorization_code");
  if (!isOffered || requirementsOf(client).pushedRequest) throw new Problem("fedcm-client-unknown");
  if (form.get("account_id") !== String(profile.id)) throw new Problem("fedcm-account-mismatch");
  if (context.realm.settings.tfa === "required" && !session.amr.includes("mfa"))
    throw new Problem("fedcm-second-factor-needed");

  const disclosed = disclosedScopes(form).filter((scope) => scopes.includes(scope));
  const earlier = consents.find((consent) => consent.clientId === client.clientId)?.scopes ?? [];
  const visible = visibleScopes(client, [...earlier, ...disclosed]);
  if (!visible.includes("openid")) throw new Problem("fedcm-not-disclosed");
  const isNew = disclosed.some((scope) => !earlier.includes(scope));
  const hearsOfEnd = client.metadata.backchannel_logout_uri !== undefined;
  if (isNew || hearsOfEnd)
    await context.objects.call(profile.id, (user) =>
      user.noteAssertion(client.clientId, isNew ? disclosed : [], hearsOfEnd ? session.sid : null),
    );
  if (isNew)
    recordEvent(context, {
      type: "consent.granted",
      user: profile.id,
      client: client.clientId,
      details: { scopes: disclosed },
    });
  return issueIdToken(context, {
    client,
    userId: profile.id,
    sid: session.sid,
    nonce,
    amr: session.amr,
    authTime: session.authTime,
    issuedAt: context.clock.now(),
    accessToken: null,
    claims: requestedClaims(profile, [
      ...(visible.includes("profile") ? ["name", "picture"] : []),
      ...(visible.includes("email") ? ["email", "email_verified"] : []),
    ]),
  });
}

/** Whether the client's hint means this account: by id, address or name. */
export const isHinted = ({ profile }: LiveSession, hint: string | undefined): boolean =>
  hint !== undefined && [String(profile.id), profile.email, profile.username].includes(hint);
