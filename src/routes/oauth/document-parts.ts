/** What the documents of this surface have in common. */
import * as z from "zod";

export const tag = "OAuth 2.0 and OpenID Connect";
export const alsoAt = (path: string): string => `Also at \`/v1${path}\` and \`/api/auth/v1/oauth${path}\`.`;

export const oauthError = {
  description: "RFC 6749 §5.2",
  schema: z.object({ error: z.string(), error_description: z.string() }),
};
export const page = { description: "A page: what is wrong, when nobody may be told by redirect." };
