import type { RealmContext } from "../../src/domain/realm-context.ts";
import { jsonBody, makeClient, makeRealm, makeUser, request, signIn, type TestClient } from "../support/world.ts";

export const site = "https://partner.test";

export interface Embedding {
  readonly context: RealmContext;
  readonly client: TestClient;
  readonly user: Awaited<ReturnType<typeof makeUser>>;
  readonly cookie: string;
}

/** A realm that is embedded, a client on `site`, and somebody who is signed in. */
export async function makeEmbedding(
  settings: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
  about: Parameters<typeof makeClient>[2] = {},
): Promise<Embedding> {
  const context = await makeRealm({ embedding: true, ...settings });
  const client = await makeClient(context, metadata, about);
  const user = await makeUser(context, { name: "Fran Framed" });
  return { context, client, user, cookie: await signIn(context, user) };
}

const navigation = { accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };

export function frame(context: RealmContext, query: Record<string, string>, headers: Record<string, string> = {}) {
  return request(`${context.realm.issuer}/embed?${new URLSearchParams(query)}`, {
    headers: { ...navigation, ...headers },
  });
}

/** What the frame's page asks. */
export function askSession(
  { context, client }: Pick<Embedding, "context" | "client">,
  cookie: string,
  body: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const own = { origin: context.realm.issuer, "sec-fetch-site": "same-origin", ...(cookie === "" ? {} : { cookie }) };
  return request(
    `${context.realm.issuer}/embed/session`,
    jsonBody({ client_id: client.clientId, origin: site, ...body }, { ...own, ...headers }),
  );
}

/** The value of one directive of a page's content security policy. */
export const directive = (response: Response, name: string): string | undefined =>
  response.headers
    .get("content-security-policy")
    ?.split("; ")
    .find((part) => part.startsWith(`${name} `))
    ?.slice(name.length + 1);
