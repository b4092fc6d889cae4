/** POST /par: RFC 9126 §2. Whoever sent a browser to /authorize with these parameters sends them here first, and proves who they are. */
import { limits } from "../../config/limits.ts";
import { pushRequest } from "../../domain/authorization/pushed-request.ts";
import { requireClient } from "../../http/client-auth.ts";
import { proveKey, readProof } from "../../http/dpop.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readForm } from "../../http/read-body.ts";

export async function par(c: AppContext): Promise<Response> {
  const parameters = await readForm(c);
  const proof = await readProof(c);
  const client = await requireClient(c, parameters);
  const context = c.get("realm");
  // Anybody can speak for a public client, or be one that registers itself, and each request is stored.
  if (client.type === "public" || client.selfRegistered)
    await limitPerAddress(c, "push", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const jkt = await proveKey(c, client, proof);
  const requestUri = await pushRequest(context, client, parameters, jkt);
  return c.json({ request_uri: requestUri, expires_in: limits.pushedRequestTtlSeconds }, 201);
}
