/** GET /integrate/page: the accounts that an application may use, to connect and disconnect. POST /integrate/disconnect. */
import type * as z from "zod";
import type { Client } from "../../domain/clients/client.ts";
import { isOpenForVault, type Provider, providerOf } from "../../domain/federation/provider.ts";
import { disconnectIfThere, type ListedConnection, listConnections } from "../../domain/vault/connections.ts";
import { Problem } from "../../errors/errors.ts";
import { checkCsrfToken, csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { readPageForm, readQuery } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { type ConnectableAccount, ConnectionsPage } from "../../pages/connections-page.tsx";
import {
  askedUser,
  askingClient,
  type commandQuerySchema,
  pageQuerySchema,
  signInFirst,
  toAuthDomain,
} from "./asked.ts";
import { connectPaths } from "./paths.ts";
import { shownProof } from "./shown.ts";

export async function connectionsPage(c: AppContext): Promise<Response> {
  const sent = readQuery(c);
  const query = validate(pageQuerySchema, Object.fromEntries(sent.entries()), "query-invalid");
  const client = await askingClient(c, query.public_key);
  const elsewhere = toAuthDomain(c);
  if (elsewhere !== null) return elsewhere;
  const current = await askedUser(c, query.user_id);
  if (current === null) return signInFirst(c);
  const { userId } = current.claimed;
  const error = sent.get("error");
  return showAccounts(c, client, userId, query, {
    onward: (provider) => toPage(provider, query),
    problem: error === undefined ? undefined : error === "access_denied" ? "declined" : "problem",
  });
}

/** The same page about one provider, on the way to it: the application, and what is asked in its name, stand on it. */
export function askFirst(
  c: AppContext,
  client: Client,
  provider: Provider,
  userId: number,
  { ask: _ask, shown: _shown, ...query }: z.output<typeof commandQuerySchema>,
): Promise<Response> {
  const names = { public_key: query.public_key, user_id: query.user_id, providers: provider.name };
  const sent = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const speaksToOpener = query.consented_action === "postmessage";
  return showAccounts(c, client, userId, names, {
    onward: () => Object.fromEntries(sent),
    isAsked: true,
    speaksToOpener,
  });
}

async function showAccounts(
  c: AppContext,
  client: Client,
  userId: number,
  query: PageQuery,
  shown: {
    /** What the link to a provider asks for. */
    onward: (provider: Provider) => Record<string, string>;
    problem?: "problem" | "declined" | undefined;
    isAsked?: boolean;
    speaksToOpener?: boolean;
  },
): Promise<Response> {
  const browser = ensureBrowserId(c);
  const hrefOf = async (provider: Provider): Promise<string> => {
    const proof = await shownProof(c, browser, { client, provider: provider.name, userId });
    return `${connectPaths.command}?${new URLSearchParams({ ...shown.onward(provider), shown: proof })}`;
  };
  const accounts = await accountsOf(c, client, userId, query, hrefOf);
  const csrf = await csrfToken(c, browser);
  return sendPage(
    c,
    (frame) => (
      <ConnectionsPage
        frame={frame}
        clientName={client.name}
        accounts={accounts}
        action={connectPaths.disconnect}
        fields={{ ...namesIn(query), csrf }}
        problem={shown.problem}
        isAsked={shown.isAsked}
      />
    ),
    { speaksToOpener: shown.speaksToOpener === true },
  );
}

export async function submitDisconnect(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  await checkCsrfToken(c, form.get("csrf"));
  const query = validate(pageQuerySchema, Object.fromEntries(form.entries()), "query-invalid");
  const client = await askingClient(c, query.public_key);
  const current = await askedUser(c, query.user_id);
  if (current === null) throw new Problem("session-missing");
  await disconnectIfThere(c.get("realm"), current.claimed.userId, form.get("provider") ?? "", client.clientId);
  return c.body(null, 303, { location: `${connectPaths.page}?${new URLSearchParams(namesIn(query))}` });
}

type PageQuery = { readonly public_key: string; readonly user_id: string; readonly providers?: string | undefined };

const namesIn = ({ public_key, user_id, providers }: PageQuery): Record<string, string> => ({
  public_key,
  user_id,
  ...(providers === undefined ? {} : { providers }),
});

async function accountsOf(
  c: AppContext,
  client: Client,
  userId: number,
  query: PageQuery,
  hrefOf: (provider: Provider) => Promise<string>,
): Promise<ConnectableAccount[]> {
  const context = c.get("realm");
  const listed = (await listConnections(context, userId, client.clientId)) ?? [];
  const wanted = query.providers?.split(",").map((name) => name.trim());
  const providers = (await context.providers.store.list())
    .map(providerOf)
    .filter((provider) => wanted?.includes(provider.name) ?? true)
    .filter((provider) => isOpenForVault(provider) || listed.some(({ provider: name }) => name === provider.name));
  return Promise.all(
    providers.map(async (provider) => ({
      name: provider.name,
      label: provider.settings.label,
      state: stateOf(listed.find(({ provider: name }) => name === provider.name)),
      connectHref: await hrefOf(provider),
    })),
  );
}

function stateOf(connection: ListedConnection | undefined): ConnectableAccount["state"] {
  if (connection === undefined) return "none";
  if (connection.status === "expired") return "expired";
  return connection.needsConsent ? "more-needed" : "connected";
}

/** For our own page, what comes back as `state` are the providers that it was about. */
function toPage({ name }: Provider, { public_key, user_id, providers }: PageQuery): Record<string, string> {
  const query = { provider: name, public_key, user_id, consented_action: "page" };
  return { ...query, ...(providers ? { state: providers } : {}) };
}
