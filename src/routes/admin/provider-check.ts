/** /admin/v1/realms/:realm/providers/:provider/check: whether people could sign in with it. */
import * as z from "zod";
import { checkProvider, providerFaults } from "../../domain/federation/check-provider.ts";
import type { AppContext } from "../../http/env.ts";
import { providerOfPath } from "./providers.ts";

export const providerCheckSchema = z.object({
  provider: z.string(),
  faults: z.array(z.enum(providerFaults)).describe("What is in the way; empty when nothing was found."),
  endpoints: z.record(z.string(), z.string()).describe("As set, or as the issuer publishes them."),
  keys: z.int().nullable().describe("Keys for ID tokens; null where none are needed, or none could be asked for."),
});

export async function postProviderCheck(c: AppContext): Promise<Response> {
  const provider = await providerOfPath(c);
  const check = await checkProvider(c.get("realm"), provider);
  return c.json({
    provider: provider.name,
    faults: [...check.faults],
    endpoints: { ...check.endpoints },
    keys: check.keys,
  } satisfies z.output<typeof providerCheckSchema>);
}
