/**
 * Pictures of people, which their browsers send to a bucket by themselves (S2.50). Here it is only said what may be sent, by a signed
 * policy: https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html
 */
import { limits } from "../../config/limits.ts";
import type { PictureBucket } from "../../config/picture-bucket.ts";
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { randomHandle } from "../../crypto/random.ts";
import { signUploadPolicy } from "../../crypto/upload-signature.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";

/** Pictures and nothing that can act, with what their names end in. */
const endings = { "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp" } as const;

export type PictureType = keyof typeof endings;
export const pictureTypes = Object.keys(endings) as [PictureType, ...PictureType[]];

/** The fields of the form that uploads a picture, and where it is sent to. */
export interface UploadForm {
  readonly action: string;
  readonly key: string;
  readonly acl: string;
  readonly "Content-Type": PictureType;
  readonly success_action_status: string;
  readonly policy: string;
  readonly AWSAccessKeyId: string;
  readonly signature: string;
}

const laptopPath = "/dev/pictures";

/** What stands on a laptop in place of a deployment's bucket (routes/dev/pictures.ts). */
export const laptopBucket = (origin: string): PictureBucket => ({
  uploadUrl: `${origin}${laptopPath}`,
  name: "laptop",
  accessKeyId: "laptop",
  secretAccessKey: "laptop",
  publicUrl: `${origin}${laptopPath}/`,
});

/** Leave to send one picture of this type, under a name of ours: nobody chooses where it lies. */
export async function signUpload(
  context: RealmContext,
  bucket: PictureBucket,
  userId: number,
  type: PictureType,
): Promise<UploadForm> {
  const fields = {
    key: `${folderOf(context, userId)}${randomHandle(16)}.${endings[type]}`,
    acl: "public-read",
    "Content-Type": type,
    success_action_status: "201",
  };
  const policy = btoa(
    JSON.stringify({
      expiration: new Date(context.clock.now() + limits.pictureUploadTtlSeconds * 1000).toISOString(),
      conditions: [
        { bucket: bucket.name },
        ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
        ["content-length-range", 1, limits.pictureBytes],
      ],
    }),
  );
  const signature = await signUploadPolicy(bucket.secretAccessKey, policy);
  return { action: bucket.uploadUrl, ...fields, policy, AWSAccessKeyId: bucket.accessKeyId, signature };
}

/** Where the picture of that key is read; null unless the key is one that this user was given. */
export function pictureAddress(
  context: RealmContext,
  bucket: PictureBucket,
  userId: number,
  key: string,
): string | null {
  const folder = folderOf(context, userId);
  const isOwn = key.startsWith(folder) && /^[A-Za-z0-9_-]{22}\.(?:jpg|png|gif|webp)$/.test(key.slice(folder.length));
  return isOwn ? `${bucket.publicUrl}${key}` : null;
}

const folderOf = ({ realm }: RealmContext, userId: number): string => `avatars/${realm.id}/${userId}/`;

/** What a bucket asks before it takes a file: is the policy signed and in time, and does the form keep to it? */
export async function keepsToPolicy(
  bucket: PictureBucket,
  fields: ReadonlyMap<string, string>,
  bytes: number,
  now: number,
): Promise<boolean> {
  const policy = fields.get("policy") ?? "";
  const isSigned = equalInConstantTime(
    fields.get("signature") ?? "",
    await signUploadPolicy(bucket.secretAccessKey, policy),
  );
  const terms = isSigned ? parseJson(atob(policy)) : null;
  if (!isRecord(terms) || !Array.isArray(terms.conditions) || !(Date.parse(String(terms.expiration)) > now))
    return false;
  const sent = new Map([...fields, ["bucket", bucket.name]]);
  return (
    bytes > 0 &&
    bytes <= limits.pictureBytes &&
    terms.conditions
      .filter(isRecord)
      .every((condition) => Object.entries(condition).every(([name, value]) => sent.get(name) === value))
  );
}
