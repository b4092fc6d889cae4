/** POST /device_authorization: RFC 8628 §3.1, §3.2. A device that has no browser begins to wait for its user. */
import { beginDeviceAuthorization } from "../../domain/device/begin.ts";
import { callerAddress } from "../../http/address.ts";
import { requireClient } from "../../http/client-auth.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readForm } from "../../http/read-body.ts";

export async function deviceAuthorization(c: AppContext): Promise<Response> {
  const parameters = await readForm(c);
  const context = c.get("realm");
  const { rate_limits } = context.realm.settings;
  await limitPerAddress(c, "device-authorization", rate_limits.device_authorizations_per_address_per_minute);
  const client = await requireClient(c, parameters);
  const device = { userAgent: c.req.header("user-agent") ?? null, address: callerAddress(c) };
  return c.json(await beginDeviceAuthorization(context, client, parameters, device));
}
