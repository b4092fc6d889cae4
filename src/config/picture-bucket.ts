import { type Bindings, ConfigurationError } from "./env.ts";

/** Where browsers send people's pictures: a bucket with S3's interface. */
export interface PictureBucket {
  readonly uploadUrl: string;
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Ends with a slash; a picture's key comes behind it. */
  readonly publicUrl: string;
}

/** Null where the deployment has none. Throws ConfigurationError when what is said of it does not fit together. */
export function parsePictureBucket(env: Bindings): PictureBucket | null {
  const { PICTURES_URL: uploadUrl = "", PICTURES_BUCKET: name = "", PICTURES_ACCESS_KEY_ID: accessKeyId = "" } = env;
  const { PICTURES_SECRET_ACCESS_KEY: secretAccessKey = "", PICTURES_PUBLIC_URL: elsewhere = "" } = env;
  if ([uploadUrl, name, accessKeyId, secretAccessKey, elsewhere].every((text) => text === "")) return null;
  const publicUrl = elsewhere === "" ? uploadUrl : elsewhere;
  const areHttps = [uploadUrl, publicUrl].every((url) => /^https:\/\/[^?#]+$/.test(url) && URL.canParse(url));
  if (!areHttps || name === "" || accessKeyId === "" || secretAccessKey.length < 16)
    throw new ConfigurationError(
      "PICTURES_URL is an https address; PICTURES_BUCKET, PICTURES_ACCESS_KEY_ID and PICTURES_SECRET_ACCESS_KEY go with it",
    );
  return { uploadUrl, name, accessKeyId, secretAccessKey, publicUrl: publicUrl.replace(/\/?$/, "/") };
}
