import { inject } from "vitest";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import type { Form } from "./html-forms.ts";
import {
  afterSignOut,
  type ClientRequest,
  type PageKind,
  type RegisteredClient,
  redirectUri,
  type Target,
} from "./target.ts";
import type { Page } from "./user-agent.ts";

interface NewClient {
  readonly client_id: string;
  readonly client_secret?: string;
}

const pageOfForm: Readonly<Record<string, PageKind>> = {
  "sign-in-form": "sign-in",
  "consent-form": "consent",
  "sign-out-form": "sign-out",
};

/** The product that global-setup.ts has started, and a realm of this file's own in it. */
export async function gatehouse(): Promise<Target> {
  const unique = `conformance-${crypto.randomUUID().slice(0, 8)}`;
  const host = `auth.${unique}.localhost`;
  const realm = await admin<{ id: string }>("POST", "/realms", {
    name: unique,
    auth_domain: host,
    domains: [host],
    // Nothing here tests how fast strangers may try; a whole plan comes from one address.
    settings: { rate_limits: { sign_in_per_address_per_minute: 0 } },
  });
  const { protocol, port } = new URL(inject("conformanceBaseUrl"));
  const issuer = `${protocol}//${host}${port === "" ? "" : `:${port}`}`;
  let people = 0;

  return {
    name: "gatehouse",
    issuer,
    send: localFetch,
    isProvider: (url) => url.origin === issuer,
    makeClient: async (request) => {
      const body = registrationOf(request);
      const made = await admin<NewClient>("POST", `/realms/${realm.id}/clients`, body);
      return clientOf(made.client_id, made.client_secret ?? "", request);
    },
    makePerson: async () => {
      people += 1;
      const email = `person-${people}@example.com`;
      const password = "amber-lantern-quarry-47";
      const address = { street_address: "1 Quay", locality: "Haven", postal_code: "12345", country: "FR" };
      const phone = `+3361234567${people % 10}`;
      await admin("POST", `/realms/${realm.id}/users`, {
        email,
        password,
        email_verified: true,
        name: "Olive Conformance",
        first_name: "Olive",
        last_name: "Conformance",
        username: `olive${people}`,
        phone_number: phone,
        metadata: { address },
      });
      const claims = {
        name: "Olive Conformance",
        given_name: "Olive",
        family_name: "Conformance",
        preferred_username: `olive${people}`,
        email,
        email_verified: true,
        phone_number: phone,
        address,
      };
      return { login: email, password, claims };
    },
    kindOf: (page) => {
      const kind = page.forms.map((form) => pageOfForm[form.id]).find((known) => known !== undefined);
      if (kind !== undefined) return kind;
      if (page.status >= 400) return "error";
      return ["/end-session", "/sign-out"].includes(page.url.pathname) ? "signed-out" : "other";
    },
    signIn: (agent, page, person) =>
      agent.submit(page, formWithId(page, "sign-in-form"), { identifier: person.login, password: person.password }),
    allow: (agent, page) => agent.submit(page, formWithId(page, "consent-form"), {}, "allow"),
    deny: (agent, page) => agent.submit(page, formWithId(page, "consent-form"), {}, "deny"),
    signOut: (agent, page) => agent.submit(page, formWithId(page, "sign-out-form")),
    stop: async () => {
      await admin("DELETE", `/realms/${realm.id}`);
    },
  };
}

function registrationOf({ fapi2, ...request }: ClientRequest): Record<string, unknown> {
  return {
    name: "Conformance client",
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [afterSignOut],
    id_token_signed_response_alg: fapi2 === true ? "ES256" : "RS256",
    ...request,
    ...(fapi2 === true
      ? { profile: "fapi2", require_par: true, dpop_bound_access_tokens: true }
      : { require_pkce: false }),
  };
}

const clientOf = (id: string, secret: string, request: ClientRequest): RegisteredClient => ({
  id,
  secret,
  redirectUri: request.redirect_uris?.[0] ?? redirectUri,
  request,
});

function formWithId(page: Page, id: string): Form {
  const form = page.forms.find((candidate) => candidate.id === id);
  if (form === undefined) throw new Error(`no form #${id} on ${page.url.pathname} (${page.status})`);
  return form;
}

/** One call to the operators' API as the deployment's operator. Throws when it is refused. */
async function admin<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await localFetch(`${inject("conformanceBaseUrl")}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${inject("conformanceAdminToken")}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}
