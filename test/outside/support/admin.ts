import { inject } from "vitest";

/** One call to the operators' API as the deployment's operator. Throws when it is refused. */
export async function admin<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${inject("baseUrl")}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${inject("adminToken")}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

export const port = (): string => new URL(inject("baseUrl")).port;

/** The origin of a host of the deployment under test. */
export const originOf = (host: string): string => `http://${host}:${port()}`;

export interface MadeClient {
  client_id: string;
  client_secret: string;
}

export interface Site {
  realmId: string;
  issuer: string;
  hosts: string[];
}

/** A realm of the test's own, with an auth domain and two sites. */
export async function makeSite(name: string, settings: Record<string, unknown> = {}): Promise<Site> {
  const unique = `${name}-${Math.random().toString(36).slice(2, 8)}`;
  const hosts = [`auth.${unique}.localhost`, `one.${unique}-a.localhost`, `two.${unique}-b.localhost`];
  const realm = await admin<{ id: string }>("POST", "/realms", {
    name: unique,
    auth_domain: hosts[0],
    domains: hosts,
    settings,
  });
  return { realmId: realm.id, issuer: originOf(hosts[0] ?? ""), hosts };
}

export const password = "amber-lantern-quarry-47";

export function makeUser(site: Site, email: string, more: Record<string, unknown> = {}): Promise<{ id: number }> {
  return admin("POST", `/realms/${site.realmId}/users`, {
    email,
    password,
    name: "Olive Outside",
    email_verified: true,
    ...more,
  });
}

export function makeClient(site: Site, body: Record<string, unknown>): Promise<MadeClient> {
  return admin("POST", `/realms/${site.realmId}/clients`, { name: "Partner", ...body });
}
