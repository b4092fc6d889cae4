/** /dev/pictures: the bucket of a laptop, which takes and shows what S3 would. Under development; otherwise there is no such address. */
import type { Next } from "hono";
import { limits } from "../../config/limits.ts";
import type { PictureBucket } from "../../config/picture-bucket.ts";
import { keepsToPolicy, laptopBucket } from "../../domain/pictures/upload.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { isAtHome } from "../../http/this-machine.ts";
import { DevPictures } from "../../storage/kv/dev-pictures.ts";

/** Of the other fields, and of what parts them. */
const formBytes = 16 * 1024;

export async function devPictures(c: AppContext, next: Next): Promise<Response | undefined> {
  const { method, path } = c.req;
  const bucket = c.get("config").development && (await isAtHome(c)) ? laptopBucket("") : null;
  if (bucket !== null && method === "POST" && path === bucket.uploadUrl) return take(c, bucket);
  if (bucket !== null && method === "GET" && path.startsWith(bucket.publicUrl)) return show(c, bucket);
  await next();
  return undefined;
}

async function take(c: AppContext, bucket: PictureBucket): Promise<Response> {
  const length = Number(c.req.header("content-length") ?? Number.POSITIVE_INFINITY);
  if (!(length <= limits.pictureBytes + formBytes)) throw new Problem("body-too-large");
  const form = await c.req.raw.formData().catch(() => new FormData());
  const file = form.get("file");
  const fields = new Map([...form].filter((field): field is [string, string] => typeof field[1] === "string"));
  const isFile = file !== null && typeof file !== "string";
  if (!isFile || !(await keepsToPolicy(bucket, fields, file.size, Date.now())))
    throw new Problem("body-invalid", { fields: { policy: "is not kept" } });
  const key = fields.get("key") ?? "";
  const picture = { type: fields.get("Content-Type") ?? "", bytes: await file.arrayBuffer() };
  await new DevPictures(c.env.GRANTS).put(key, picture);
  return c.body(null, 201, { location: `${bucket.publicUrl}${key}` });
}

async function show(c: AppContext, bucket: PictureBucket): Promise<Response> {
  const picture = await new DevPictures(c.env.GRANTS).find(c.req.path.slice(bucket.publicUrl.length));
  if (picture === null) throw new Problem("not-found");
  return c.body(picture.bytes, 200, {
    "content-type": picture.type,
    "content-security-policy": "sandbox; default-src 'none'",
  });
}
