import type { RealmContext } from "../../src/domain/realm-context.ts";
import { authorizePath } from "./token-side.ts";
import { called, standUp } from "./upstream.ts";
import { request, type TestClient } from "./world.ts";

export type Json = Record<string, unknown>;

/** For realms whose tests fetch more documents than one address may make them. */
export const unlimited = { client_documents_per_address_per_minute: 0, client_documents_per_realm_per_minute: 0 };

export interface DocumentedClient {
  readonly host: string;
  readonly address: string;
  readonly client: TestClient;
  /** How often the document has been fetched. */
  readonly fetches: () => number;
}

let count = 0;

/** The host that the next client will have. */
export const nextHost = (): string => `notes${count + 1}.example.com`;

/** A host of its own with a good document, unless `change` or `answer` make it another. */
export function standUpClient(
  change: Json = {},
  answer: (document: Json) => Response | Promise<Response> = (document) => Response.json(document),
): DocumentedClient {
  const host = nextHost();
  count++;
  const address = `https://${host}/client.json`;
  const document: Json = {
    client_id: address,
    client_name: "Note taker",
    redirect_uris: [`https://${host}/callback`],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
    ...change,
  };
  standUp(host, () => answer(document));
  const client = { clientId: address, secret: "", metadata: { redirect_uris: [`https://${host}/callback`] } };
  return {
    host,
    address,
    client: client as unknown as TestClient,
    fetches: () => called.filter((url) => url === address).length,
  };
}

export async function authorize(realm: RealmContext, client: TestClient, cookie?: string): Promise<Response> {
  return request(`${realm.realm.issuer}${await authorizePath(client)}`, {
    headers: { accept: "text/html", ...(cookie === undefined ? {} : { cookie: `qt-auth=${cookie}` }) },
  });
}
