/** Client authentication at the OAuth endpoints: RFC 6749 §2.3, OIDC Core §9. */
import { limits } from "../../config/limits.ts";
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { sha256 } from "../../crypto/hash.ts";
import { OAuthError } from "../../errors/errors.ts";
import { decodeBase64Url, fromUtf8 } from "../../lib/base64url.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";
import { type ClientAssertion, proveClientAssertion, readClientAssertion } from "./client-assertion.ts";
import type { ClientAuthMethod } from "./metadata.ts";
import { authMethodOf } from "./requirements.ts";

type Presented =
  | BasicCredentials
  | { readonly method: "client_secret_post"; readonly clientId: string; readonly secret: string }
  | { readonly method: "private_key_jwt"; readonly clientId: string; readonly assertion: ClientAssertion }
  | { readonly method: "none"; readonly clientId: string };

interface BasicCredentials {
  readonly method: "client_secret_basic";
  readonly clientId: string;
  readonly secret: string;
  /** As it was sent. */
  readonly header: string;
  /** The hash of the secret, where this isolate has found the header right before. */
  readonly rightFor: string | null;
}

/**
 * Headers that were right. Who sends one again is spared the reading and the hashing, and nothing else: whose secret has that hash
 * today is asked each time.
 */
const rightHeaders = new BoundedCache<BasicCredentials>(limits.cachedClients, Number.POSITIVE_INFINITY);

/** Our own secrets are shorter, in whichever way they are encoded by anybody's library. */
const longestRememberedChars = 400;

/** Methods a registered method stands for. */
const accepted: Record<ClientAuthMethod, readonly Presented["method"][]> = {
  client_secret: ["client_secret_basic", "client_secret_post"],
  client_secret_basic: ["client_secret_basic"],
  client_secret_post: ["client_secret_post"],
  private_key_jwt: ["private_key_jwt"],
  none: ["none"],
};

/** The client that sent the request, proven by its registered method. Throws OAuthError. */
export async function authenticateClient(
  context: RealmContext,
  authorization: string | undefined,
  parameters: Parameters,
): Promise<Client> {
  const presented = presentedCredentials(authorization, parameters);
  const client = await context.clients.findOrRead(presented.clientId);
  if (client === null) throw new OAuthError("client-unknown");
  if (!accepted[authMethodOf(client)].includes(presented.method))
    throw new OAuthError(
      presented.method === "none" ? "client-credentials-missing" : "client-auth-method-not-registered",
    );
  await prove(context, client, presented);
  if (client.disabled) throw new OAuthError("client-disabled");
  return client;
}

function prove(context: RealmContext, client: Client, presented: Presented): Promise<void> | null {
  if (presented.method === "private_key_jwt") return proveClientAssertion(context, client, presented.assertion);
  if (presented.method === "none") {
    if (client.type === "confidential") throw new OAuthError("client-credentials-missing");
    return null;
  }
  const { secretHash } = client;
  const wasRight = presented.method === "client_secret_basic" && presented.rightFor === secretHash;
  return wasRight && secretHash !== null ? null : proveSecret(client, presented);
}

async function proveSecret(
  { secretHash }: Client,
  presented: BasicCredentials | Extract<Presented, { method: "client_secret_post" }>,
): Promise<void> {
  const isBasic = presented.method === "client_secret_basic";
  const isRight = secretHash !== null && equalInConstantTime(await sha256(presented.secret), secretHash);
  if (!isRight) throw new OAuthError("client-secret-wrong");
  if (isBasic && presented.header.length <= longestRememberedChars)
    rightHeaders.set(presented.header, { ...presented, rightFor: secretHash }, 0);
}

function presentedCredentials(authorization: string | undefined, parameters: Parameters): Presented {
  const inBody = parameters.get("client_id");
  const secret = parameters.get("client_secret");
  const assertion = parameters.get("client_assertion");
  const assertionType = parameters.get("client_assertion_type");
  const hasAssertion = assertion !== undefined || assertionType !== undefined;
  if ([authorization !== undefined, secret !== undefined, hasAssertion].filter(Boolean).length > 1)
    throw new OAuthError("client-auth-doubled");
  if (hasAssertion) return assertedBy(readClientAssertion(assertionType, assertion), inBody);
  if (authorization !== undefined) {
    const basic = rightHeaders.get(authorization, 0) ?? parseBasic(authorization);
    if (basic === null || (inBody !== undefined && inBody !== basic.clientId))
      throw new OAuthError("client-auth-malformed");
    return basic;
  }
  if (inBody === undefined) throw new OAuthError("client-credentials-missing");
  return secret === undefined
    ? { method: "none", clientId: inBody }
    : { method: "client_secret_post", clientId: inBody, secret };
}

/** The assertion says whose it is; `client_id` beside it is optional, and must agree (RFC 7521 §4.2). */
function assertedBy(assertion: ClientAssertion, clientId: string | undefined): Presented {
  if (clientId !== undefined && clientId !== assertion.clientId) throw new OAuthError("client-auth-malformed");
  return { method: "private_key_jwt", clientId: assertion.clientId, assertion };
}

/** Both halves are form-encoded before they are joined (RFC 6749 §2.3.1). */
function parseBasic(header: string): BasicCredentials | null {
  const match = /^basic ([A-Za-z0-9+/]{1,4096})={0,2}$/i.exec(header);
  const bytes = match?.[1] === undefined ? null : decodeBase64Url(match[1].replaceAll("+", "-").replaceAll("/", "_"));
  const text = bytes === null ? null : fromUtf8(bytes);
  const colon = text?.indexOf(":") ?? -1;
  if (text === null || colon < 1) return null;
  const clientId = formDecode(text.slice(0, colon));
  const secret = formDecode(text.slice(colon + 1));
  if (clientId === null || secret === null) return null;
  return { method: "client_secret_basic", clientId, secret, header, rightFor: null };
}

function formDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}
