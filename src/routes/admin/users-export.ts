/** GET /admin/v1/realms/:realm/users/export: all users, a page at a time, as an import takes them. */
import type * as z from "zod";
import type { Operator } from "../../domain/admin/operator.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { validate } from "../../http/validate.ts";
import type { LinkedAccountRow } from "../../storage/d1/linked-account-store.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { type exportedUserSchema, exportQuerySchema } from "./import-json.ts";
import { nextCursor, numberedCursor } from "./paging.ts";
import { userJson } from "./user-json.ts";

export async function getExport(c: AppContext, operator: Operator): Promise<Response> {
  const query = validate(exportQuerySchema, c.req.query(), "query-invalid");
  const withHashes = query.password_hashes === "true";
  if (withHashes && operator.kind !== "deployment") throw new Problem("export-hashes-reserved");
  const context = c.get("realm");
  const page = await context.userImports.page(numberedCursor(query.cursor), query.limit);
  c.set("auditDetails", { count: page.length, password_hashes: withHashes });
  return c.json({
    users: page.map(({ user, links }) => exportedJson(user, links, withHashes)),
    ...nextCursor(
      page.map(({ user }) => user.id),
      query.limit,
    ),
  });
}

function exportedJson(
  user: UserRow,
  links: readonly LinkedAccountRow[],
  withHashes: boolean,
): z.output<typeof exportedUserSchema> {
  const { version: _, temporary_password_expires_at: __, ...rest } = userJson(user);
  return {
    ...rest,
    linked_accounts: links
      .filter(({ status }) => status === "active")
      .map(({ source, sourceId }) => ({ source, source_id: sourceId })),
    ...(withHashes ? { password_hash: user.passwordExpiresAt === null ? user.passwordHash : null } : {}),
  };
}
