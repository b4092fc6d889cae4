/** /api/v1/users/accounts: the accounts of main products that lead to a user; link them, list them, take them away (contract §5). */
import * as z from "zod";
import { isFresh } from "../../domain/sources/finish-link.ts";
import { type Asking, linkAccount, listAccounts, unlinkAccount } from "../../domain/sources/linked-accounts.ts";
import { parseUserId } from "../../domain/users/user-id.ts";
import { Problem } from "../../errors/errors.ts";
import { requireApiKey, showsApiKey } from "../../http/api-key.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { readJson } from "../../http/read-body.ts";
import { requireSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { accountsJson } from "./user-json.ts";

const idSchema = z.union([z.string().min(1).max(255), z.int()]);

export const newAccountSchema = z.object({
  quickpass_user_id: idSchema.describe("`qp_<id>`, or the id alone."),
  source: z.string().min(1).max(100).describe("The source's name."),
  source_id: idSchema.describe("What the source calls the account: the `user_id` of its tokens."),
  verification_token: z
    .string()
    .min(1)
    .describe("A token of the source for that account, like those of /api/v1/auth/jwt."),
});

export async function postAccount(c: AppContext): Promise<Response> {
  const asking = await whoChanges(c);
  const { quickpass_user_id, source, source_id, verification_token } = validate(newAccountSchema, await readJson(c));
  requireOwnSource(asking, source);
  const user = await userNamed(c, String(quickpass_user_id), asking);
  // Asked again: had the session ended before the row was read, the row would not tell that anything ended since (RC-13).
  if (asking.by === "session") await requireSession(c);
  const wanted = {
    source,
    sourceId: String(source_id),
    verificationToken: verification_token,
    host: hostOf(c.req.url),
  };
  const context = c.get("realm");
  const outcome = await linkAccount(context, user, wanted, asking, postLater(c));
  // Read again: in unified mode the link is a part of the user.
  const linked = (await context.users.findById(user.id)) ?? user;
  const accounts = await listAccounts(context, linked, asking);
  return c.json(accountsJson(user.id, accounts), outcome === "made" ? 201 : 200);
}

export async function getAccounts(c: AppContext): Promise<Response> {
  const asking: Asking = showsApiKey(c) ? await bySource(c, "accounts:read") : await bySession(c);
  const user = await userNamed(c, c.req.param("id") ?? "", asking);
  return c.json(accountsJson(user.id, await listAccounts(c.get("realm"), user, asking)));
}

export async function deleteAccount(c: AppContext): Promise<Response> {
  const asking = await whoChanges(c);
  const source = c.req.param("source") ?? "";
  requireOwnSource(asking, source);
  await unlinkAccount(c.get("realm"), source, c.req.param("source_id") ?? "", asking, postLater(c));
  return c.body(null, 204);
}

/** A user changes this with a session opened just now, and from a page of the realm. */
async function whoChanges(c: AppContext): Promise<Asking> {
  if (showsApiKey(c)) return bySource(c, "accounts:write");
  refuseForeignOrigin(c);
  const { session, claimed } = await requireSession(c);
  if (!isFresh(c.get("realm"), session)) throw new Problem("reauthentication-required");
  return { by: "session", userId: claimed.userId };
}

async function bySource(c: AppContext, scope: "accounts:read" | "accounts:write"): Promise<Asking> {
  const key = await requireApiKey(c, scope);
  if (key.ownerType !== "source") throw new Problem("api-key-scope-missing");
  return { by: "api-key", source: key.owner };
}

async function bySession(c: AppContext): Promise<Asking> {
  const { claimed } = await requireSession(c);
  return { by: "session", userId: claimed.userId };
}

function requireOwnSource(asking: Asking, source: string): void {
  if (asking.by === "api-key" && asking.source !== source) throw new Problem("api-key-of-another-source");
}

/** Of another user than their own, people are not even told whether there is one. Throws Problem. */
async function userNamed(c: AppContext, text: string, asking: Asking): Promise<UserRow> {
  const id = parseUserId(text);
  if (asking.by === "session" && id !== asking.userId) throw new Problem("account-not-own");
  const user = id === null ? null : await c.get("realm").users.findById(id);
  if (user === null) throw new Problem("user-record-unknown");
  return user;
}
