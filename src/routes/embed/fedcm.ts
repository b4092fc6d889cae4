/** FedCM: the browser itself signs people in at the realm's clients. https://w3c-fedid.github.io/FedCM/#idp-api */
import * as z from "zod";
import { recordEvent } from "../../domain/audit/record-event.ts";
import {
  assertIdentity,
  getBrowserAccount,
  getBrowsersClient,
  isHinted,
} from "../../domain/embedding/browser-sign-in.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readForm, readQuery } from "../../http/read-body.ts";
import { embeddedSessions } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { embedPaths } from "./paths.ts";

export const webIdentitySchema = z.object({
  provider_urls: z.array(z.url()).length(1),
  accounts_endpoint: z.url(),
  login_url: z.url(),
});

export const configSchema = z.object({
  accounts_endpoint: z.string(),
  client_metadata_endpoint: z.string(),
  id_assertion_endpoint: z.string(),
  disconnect_endpoint: z.string(),
  login_url: z.string(),
  branding: z.object({
    background_color: z.string().optional(),
    icons: z.array(z.object({ url: z.string() })).optional(),
  }),
});

export const accountsSchema = z.object({
  accounts: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      email: z.string().optional(),
      given_name: z.string().optional(),
      picture: z.string().optional(),
      approved_clients: z.array(z.string()).describe("Applications that the person has agreed to before."),
      login_hints: z.array(z.string()),
    }),
  ),
});

export const clientQuerySchema = z.object({ client_id: z.string() });
export const clientAnswerSchema = z.object({
  privacy_policy_url: z.string().optional(),
  terms_of_service_url: z.string().optional(),
});

export const assertionSchema = z.object({
  client_id: z.string(),
  account_id: z.string().describe("The account that the person chose, as in the list of accounts."),
  nonce: z.string().optional(),
  params: z.string().optional().describe("JSON of the page's own parameters; `nonce` counts."),
  disclosure_text_shown: z.string().optional().describe("`true`: the browser has said what would be told."),
  disclosure_shown_for: z.string().optional().describe("What it has said: `name,email,picture` when left out."),
});
export const assertionAnswerSchema = z.object({ token: z.string().describe("An ID token for the application.") });

export const disconnectSchema = z.object({ client_id: z.string(), account_hint: z.string() });
export const disconnectAnswerSchema = z.object({ account_id: z.string() });

function requireEmbedding(c: AppContext): void {
  if (!c.get("realm").realm.settings.embedding) throw new Problem("embedding-off");
}

/** No page can send that header: what comes with it comes from the browser itself. */
function requireBrowser(c: AppContext): void {
  requireEmbedding(c);
  if (c.req.header("sec-fetch-dest") !== "webidentity") throw new Problem("fedcm-not-the-browser");
}

/** Told to the page of a client of ours, and to nobody else. */
async function clientThatAsks(c: AppContext, reference: string | undefined) {
  const origin = c.req.header("origin");
  const client = await getBrowsersClient(c.get("realm"), reference, origin);
  c.header("access-control-allow-origin", origin);
  c.header("access-control-allow-credentials", "true");
  c.header("vary", "origin");
  return client;
}

export function webIdentity(c: AppContext): Response {
  requireEmbedding(c);
  const { issuer } = c.get("realm").realm;
  const answer: z.output<typeof webIdentitySchema> = {
    provider_urls: [`${issuer}${embedPaths.config}`],
    accounts_endpoint: `${issuer}${embedPaths.accounts}`,
    login_url: `${issuer}${embedPaths.signIn}`,
  };
  return c.json(answer);
}

export function config(c: AppContext): Response {
  requireEmbedding(c);
  const { accent_color, logo_url } = c.get("realm").realm.settings.theme;
  const answer: z.output<typeof configSchema> = {
    accounts_endpoint: embedPaths.accounts,
    client_metadata_endpoint: embedPaths.client,
    id_assertion_endpoint: embedPaths.assertion,
    disconnect_endpoint: embedPaths.disconnect,
    login_url: embedPaths.signIn,
    branding: {
      ...(accent_color === undefined ? {} : { background_color: accent_color }),
      ...(logo_url?.startsWith("https:") !== true ? {} : { icons: [{ url: logo_url }] }),
    },
  };
  return c.json(answer);
}

export async function accounts(c: AppContext): Promise<Response> {
  requireBrowser(c);
  const { profile, consents } = await getBrowserAccount(c.get("realm"), await embeddedSessions(c));
  const { id, name, email, username, firstName, avatarUrl } = profile;
  const answer: z.output<typeof accountsSchema> = {
    accounts: [
      {
        id: String(id),
        name: name ?? username ?? email ?? String(id),
        ...(email === null ? {} : { email }),
        ...(firstName === null ? {} : { given_name: firstName }),
        ...(avatarUrl === null ? {} : { picture: avatarUrl }),
        approved_clients: consents.filter(({ scopes }) => scopes.includes("openid")).map(({ clientId }) => clientId),
        login_hints: [String(id), email, username].filter((hint) => hint !== null),
      },
    ],
  };
  return c.json(answer);
}

export async function clientMetadata(c: AppContext): Promise<Response> {
  requireEmbedding(c);
  const { client_id } = validate(clientQuerySchema, Object.fromEntries(readQuery(c).entries()), "query-invalid");
  const { policy_uri, tos_uri } = (await clientThatAsks(c, client_id)).metadata;
  const answer: z.output<typeof clientAnswerSchema> = {
    ...(policy_uri === undefined ? {} : { privacy_policy_url: policy_uri }),
    ...(tos_uri === undefined ? {} : { terms_of_service_url: tos_uri }),
  };
  return c.json(answer);
}

async function readFields(c: AppContext): Promise<Parameters> {
  const form = await readForm(c);
  if (form.repeated.size > 0) throw new Problem("parameter-repeated");
  return form;
}

export async function assertion(c: AppContext): Promise<Response> {
  requireBrowser(c);
  const context = c.get("realm");
  const form = await readFields(c);
  const client = await clientThatAsks(c, form.get("client_id"));
  const account = await getBrowserAccount(context, await embeddedSessions(c));
  const answer: z.output<typeof assertionAnswerSchema> = {
    token: await assertIdentity(context, client, account, form),
  };
  return c.json(answer);
}

/** The person takes back, on the client's page, what they have granted it. */
export async function disconnect(c: AppContext): Promise<Response> {
  requireBrowser(c);
  const context = c.get("realm");
  const form = await readFields(c);
  const { clientId } = await clientThatAsks(c, form.get("client_id"));
  const account = await getBrowserAccount(context, await embeddedSessions(c));
  if (!isHinted(account, form.get("account_hint"))) throw new Problem("fedcm-account-mismatch");
  const { id } = account.profile;
  const outcome = await context.objects.call(id, (user) => user.revokeConsent(account.session.sid, clientId));
  if (outcome === "revoked") recordEvent(context, { type: "consent.revoked", user: id, client: clientId });
  const answer: z.output<typeof disconnectAnswerSchema> = { account_id: String(id) };
  return c.json(answer);
}
