/** GET /api/auth/v1/access-token/integrations/:id: a JWT by which another application knows the user (S2.19 to S2.21). */
import { issueIntegrationToken } from "../../domain/clients/integration-token.ts";
import type { AppContext } from "../../http/env.ts";
import { requireSession } from "../../http/session.ts";

export async function integrationToken(c: AppContext): Promise<Response> {
  const current = await requireSession(c, c.req.query("qt-auth") || undefined);
  c.header("x-integration-token", await issueIntegrationToken(c.get("realm"), c.req.param("id") ?? "", current));
  return c.json({ success: true });
}
