/** Client authentication at the OAuth endpoints: RFC 6749 §2.3, OIDC Core §9. */
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { sha256 } from "../../crypto/hash.ts";
import { OAuthError } from "../../errors/errors.ts";
import { decodeBase64Url, fromUtf8 } from "../../lib/base64url.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";
import type { ClientAuthMethod } from "./metadata.ts";

interface Presented {
  readonly clientId: string;
  readonly secret: string | null;
  readonly method: "client_secret_basic" | "client_secret_post" | "none";
}

/** Methods a registered method stands for. */
const accepted: Record<ClientAuthMethod, readonly Presented["method"][]> = {
  client_secret: ["client_secret_basic", "client_secret_post"],
  client_secret_basic: ["client_secret_basic"],
  client_secret_post: ["client_secret_post"],
  none: ["none"],
};

export const authMethodOf = (client: Client): ClientAuthMethod =>
  client.metadata.token_endpoint_auth_method ?? (client.type === "public" ? "none" : "client_secret");

/** The client that sent the request, proven by its registered method. Throws OAuthError. */
export async function authenticateClient(
  context: RealmContext,
  authorization: string | undefined,
  parameters: Parameters,
): Promise<Client> {
  const presented = presentedCredentials(authorization, parameters);
  const client = await context.clients.find(presented.clientId);
  if (client === null) throw new OAuthError("client-unknown");
  if (!accepted[authMethodOf(client)].includes(presented.method))
    throw new OAuthError(
      presented.method === "none" ? "client-credentials-missing" : "client-auth-method-not-registered",
    );
  if (client.type === "confidential" && !(await isSecretRight(client, presented.secret)))
    throw new OAuthError("client-secret-wrong");
  if (client.disabled) throw new OAuthError("client-disabled");
  return client;
}

async function isSecretRight(client: Client, secret: string | null): Promise<boolean> {
  return client.secretHash !== null && secret !== null && equalInConstantTime(await sha256(secret), client.secretHash);
}

function presentedCredentials(authorization: string | undefined, parameters: Parameters): Presented {
  const inBody = parameters.get("client_id");
  const secretInBody = parameters.get("client_secret");
  if (parameters.get("client_assertion") !== undefined || parameters.get("client_assertion_type") !== undefined)
    throw new OAuthError(
      authorization === undefined && secretInBody === undefined
        ? "client-auth-method-not-registered"
        : "client-auth-doubled",
    );
  if (authorization !== undefined) {
    const basic = parseBasic(authorization);
    if (basic === null) throw new OAuthError("client-auth-malformed");
    if (secretInBody !== undefined) throw new OAuthError("client-auth-doubled");
    if (inBody !== undefined && inBody !== basic.clientId) throw new OAuthError("client-auth-malformed");
    return basic;
  }
  if (inBody === undefined) throw new OAuthError("client-credentials-missing");
  return {
    clientId: inBody,
    secret: secretInBody ?? null,
    method: secretInBody === undefined ? "none" : "client_secret_post",
  };
}

/** Both halves are form-encoded before they are joined (RFC 6749 §2.3.1). */
function parseBasic(authorization: string): Presented | null {
  const match = /^basic ([A-Za-z0-9+/]{1,4096})={0,2}$/i.exec(authorization);
  const bytes = match?.[1] === undefined ? null : decodeBase64Url(match[1].replaceAll("+", "-").replaceAll("/", "_"));
  const text = bytes === null ? null : fromUtf8(bytes);
  const colon = text?.indexOf(":") ?? -1;
  if (text === null || colon < 1) return null;
  const clientId = formDecode(text.slice(0, colon));
  const secret = formDecode(text.slice(colon + 1));
  return clientId === null || secret === null ? null : { clientId, secret, method: "client_secret_basic" };
}

function formDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}
