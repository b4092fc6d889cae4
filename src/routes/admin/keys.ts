/** /admin/v1/realms/:realm/keys: list, rotate and revoke signing keys. */
import * as z from "zod";
import { type KeyCabinet, revokeRealmKey, rotateRealmKeys } from "../../domain/admin/realm-keys.ts";
import { realmAlgorithms } from "../../domain/keys/rotation.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { SigningKeyStore } from "../../storage/d1/signing-key-store.ts";
import { deploymentOf } from "./deployment.ts";
import { nullableTimeJson, timeJson, timeSchema } from "./time-json.ts";

export const rotateKeysSchema = z.strictObject({
  alg: z.enum(realmAlgorithms).nullish().describe("Only the key of this algorithm; without it, of each."),
});

export const keySchema = z.object({
  kid: z.string(),
  alg: z.string(),
  status: z
    .enum(["next", "active", "retired"])
    .describe("`next` is published and will sign after a rotation; `retired` is published until `expires_at`."),
  created_at: timeSchema,
  activated_at: timeSchema.nullable(),
  retired_at: timeSchema.nullable(),
  expires_at: timeSchema.nullable(),
});

export const keysAnswerSchema = z.object({ keys: z.array(keySchema) });

export function getKeys(c: AppContext): Promise<Response> {
  return Promise.resolve(c.json(keysJson(c.get("realm").realm)));
}

export async function postRotation(c: AppContext): Promise<Response> {
  const { alg } = validate(rotateKeysSchema, await readOptionalJson(c));
  const { realm } = c.get("realm");
  await rotateRealmKeys(cabinetOf(c), alg == null ? realmAlgorithms : [alg]);
  const rotated = await deploymentOf(c).directory.findById(realm.id);
  if (rotated === null) throw new Problem("realm-unknown");
  return c.json(keysJson(rotated));
}

export async function postRevocation(c: AppContext): Promise<Response> {
  await revokeRealmKey(cabinetOf(c), c.req.param("kid") ?? "");
  return c.body(null, 204);
}

function cabinetOf(c: AppContext): KeyCabinet {
  const { realm, ring, clock } = c.get("realm");
  return { realm, store: new SigningKeyStore(c.env.DB, realm.id), ring, clock };
}

const keysJson = ({ keys }: Realm): z.output<typeof keysAnswerSchema> => ({
  keys: keys.rows.map((key) => ({
    kid: key.kid,
    alg: key.algorithm,
    status: key.status,
    created_at: timeJson(key.createdAt),
    activated_at: nullableTimeJson(key.activatedAt),
    retired_at: nullableTimeJson(key.retiredAt),
    expires_at: nullableTimeJson(key.expiresAt),
  })),
});
