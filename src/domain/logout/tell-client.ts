/** Telling a client that a session is over: OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8. */
import { limits } from "../../config/limits.ts";
import type { LogoutNotice } from "../../storage/user-object/logout-notices.ts";
import { OutboundError, outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import { issueLogoutToken } from "./logout-token.ts";

/** A client that did not take its logout token. The text says nothing of the user. */
export class ClientNotTold extends Error {
  override readonly name = "ClientNotTold";
}

/**
 * One POST to the client. Does nothing for a client that is gone, disabled, or does not want to hear of it. Throws ClientNotTold; then
 * it may be tried again.
 */
export async function tellClient(context: RealmContext, notice: LogoutNotice): Promise<void> {
  const client = await context.clients.find(notice.clientId);
  const uri = client?.metadata.backchannel_logout_uri;
  if (client === null || client.disabled || uri === undefined) return;
  const status = await post(context, uri, await issueLogoutToken(context, client, notice)).catch((cause: unknown) => {
    if (cause instanceof OutboundError)
      throw new ClientNotTold(`client ${client.clientId}: ${cause.message}`, { cause });
    throw cause;
  });
  if (status < 200 || status > 299) throw new ClientNotTold(`client ${client.clientId} answered ${status}`);
}

async function post({ config }: RealmContext, uri: string, logoutToken: string): Promise<number> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ logout_token: logoutToken }).toString(),
  };
  const deadline = AbortSignal.timeout(limits.logoutNoticeTimeoutMs);
  const { status } = await outboundFetch(uri, init, { development: config.development, deadline });
  return status;
}
