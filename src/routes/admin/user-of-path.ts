import { parseUserId } from "../../domain/users/user-id.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";

/** The realm's user whose id, decimal or `qp_<id>`, stands in the path. Throws Problem, 404. */
export async function userOfPath(c: AppContext): Promise<UserRow> {
  const id = parseUserId(c.req.param("user") ?? "");
  const user = id === null ? null : await c.get("realm").users.findById(id);
  if (user === null) throw new Problem("user-record-unknown");
  return user;
}
