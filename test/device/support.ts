import { expect } from "vitest";
import { deviceCodeGrant } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { Browser, type Page } from "../support/browser.ts";
import { openAnotherSession, postAs } from "../support/token-side.ts";
import { formBody, makeClient, makeUser, request, type TestClient } from "../support/world.ts";

export interface Waiting {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

/** A television that cannot keep a secret. */
export const makeTv = (
  context: RealmContext,
  metadata: Record<string, unknown> = {},
  about: Parameters<typeof makeClient>[2] = {},
): Promise<TestClient> =>
  makeClient(
    context,
    { redirect_uris: [], grant_types: [deviceCodeGrant, "refresh_token"], ...metadata },
    { type: "public", firstParty: false, name: "Living Room TV", ...about },
  );

type Fields = Record<string, string | undefined>;

/** A form to one of the endpoints, with the client's own authentication. */
function ask(context: RealmContext, client: TestClient, path: string, fields: Fields, headers: HeadersInit = {}) {
  if (client.type === "confidential") return postAs(context, client, path, fields);
  const init = formBody({ client_id: client.clientId, ...fields });
  return request(`${context.realm.issuer}${path}`, { ...init, headers: { ...init.headers, ...headers } });
}

export const authorizeDevice = (context: RealmContext, client: TestClient, fields: Fields = {}): Promise<Response> =>
  ask(context, client, "/device_authorization", { scope: "openid profile", ...fields }, { "user-agent": "TV/1.0" });

export async function waiting(context: RealmContext, client: TestClient, fields: Fields = {}): Promise<Waiting> {
  const response = await authorizeDevice(context, client, fields);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as Waiting;
}

export const poll = (
  context: RealmContext,
  client: TestClient,
  device: Pick<Waiting, "device_code">,
  fields: Fields = {},
): Promise<Response> =>
  ask(context, client, "/token", { grant_type: deviceCodeGrant, device_code: device.device_code, ...fields });

/** What a poll says: 200, or the error. */
export async function verdict(response: Response): Promise<string> {
  const body = await response.json<{ error?: string }>();
  return response.status === 200 ? "tokens" : `${response.status} ${body.error}`;
}

export const codePage = (context: RealmContext): string => `${context.realm.issuer}/device`;

export interface Person {
  readonly user: UserRow;
  readonly browser: Browser;
  readonly sid: string;
}

/** Somebody who is signed in in a browser of their own. */
export async function signedInPerson(context: RealmContext, user?: UserRow): Promise<Person> {
  const known = user ?? (await makeUser(context, { password: null }));
  const browser = new Browser(context.realm.hosts);
  const { cookie, sid } = await openAnotherSession(context, known);
  browser.plant(context.realm.authDomain, context.realm.settings.cookie_name, cookie);
  return { user: known, browser, sid };
}

/** Types a code and comes to whatever page follows. */
export async function typeCode(context: RealmContext, browser: Browser, code: string): Promise<Page> {
  return browser.submit(await browser.open(codePage(context)), "device-form", { "user-code": code });
}

export const decide = (browser: Browser, page: Page, decision: "allow" | "deny"): Promise<Page> =>
  browser.submit(page, "device-confirm-form", {}, decision);

export async function letIn(context: RealmContext, { browser }: Person, device: Waiting): Promise<Page> {
  const done = await decide(browser, await typeCode(context, browser, device.user_code), "allow");
  expect(done.html).toContain("Your device is connected");
  return done;
}

/** The object where a device waits. */
export const devicesObject = (context: RealmContext, device: Waiting): string =>
  `${context.realm.id}:devices:${device.user_code.charAt(0)}`;
