import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import {
  config,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
  type TestClient,
} from "../support/world.ts";

export type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty when the body is no JSON object. */
  readonly json: Json;
}

export interface CallOptions {
  /** Any will do for the deployment's token. */
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** What a caller shows. */
export type Caller = Record<string, string>;

export const deployment: Caller = { authorization: `Bearer ${config.adminToken}` };
export const nobody: Caller = {};
export const bearer = (token: string): Caller => ({ authorization: `Bearer ${token}` });
export const cookie = (session: string): Caller => ({ cookie: `qt-auth=${session}` });

/** One call of the operators' API; `path` below `/admin/v1`. */
export async function call(
  caller: Caller,
  method: string,
  path: string,
  { host = "operators.test", headers = {}, body }: CallOptions = {},
): Promise<Answer> {
  const response = await request(`https://${host}/admin/v1${path}`, {
    method,
    headers: { ...caller, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parseObject(text) };
}

function parseObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}

/** The deployment's operator, who may do everything. */
export const operate = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(deployment, method, path, { body, headers });

/** A call that has to succeed with this status. */
export async function done(status: number, answering: Promise<Answer>): Promise<Json> {
  const answer = await answering;
  if (answer.status !== status) throw new Error(`answered ${answer.status}, not ${status}: ${answer.text}`);
  return answer.json;
}

const hostOf = (context: RealmContext): string => context.realm.authDomain;

/** Everything an operator may be in one realm, and things to operate on. */
export interface Site {
  readonly context: RealmContext;
  readonly host: string;
  readonly path: string;
  readonly client: TestClient;
  readonly sysadmin: Person;
  readonly admin: Person;
  readonly user: Person;
}

export interface Person {
  readonly row: UserRow;
  readonly session: string;
  readonly token: string;
}

/** A realm with a first-party application and one person of each rank, signed in and with an access token. */
export async function makeSite(): Promise<Site> {
  const context = await makeRealm();
  const client = await makeClient(context, {}, { firstParty: true, name: "Console" });
  return {
    context,
    host: hostOf(context),
    path: `/realms/${context.realm.id}`,
    client,
    sysadmin: await makePerson(context, client, ["user", "admin", "sysadmin"]),
    admin: await makePerson(context, client, ["user", "admin"]),
    user: await makePerson(context, client, ["user"]),
  };
}

export async function makePerson(
  context: RealmContext,
  client: TestClient,
  roles: string[],
  scope = "openid roles",
): Promise<Person> {
  const row = await makeUser(context, { roles });
  const session = await signIn(context, row);
  const { code, verifier } = await obtainCode(context, client, session, { scope });
  return { row, session, token: (await redeem(context, client, code, verifier)).access_token };
}

let count = 0;

/** A host that no realm has. */
export const freshHost = (label = "site"): string => `${label}${++count}.fresh.test`;
