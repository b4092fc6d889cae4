/** POST /admin/v1/publishers: the two realms of a publisher at once, one for editors and one for readers. */
import * as z from "zod";
import { createPublisher } from "../../domain/realms/create-realm.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { deploymentOf } from "./deployment.ts";
import { domainsSchema, newJurisdictionSchema, realmJson, realmSchema } from "./realm-json.ts";
import { labelSchema } from "./text-fields.ts";

export const publisherSchema = z.strictObject({
  name: labelSchema.describe("Of both realms; their `kind` tells them apart."),
  editor_domains: domainsSchema,
  frontend_domains: domainsSchema,
  jurisdiction: newJurisdictionSchema,
});

export const publisherAnswerSchema = z.object({ editor: realmSchema, frontend: realmSchema });

export async function postPublisher(c: AppContext): Promise<Response> {
  const body = validate(publisherSchema, await readJson(c));
  const { editor, frontend } = await createPublisher(deploymentOf(c), {
    name: body.name,
    editorDomains: body.editor_domains,
    frontendDomains: body.frontend_domains,
    jurisdiction: body.jurisdiction,
  });
  return c.json({ editor: realmJson(editor), frontend: realmJson(frontend) }, 201);
}
