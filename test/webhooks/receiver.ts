import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { expect, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import { type RealmContext, realmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts, RealmDirectory } from "../../src/domain/realms/realm-directory.ts";
import { systemClock } from "../../src/lib/time.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { standUp } from "../support/upstream.ts";
import { config, jsonBody, request, ring } from "../support/world.ts";

export type Json = Record<string, unknown>;

export interface Heard {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly event: { id: string; type: string; timestamp: string; data: Json };
}

/** A server that hears of events, and the webhook it is registered as. */
export interface Receiver {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly heard: Heard[];
}

type Answering = (time: number) => Response | Promise<Response>;

/** `answer` is given the number of the request, from 1. */
export async function makeReceiver(
  context: RealmContext,
  wanted: Json = {},
  answer: Answering = () => new Response(null, { status: 204 }),
): Promise<Receiver> {
  const host = `${randomHandle(9)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}.example.com`;
  const url = `https://${host}/hook?a=1`;
  const heard: Heard[] = [];
  standUp(host, async (sent) => {
    const body = await sent.text();
    heard.push({
      id: sent.headers.get("webhook-id") ?? "",
      headers: Object.fromEntries(sent.headers),
      body,
      event: JSON.parse(body) as Heard["event"],
    });
    expect([sent.method, sent.url, sent.redirect]).toEqual(["POST", url, "manual"]);
    return answer(heard.length);
  });
  const made = await operate(context, "POST", "", { url, ...wanted });
  expect(made.status, JSON.stringify(made.json)).toBe(201);
  return { id: String(made.json.id), url, secret: String(made.json.secret), heard };
}

/** One call of the deployment's operator to the realm's webhooks. */
export async function operate(
  context: RealmContext,
  method: string,
  path: string,
  body?: Json,
): Promise<{ status: number; json: Json }> {
  const response = await request(`${context.realm.issuer}/admin/v1/realms/${context.realm.id}/webhooks${path}`, {
    ...(body === undefined ? {} : jsonBody(body)),
    method,
    headers: { authorization: `Bearer ${config.adminToken}`, "content-type": "application/json" },
  });
  return { status: response.status, json: response.status === 204 ? {} : ((await response.json()) as Json) };
}

export const deliveriesOf = async (context: RealmContext, { id }: { id: string }, query = ""): Promise<Json[]> =>
  (await operate(context, "GET", `/${id}/deliveries${query}`)).json.deliveries as Json[];

/** The realm as an isolate sees it that has just learnt of its webhooks. */
export async function fresh(context: RealmContext): Promise<RealmContext> {
  forgetHosts(context.realm.hosts);
  const realm = await new RealmDirectory(databasesOf(env), config, ring, systemClock).findByHost(
    context.realm.authDomain,
  );
  if (realm === null) throw new Error("no realm");
  return realmContext(realm, env, config, ring);
}

/** Waits for so many, and a little longer: more would be too many. */
export async function expectHeard({ heard }: Pick<Receiver, "heard">, times: number): Promise<void> {
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(times), { timeout: 15_000, interval: 50 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(heard).toHaveLength(times);
}

/** As the receivers of others check it. Throws unless one of the signatures is right and now. */
export const verifiedBy = (secret: string, { body, headers }: Heard): unknown =>
  new Webhook(secret).verify(body, headers);
