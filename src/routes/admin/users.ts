/** /admin/v1/realms/:realm/users: make, search, read, change and delete users, and give them roles. */
import * as z from "zod";
import { changeUserAs, createUserAs, deleteUserAs, type UserPatch } from "../../domain/admin/change-user.ts";
import type { Operator } from "../../domain/admin/operator.ts";
import { tellOfNewPassword } from "../../domain/recovery/reset-password.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { requireMatch, sendVersion } from "./entity-tag.ts";
import { nextCursor, nextCursorSchema, pageQuerySchema, readNumberedPage } from "./paging.ts";
import { inSnakeCase } from "./snake-case.ts";
import { newUserSchema, rolesBodySchema, userJson, userPatchSchema, userSchema } from "./user-json.ts";
import { userOfPath } from "./user-of-path.ts";

export const usersQuerySchema = pageQuerySchema.extend({
  q: z
    .string()
    .max(320)
    .optional()
    .describe(
      "How the e-mail address, the username or the name begins. With an `@` in it, only addresses are searched.",
    ),
});

export const usersAnswerSchema = z.object({ users: z.array(userSchema), next_cursor: nextCursorSchema });

export async function postUser(c: AppContext, operator: Operator): Promise<Response> {
  const body = validate(newUserSchema, await readJson(c));
  const user = await inSnakeCase(() =>
    createUserAs(operator, c.get("realm"), {
      email: body.email,
      username: body.username,
      password: body.password,
      passwordIsTemporary: body.password_temporary,
      name: body.name,
      firstName: body.first_name,
      lastName: body.last_name,
      phoneNumber: body.phone_number,
      emailVerified: body.email_verified,
      roles: body.roles,
      externalId: body.external_id || null,
      metadata: body.metadata ?? {},
      disabled: body.disabled,
    }),
  );
  sendVersion(c, user);
  return c.json(userJson(user), 201);
}

export async function getUsers(c: AppContext): Promise<Response> {
  const { limit, after } = readNumberedPage(c);
  const { q } = validate(usersQuerySchema, c.req.query(), "query-invalid");
  const users = await c.get("realm").users.search(q?.trim() || undefined, after, limit);
  return c.json({
    users: users.map(userJson),
    ...nextCursor(
      users.map((user) => user.id),
      limit,
    ),
  });
}

export async function getUser(c: AppContext): Promise<Response> {
  const user = await userOfPath(c);
  sendVersion(c, user);
  return c.json(userJson(user));
}

export async function patchUser(c: AppContext, operator: Operator): Promise<Response> {
  const user = await userOfPath(c);
  const body = validate(userPatchSchema, await readJson(c));
  if (body.password !== undefined) c.set("auditDetails", { secrets: { password: "set" } });
  const answer = await changed(c, operator, user, {
    email: body.email,
    emailVerified: body.email_verified,
    username: body.username,
    phoneNumber: body.phone_number,
    name: body.name,
    firstName: body.first_name,
    lastName: body.last_name,
    externalId: body.external_id,
    roles: body.roles,
    metadata: body.metadata,
    password: body.password,
    disabled: body.disabled,
  });
  if (body.password !== undefined) await tellOfNewPassword(user, postLater(c));
  return answer;
}

export async function putRoles(c: AppContext, operator: Operator): Promise<Response> {
  const user = await userOfPath(c);
  const { roles } = validate(rolesBodySchema, await readJson(c));
  return changed(c, operator, user, { roles });
}

async function changed(c: AppContext, operator: Operator, user: UserRow, patch: UserPatch): Promise<Response> {
  requireMatch(c, user);
  const after = await inSnakeCase(() => changeUserAs(operator, c.get("realm"), user, patch));
  sendVersion(c, after);
  return c.json(userJson(after));
}

export async function removeUser(c: AppContext, operator: Operator): Promise<Response> {
  const user = await userOfPath(c);
  requireMatch(c, user);
  await deleteUserAs(operator, c.get("realm"), user);
  return c.body(null, 204);
}
