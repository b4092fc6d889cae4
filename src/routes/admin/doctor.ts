/** GET /admin/v1/doctor: what is amiss with a deployment, and what to do about it. */
import * as z from "zod";
import { currentCostKib } from "../../crypto/password-hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { findingsOf } from "../../domain/doctor/findings.ts";
import { keyEncryptionReport } from "../../domain/key-encryption/report.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { isThisMachine } from "../../http/this-machine.ts";
import { DeploymentStore } from "../../storage/d1/deployment-store.ts";
import { KeySweepStore } from "../../storage/d1/key-sweep-store.ts";
import { databasesOf } from "../../storage/d1/shards.ts";
import { askStores } from "../../storage/reach.ts";
import { timeJson, timeSchema } from "./time-json.ts";

export const doctorSchema = z.object({
  time: timeSchema.describe("The clock of the deployment."),
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["ok", "warn", "fail"]),
      detail: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
});

export async function getDoctor(c: AppContext): Promise<Response> {
  const store = new DeploymentStore(databasesOf(c.env));
  const now = Date.now();
  const [missingColumns, keyValueWorks, reached, signingKeys, keyEncryption, providers, webhooks, dead, costly] =
    await Promise.all([
      orNull(store.missingColumns()),
      orNull(keyValueAnswers(c)),
      askStores(c.env, c.get("config").newRealmsJurisdiction),
      orNull(store.signingKeys()),
      orNull(keyEncryptionReport(new KeySweepStore(databasesOf(c.env)), c.get("config"))),
      orNull(store.providersWithoutSecret()),
      orNull(store.failingWebhooks()),
      orNull(store.deadDeliveries()),
      orNull(store.realmsWithCostlyHashes(currentCostKib)),
    ]);
  const checks = findingsOf({
    config: c.get("config"),
    hasMail: c.env.MAIL !== undefined,
    isLocalHost: isThisMachine(hostOf(c.req.url)),
    now,
    missingColumns,
    keyValueWorks: keyValueWorks === true,
    silent: Object.entries(reached).flatMap(([store, answers]) => (answers ? [] : [store])),
    hasQueue: c.env.JOBS !== undefined,
    signingKeys,
    keyEncryption,
    providersWithoutSecret: providers,
    failingWebhooks: webhooks,
    deadDeliveries: dead,
    costlyRealms: costly,
  });
  return c.json({ time: timeJson(now), checks } satisfies z.output<typeof doctorSchema>);
}

/** What does not answer is a finding, not a failure of the examination. */
const orNull = <Value>(looking: Promise<Value>): Promise<Value | null> => looking.catch(() => null);

async function keyValueAnswers({ env }: AppContext): Promise<boolean> {
  const [key, value] = ["doctor", randomHandle(8)];
  await env.GRANTS.put(key, value, { expirationTtl: 60 });
  // Elsewhere an older one may be seen for a while.
  return (await env.GRANTS.get(key)) !== null;
}
