/** /admin/v1/key-encryption: what is sealed under which of the deployment's keys, and how it comes under the newest. */
import * as z from "zod";
import { keyRing } from "../../crypto/key-ring.ts";
import { keyEncryptionReport } from "../../domain/key-encryption/report.ts";
import { nextSweepJob } from "../../domain/key-encryption/sweep.ts";
import type { AppContext } from "../../http/env.ts";
import { enqueue } from "../../http/jobs.ts";
import { KeySweepStore } from "../../storage/d1/key-sweep-store.ts";
import { databasesOf } from "../../storage/d1/shards.ts";
import { UserObjects } from "../../storage/user-object/handle.ts";
import { nullableTimeJson, timeJson, timeSchema } from "./time-json.ts";

export const keyEncryptionSchema = z.object({
  keys: z.array(
    z.object({
      id: z.string(),
      present: z
        .boolean()
        .describe("It is among KEY_ENCRYPTION_KEYS. What a key has sealed that is not, cannot be opened."),
      seals: z.boolean().describe("It is the first of them."),
      sealed: z.record(z.string(), z.int()).describe("Values in D1 under this key, by kind."),
      removable_at: timeSchema.nullable().describe("From when on nothing needs it; null while that is not known."),
    }),
  ),
  sweep: z
    .object({
      key: z.string(),
      since: timeSchema.describe("Since when that key seals."),
      round: z.int().describe("The second follows a day after the key came first."),
      state: z.enum(["running", "done"]),
      stage: z.string().describe("What is looked at; last of all the objects of users."),
      users: z.int().describe("Users whose objects were looked at."),
      rewrapped: z.int(),
      lost: z.int().describe("Values that no key opens."),
      moved_at: timeSchema,
      ended_at: timeSchema.nullable(),
    })
    .nullable(),
});

export async function getKeyEncryption(c: AppContext): Promise<Response> {
  return c.json(await report(c));
}

/** Begins a round at once, or takes up the one that is under way. */
export async function postRewrap(c: AppContext): Promise<Response> {
  const job = await nextSweepJob(
    {
      store: new KeySweepStore(databasesOf(c.env)),
      ring: keyRing(c.get("config")),
      callUser: ({ id, realm }, run) => new UserObjects(c.env.USERS, realm).call(id, run),
      now: Date.now(),
    },
    true,
  );
  if (job !== null) await enqueue(c, job);
  return c.json(await report(c), 202);
}

async function report(c: AppContext): Promise<z.output<typeof keyEncryptionSchema>> {
  const { keys, sweep } = await keyEncryptionReport(new KeySweepStore(databasesOf(c.env)), c.get("config"));
  return {
    keys: keys.map(({ removableAt, sealed, ...key }) => ({
      ...key,
      sealed: { ...sealed },
      removable_at: nullableTimeJson(removableAt),
    })),
    sweep: sweep && {
      key: sweep.keyId,
      since: timeJson(sweep.since),
      round: sweep.round,
      state: sweep.roundEndedAt === null ? "running" : "done",
      stage: sweep.stage,
      users: sweep.users,
      rewrapped: sweep.rewrapped,
      lost: sweep.lost,
      moved_at: timeJson(sweep.movedAt),
      ended_at: nullableTimeJson(sweep.roundEndedAt),
    },
  };
}
