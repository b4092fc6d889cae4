/** /admin/v1/realms: make, list, read, change and delete realms. */
import * as z from "zod";
import type { Operator } from "../../domain/admin/operator.ts";
import { requireMaySet } from "../../domain/admin/reserved-settings.ts";
import { changeRealm } from "../../domain/realms/change-realm.ts";
import { createRealm } from "../../domain/realms/create-realm.ts";
import { realmOf } from "../../domain/realms/realm.ts";
import { forgetHosts } from "../../domain/realms/realm-directory.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { enqueue } from "../../http/jobs.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { RealmRows } from "../../storage/d1/realm-rows.ts";
import { deploymentOf, shardOf } from "./deployment.ts";
import { requireMatch, sendVersion } from "./entity-tag.ts";
import { refuseWhileMoving } from "./moves.ts";
import { nextCursor, nextCursorSchema, pageQuerySchema, readPage } from "./paging.ts";
import { newRealmSchema, realmJson, realmPatchSchema, realmSchema } from "./realm-json.ts";

export const realmsAnswerSchema = z.object({ realms: z.array(realmSchema), next_cursor: nextCursorSchema });

export async function postRealm(c: AppContext): Promise<Response> {
  const body = validate(newRealmSchema, await readJson(c));
  const realm = await createRealm(deploymentOf(c), {
    name: body.name,
    kind: body.kind,
    domains: body.domains,
    authDomain: body.auth_domain ?? null,
    allowedRedirectDomains: body.allowed_redirect_domains,
    authenticationUrl: body.authentication_url ?? null,
    settings: body.settings ?? {},
    shard: body.shard ?? null,
    jurisdiction: body.jurisdiction,
  });
  sendVersion(c, realm);
  return c.json(realmJson(realm), 201);
}

export const realmsQuerySchema = pageQuerySchema.extend({
  q: z.string().max(200).optional().describe("Only those whose name or one of whose domains contains this."),
});

/** A realm's operators see theirs. */
export async function getRealms(c: AppContext, operator: Operator): Promise<Response> {
  const { limit, after } = readPage(c);
  const { q = "" } = validate(realmsQuerySchema, c.req.query(), "query-invalid");
  const { realms, directory, config, ring } = deploymentOf(c);
  if (operator.kind !== "deployment") {
    const own = await directory.findById(operator.realmId);
    const isMeant = own !== null && own.id > after && [own.name, ...own.hosts].some((text) => includesText(text, q));
    return c.json({ realms: isMeant ? [realmJson(own)] : [] });
  }
  const page = await realms.list(after, limit, q.trim());
  return c.json({
    realms: page.map((row) => realmJson(realmOf({ ...row, keys: [] }, config, ring))),
    ...nextCursor(
      page.map(({ realm }) => realm.id),
      limit,
    ),
  });
}

const includesText = (text: string, part: string): boolean => text.toLowerCase().includes(part.trim().toLowerCase());

export async function getRealm(c: AppContext): Promise<Response> {
  const { realm } = c.get("realm");
  sendVersion(c, realm);
  return c.json(realmJson(realm));
}

export async function patchRealm(c: AppContext, operator: Operator): Promise<Response> {
  const { realm } = c.get("realm");
  requireMatch(c, realm);
  const body = validate(realmPatchSchema, await readJson(c));
  if (body.jurisdiction !== undefined && body.jurisdiction !== realm.jurisdiction)
    throw new Problem("jurisdiction-fixed");
  requireMaySet(operator, realm.settings, body.settings);
  const changed = await changeRealm(deploymentOf(c), realm, {
    name: body.name,
    kind: body.kind,
    domains: body.domains,
    authDomain: body.auth_domain,
    allowedRedirectDomains: body.allowed_redirect_domains,
    authenticationUrl: body.authentication_url,
    settings: body.settings,
  });
  sendVersion(c, changed);
  return c.json(realmJson(changed));
}

/** No host leads to the realm any more and no key of it verifies; what is left of it goes in the background. */
export async function deleteRealm(c: AppContext): Promise<Response> {
  const { realm } = c.get("realm");
  requireMatch(c, realm);
  await refuseWhileMoving(c);
  const { realms, clock } = deploymentOf(c);
  const retired = await realms.retire(realm.id, clock.now());
  forgetHosts(realm.hosts);
  if (!retired) throw new Problem("realm-unknown");
  const rows = new RealmRows(shardOf(c), realm.id);
  await rows.retireProviders(clock.now());
  await rows.deleteConfiguration();
  await enqueue(c, { type: "erase-realm", realmId: realm.id });
  return c.body(null, 204);
}
