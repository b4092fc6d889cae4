/** GET /api/sign: what a browser needs to send its user's picture to the bucket by itself (S2.50). */
import * as z from "zod";
import { type PictureBucket, parsePictureBucket } from "../../config/picture-bucket.ts";
import { laptopBucket, pictureAddress, pictureTypes, signUpload } from "../../domain/pictures/upload.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import { requireSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";

export const signPictureQuerySchema = z.object({
  "file-name": z
    .string()
    .max(1024)
    .optional()
    .describe("What the file is called at home. The picture gets another name."),
  "mime-type": z.enum(pictureTypes),
});

export const uploadFormSchema = z.object({
  action: z
    .string()
    .describe("Where the form is sent, as multipart/form-data, with the other members and `file` last."),
  key: z.string().describe("What `POST /users/profile` takes as `temp-s3-key` when the bucket has answered 201."),
  acl: z.string(),
  "Content-Type": z.enum(pictureTypes),
  success_action_status: z.string(),
  policy: z.string().describe("Good for ten minutes, for this key and type and for five megabytes."),
  AWSAccessKeyId: z.string(),
  signature: z.string(),
});

export async function signPicture(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { profile } = await requireSession(c);
  const bucket = bucketHere(c);
  if (bucket === null) throw new Problem("not-found");
  const query = validate(signPictureQuerySchema, Object.fromEntries(readQuery(c).entries()), "query-invalid");
  await limitPerAddress(c, "picture", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const form: z.output<typeof uploadFormSchema> = await signUpload(context, bucket, profile.id, query["mime-type"]);
  return c.json(form);
}

/** The picture that the user has uploaded under this key. Throws Problem, 422, when it was not given to them. */
export function uploadedPicture(c: AppContext, userId: number, key: string): { key: string; url: string } {
  const bucket = bucketHere(c);
  const url = bucket === null ? null : pictureAddress(c.get("realm"), bucket, userId, key);
  if (url === null) throw new Problem("body-invalid", { fields: { "temp-s3-key": "is not a key of yours" } });
  return { key, url };
}

/** The deployment's; on a laptop without one, its own. Null where pictures are not taken. */
function bucketHere(c: AppContext): PictureBucket | null {
  const config = c.get("config");
  const here = originOf(hostOf(c.req.url), config);
  return parsePictureBucket(c.env) ?? (config.development ? laptopBucket(here) : null);
}
