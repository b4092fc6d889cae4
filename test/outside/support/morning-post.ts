import { localFetch } from "../../../scripts/local-fetch.mjs";
import { starter } from "../../../scripts/start/starter-realm.mjs";
import { admin, originOf, password } from "./admin.ts";
import { startMainProduct } from "./main-product.ts";
import { listen, type RunningServer } from "./real-provider.ts";

/** A realm as a publisher might have it, full enough that its pages have something to show. */
export interface MorningPost {
  readonly realmId: string;
  readonly origin: string;
  readonly consoleOrigin: string;
  /** What stands for `{name}` in places.ts. */
  readonly names: Readonly<Record<string, string>>;
  readonly clientSecret: string;
  /** Sees all realms, and has an authenticator app. */
  readonly operatorEmail: string;
  readonly stop: () => Promise<void>;
}

export const anna = { email: "anna.berg@example.com", name: "Anna Berg" } as const;
/** Has an authenticator app. */
export const omar = { email: "omar.haddad@example.com", name: "Omar Haddad" } as const;
export const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

const people = [
  { ...anna, username: "anna", created_at: "2025-03-04T09:12:00Z" },
  { ...omar, totp_secret: totpSecret, created_at: "2025-05-19T17:40:00Z" },
  { name: "Mei Tanaka", email: "mei.tanaka@example.com", created_at: "2025-06-02T07:05:00Z", roles: ["user", "admin"] },
  { name: "Lucía Ortega", email: "lucia.ortega@example.com", created_at: "2025-08-23T20:31:00Z" },
  { name: "Tom Whitfield", email: "tom@example.com", created_at: "2026-01-11T12:00:00Z", disabled: true },
].map((person) => ({ password, email_verified: true, ...person }));

/** `edition` is the name its hosts have: two realms of one deployment cannot have the same. */
export async function openMorningPost(edition = "morning-post"): Promise<MorningPost> {
  const hook: RunningServer = await listen(() => (_, response) => response.writeHead(204).end());
  const site = await makeRealm(edition);
  const at = `/realms/${site.realmId}`;
  await admin("POST", `${at}/users/import`, { users: people });
  const operators = await admin<{ id: string }>("GET", `/realms/${starter.realm}`);
  const operatorEmail = `olga.operator@${edition}.localhost`;
  await admin("POST", `/realms/${operators.id}/users/import`, {
    users: [
      {
        email: operatorEmail,
        name: "Olga Operator",
        password,
        email_verified: true,
        roles: ["user", "admin", "sysadmin"],
        totp_secret: totpSecret,
      },
    ],
  });

  const consoleOrigin = originOf(starter.authDomain);
  const appOrigin = "https://club.example.com";
  const redirect = `${appOrigin}/callback`;
  const client = await admin<{ client_id: string; client_secret: string }>("POST", `${at}/clients`, {
    name: "Crossword Club",
    redirect_uris: [redirect, `${consoleOrigin}/console/try/callback`],
    policy_uri: `${appOrigin}/privacy`,
    tos_uri: `${appOrigin}/terms`,
    scopes: ["openid", "profile", "email", "offline_access"],
    grant_types: ["authorization_code", "refresh_token"],
  });
  const television = await admin<{ client_id: string }>("POST", `${at}/clients`, {
    name: "Living Room TV",
    type: "public",
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
  });
  await admin("POST", `${at}/clients`, {
    name: "Morning Post website",
    first_party: true,
    redirect_uris: ["https://www.morning-post.example/callback"],
  });
  for (const [name, body] of Object.entries(providers)) await admin("PUT", `${at}/providers/${name}`, body);
  await admin("PUT", `${at}/clients/${client.client_id}/mappings/GetListOfPhotos`, photos);
  const webhook = await admin<{ id: string }>("POST", `${at}/webhooks`, {
    url: `${hook.origin}/gatehouse`,
    events: "all",
    description: "Newsletter and billing",
  });
  const product = await startMainProduct(site, { label: "Morning Post shop" });
  const { users } = await admin<{ users: { id: number; email: string }[] }>("GET", `${at}/users?q=${anna.email}`);
  return {
    realmId: site.realmId,
    origin: site.issuer,
    consoleOrigin,
    clientSecret: client.client_secret,
    operatorEmail,
    names: {
      console: consoleOrigin,
      realm: site.realmId,
      client: client.client_id,
      redirect: encodeURIComponent(redirect),
      origin: encodeURIComponent(appOrigin),
      user: String(users[0]?.id),
      email: anna.email,
      provider: "google",
      group: "limits",
      mapping: "GetListOfPhotos",
      webhook: webhook.id,
      source: product.name,
      userCode: await userCode(site.issuer, television.client_id),
      linkToken: product.token({ id: "4711", email: anna.email, name: anna.name }),
      productOrigin: product.origin,
    },
    stop: async () => {
      await product.stop();
      await hook.stop();
    },
  };
}

async function makeRealm(edition: string): Promise<{ realmId: string; issuer: string; hosts: string[] }> {
  const club = edition === "morning-post" ? "puzzle-hour" : `${edition}-club`;
  const hosts = [`auth.${edition}.localhost`, `www.${edition}.localhost`, `crossword.${club}.localhost`];
  const realm = await admin<{ id: string }>("POST", "/realms", {
    name: "The Morning Post",
    auth_domain: hosts[0],
    domains: hosts,
    settings: { tfa: "optional", embedding: true },
  });
  return { realmId: realm.id, issuer: originOf(hosts[0] ?? ""), hosts };
}

const providers = {
  google: { client_id: "morning-post-at-google", client_secret: "a secret", purposes: ["sign-in", "vault"] },
  dropbox: { client_id: "morning-post-at-dropbox", client_secret: "a secret", purposes: ["vault"] },
  maps: {
    type: "api_key",
    label: "City Maps",
    purposes: ["vault"],
    key_page: "https://maps.example.com/keys",
    api_key: { in: "header", name: "x-api-key" },
    api_hosts: ["maps.example.com"],
  },
};

/** One method over a provider of each kind. */
const photos = {
  interface: {
    google: {
      url: "https://www.googleapis.com/drive/v3/files",
      queryString: { pageSize: "{{limit}}", fields: "files(id,name)" },
      select: "{photos: files[].{id: id, name: name}}",
    },
    maps: { url: "https://maps.example.com/photos", select: "{photos: items[].{id: key, name: title}}" },
  },
  input: { type: "object", properties: { limit: { type: "integer", default: 100 } } },
};

async function userCode(issuer: string, clientId: string): Promise<string> {
  const answer = await localFetch(`${issuer}/device_authorization`, {
    method: "POST",
    body: new URLSearchParams({ client_id: clientId, scope: "openid profile" }),
  });
  return ((await answer.json()) as { user_code: string }).user_code;
}
