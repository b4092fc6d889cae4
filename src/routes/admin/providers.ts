/** /admin/v1/realms/:realm/providers: set, list, read and delete upstream providers. */
import { deleteProvider, putProvider } from "../../domain/federation/change-provider.ts";
import { type Provider, providerOf } from "../../domain/federation/provider.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { enqueue } from "../../http/jobs.ts";
import { logBug } from "../../http/log.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { requireMatch, sendVersion } from "./entity-tag.ts";
import { providerBodySchema, providerJson, wantedProvider } from "./provider-json.ts";

export async function getProviders(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const rows = await context.providers.store.list();
  return c.json({ providers: rows.map((row) => providerJson(context, providerOf(row))) });
}

export async function getProvider(c: AppContext): Promise<Response> {
  const provider = await providerOfPath(c);
  sendVersion(c, provider);
  return c.json(providerJson(c.get("realm"), provider));
}

export async function putProviderOfPath(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const name = c.req.param("provider") ?? "";
  const existing = await context.providers.find(name);
  requireMatch(c, existing ?? { version: 0 });
  const body = validate(providerBodySchema, await readJson(c));
  if (body.client_secret) c.set("auditDetails", { secrets: { client_secret: "set" } });
  const wanted = wantedProvider(body);
  const provider = await putProvider(context, name, existing, wanted);
  sendVersion(c, provider);
  return c.json(providerJson(context, provider), existing === null ? 201 : 200);
}

export async function removeProvider(c: AppContext): Promise<Response> {
  const provider = await providerOfPath(c);
  requireMatch(c, provider);
  const context = c.get("realm");
  await deleteProvider(context, provider.name);
  await endLater(c, provider);
  return c.body(null, 204);
}

/** The provider is gone whatever the queue says: what is not begun now, the hourly job begins. */
async function endLater(c: AppContext, { name: provider, createdAt: since }: Provider): Promise<void> {
  const { realm } = c.get("realm");
  const job = { type: "end-connections", realmId: realm.id, provider, since } as const;
  await enqueue(c, job).catch((error: unknown) => logBug(c, error));
}

/** Throws Problem, 404. */
export async function providerOfPath(c: AppContext): Promise<Provider> {
  const provider = await c.get("realm").providers.find(c.req.param("provider") ?? "");
  if (provider === null) throw new Problem("provider-unknown");
  return provider;
}
