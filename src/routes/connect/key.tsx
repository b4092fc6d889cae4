/** POST /integrate/key, and the form for it: for providers where people have a key of their own. */
import type * as z from "zod";
import type { Client } from "../../domain/clients/client.ts";
import type { Provider } from "../../domain/federation/provider.ts";
import { getProvider } from "../../domain/federation/sign-in.ts";
import { connectByKey } from "../../domain/vault/provider-key.ts";
import { Problem } from "../../errors/errors.ts";
import { checkCsrfToken, csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readPageForm } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { ProviderKeyPage, type ProviderKeyPageProps } from "../../pages/provider-key-page.tsx";
import { refuseConsent, sendAnswer, type Told } from "./answer.tsx";
import { answerOf, askedUser, askingClient, type commandQuerySchema, parseCommand } from "./asked.ts";
import { connectPaths } from "./paths.ts";

type Query = z.output<typeof commandQuerySchema>;

export async function showKeyForm(
  c: AppContext,
  client: Client,
  provider: Provider,
  query: Query,
  refused?: Problem,
): Promise<Response> {
  const answer = answerOf(client, query);
  const csrf = await csrfToken(c, ensureBrowserId(c));
  if (refused !== undefined) refusalHeaders(c, refused);
  const target = answer.action === "redirect" || answer.action === "post" ? [answer.target] : [];
  return sendPage(
    c,
    (frame) => (
      <ProviderKeyPage
        frame={frame}
        clientName={client.name}
        label={provider.settings.label}
        action={connectPaths.key}
        fields={{ ...fieldsOf(query), csrf }}
        keyPageHref={provider.settings.key_page}
        problem={refused === undefined ? undefined : problems[refused.reason]}
      />
    ),
    { formTargets: target, status: refused === undefined ? 200 : 422, speaksToOpener: answer.action === "postmessage" },
  );
}

const fieldsOf = (query: Query): Record<string, string> =>
  Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** What can be mended on the spot. */
const problems: Readonly<Partial<Record<string, ProviderKeyPageProps["problem"]>>> = {
  "provider-key-missing": "missing",
  "provider-key-refused": "refused",
  "provider-unavailable": "unavailable",
};

export async function submitKey(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const form = await readPageForm(c);
  await checkCsrfToken(c, form.get("csrf"));
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const { csrf: _, key = "", cancel, ...fields } = Object.fromEntries(form.entries());
  const query = parseCommand(fields);
  const client = await askingClient(c, query.public_key);
  const answer = answerOf(client, query);
  const current = await askedUser(c, query.user_id);
  if (current === null) throw new Problem("session-missing");
  const provider = await getProvider(context, query.provider);
  if (provider.type !== "api_key") throw new Problem("provider-unknown");
  const { userId, sid } = current.claimed;
  const told: Told = { client, answer, provider: provider.name, userId };
  try {
    if (cancel !== undefined) throw new Problem("access-denied");
    const about = { userId, sid, clientId: client.clientId };
    const { oauthId } = await connectByKey(context, provider, about, key);
    return sendAnswer(c, told, { oauthId });
  } catch (error) {
    if (!(error instanceof Problem) || problems[error.reason] === undefined) return refuseConsent(c, told, error);
    return showKeyForm(c, client, provider, query, error);
  }
}
