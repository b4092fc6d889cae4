import type { Client } from "../../domain/clients/client.ts";
import type { Device } from "../../domain/sessions/open-session.ts";
import { callerAddress, networkOf, recordedAddress } from "../../http/address.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";

/** The device in front of us. It keeps tokens and no cookie, so that no session of the browser's ends for this one. */
export const deviceOf = (c: AppContext, client: Client): Device => ({
  userAgent: c.req.header("user-agent") ?? null,
  address: recordedAddress(c),
  network: networkOf(callerAddress(c)),
  browser: null,
  post: postLater(c),
  previous: null,
  client: { id: client.clientId, name: client.name },
});
