/** GET /.well-known/gatehouse-domain-check/:nonce: shows the deployment that this host reaches it, and which realm it finds there. */
import * as z from "zod";
import { keyRing } from "../../crypto/key-ring.ts";
import { isDomainNonce, proveDomain } from "../../domain/realms/domain-check.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf, realmDirectory } from "../../http/middleware/realm.ts";

export const domainProofSchema = z.object({
  deployment: z.string().describe("For the host, by the deployment's keys."),
  realm: z.string().nullable().describe("For the realm that has the host; null when none has."),
});

/** Says nothing to those who do not hold the deployment's keys: only they can tell one proof from another. */
export async function domainCheck(c: AppContext): Promise<Response> {
  const nonce = c.req.param("nonce") ?? "";
  if (!isDomainNonce(nonce)) throw new Problem("not-found");
  const host = hostOf(c.req.url);
  const realm = await realmDirectory(c).findByHost(host);
  c.header("cache-control", "no-store");
  return c.json(await proveDomain(keyRing(c.get("config")), nonce, host, realm?.id ?? null));
}
