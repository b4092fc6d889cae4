/** /account/apps: what one has allowed to applications, and how to take it back. */
import { recordEvent } from "../../domain/audit/record-event.ts";
import { namedConsents } from "../../domain/consent/named-consents.ts";
import { disconnectIfThere } from "../../domain/vault/connections.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import type { AccountFrame } from "../../pages/account/account-shell.tsx";
import { AppsPage } from "../../pages/account/apps-page.tsx";
import { accountForm, accountPage, done, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const context = c.get("realm");
  const { userId, sid } = visit.current.claimed;
  const consents = await context.objects.call(userId, (user) => user.consents(sid));
  if (consents === null) throw new Problem("session-ended");
  const apps = (await namedConsents(context, consents)).map((consent) => ({
    clientId: consent.clientId,
    name: consent.clientName,
    host: consent.clientHost,
    scopes: consent.scopes.map((name) => ({ name, description: context.realm.settings.scopes[name] })),
    grantedAt: consent.grantedAt,
    lastUsedAt: consent.lastUsedAt,
  }));
  const kept = (await context.objects.call(userId, (user) => user.connections(sid, null))) ?? [];
  const connections = await Promise.all(
    kept.map(async ({ provider, clientId, status, connectedAt }) => ({
      clientId,
      app: (await context.clients.find(clientId))?.name ?? null,
      provider,
      label: (await context.providers.find(provider))?.settings.label ?? provider,
      expired: status === "expired",
      connectedAt,
    })),
  );
  const page = (account: AccountFrame) => <AppsPage account={account} apps={apps} connections={connections} />;
  return sendAccountPage(c, visit, page, { refusal });
}

export const showApps = accountPage("apps", show);

/** POST /account/apps/remove: an application's consent; with `provider`, what it may use there. */
export const removeApp = accountForm(
  "apps",
  async (c, { current }, form) => {
    const { userId, sid } = current.claimed;
    const clientId = form.get("client") ?? "";
    const provider = form.get("provider");
    if (provider !== undefined) {
      await disconnectIfThere(c.get("realm"), userId, provider, clientId);
      return done(c, "apps", "app-removed");
    }
    const outcome = await c.get("realm").objects.call(userId, (user) => user.revokeConsent(sid, clientId));
    if (outcome === "session-ended") throw new Problem("session-ended");
    if (outcome === "unknown") throw new Problem("consent-unknown");
    recordEvent(c.get("realm"), { type: "consent.revoked", user: userId, client: clientId });
    return done(c, "apps", "app-removed");
  },
  show,
);
