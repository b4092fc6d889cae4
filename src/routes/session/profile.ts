/** POST /api/auth/v1/users/profile */
import * as z from "zod";
import { changeOwnProfile } from "../../domain/users/change-own-profile.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitIdentifiers } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { requireSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { profileOf } from "../../storage/profile.ts";
import { httpsUrlSchema, localeSchema, metadataSchema, nameSchema } from "./profile-fields.ts";
import { uploadedPicture } from "./sign-picture.ts";
import { userAnswer } from "./user-json.ts";

const text = nameSchema.nullish();

export const profileSchema = z.object({
  name: text,
  "first-name": text,
  "last-name": text,
  slug: text,
  username: z.string().max(320).nullish(),
  email: z
    .string()
    .max(320)
    .nullish()
    .describe(
      "Changing it needs a sign-in within the last ten minutes. A confirmed address stays until the new one is confirmed by the code that is sent there (update-with-otp).",
    ),
  "phone-number": z.string().max(40).nullish(),
  "communication-email": z.string().max(320).nullish(),
  "avatar-url": httpsUrlSchema.nullish(),
  "avatar-s3-key": text,
  "temp-s3-key": z
    .string()
    .max(300)
    .nullish()
    .describe("The key of a picture that was uploaded as /api/sign says: from now on the avatar."),
  locale: localeSchema.nullish().describe("The language of pages and mails; null leaves it to the browser."),
  metadata: metadataSchema.nullish().describe("Members are merged with those there are; null removes one."),
});

export async function profile(c: AppContext): Promise<Response> {
  const body = validate(profileSchema, await readJson(c));
  if (body.username || body.email || body["phone-number"]) await limitIdentifiers(c);
  const current = await requireSession(c);
  const key = body["temp-s3-key"];
  const picture = key ? uploadedPicture(c, current.profile.id, key) : null;
  const user = await changeOwnProfile(
    c.get("realm"),
    current,
    {
      name: body.name,
      firstName: body["first-name"],
      lastName: body["last-name"],
      slug: body.slug,
      username: body.username,
      email: body.email,
      phoneNumber: body["phone-number"],
      communicationEmail: body["communication-email"],
      avatarUrl: picture?.url ?? body["avatar-url"],
      avatarS3Key: picture?.key ?? body["avatar-s3-key"],
      locale: body.locale,
      metadata: body.metadata,
    },
    postLater(c),
  );
  return c.json(userAnswer(c, profileOf(user, current.profile.tfaEnabled), current.activeSessions));
}
