import type { Client } from "../../domain/clients/client.ts";
import type { Device } from "../../domain/sessions/open-session.ts";
import { callerAddress } from "../../http/address.ts";
import type { AppContext } from "../../http/env.ts";

/** The device in front of us. It keeps tokens and no cookie, so that no session of the browser's ends for this one. */
export const deviceOf = (c: AppContext, client: Client): Device => ({
  userAgent: c.req.header("user-agent") ?? null,
  address: callerAddress(c),
  previous: null,
  client: { id: client.clientId, name: client.name },
});
