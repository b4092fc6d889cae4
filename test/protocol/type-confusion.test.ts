import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import { makeClientSecret } from "../../src/domain/clients/client-secret.ts";
import { deviceCodeGrant } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { letIn, signedInPerson, type Waiting, waiting } from "../device/support.ts";
import {
  authorizePath,
  bareTokenRequest,
  expectOAuthError,
  introspection,
  issued,
  postAs,
  redemption,
  refresh,
  signedInUser,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import {
  cookiesOf,
  formBody,
  makeClient,
  makeRealm,
  obtainCode,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

const browserCookie = "__Host-gatehouse-browser";

/** One realm with a client, a signed-in user and a browser in the middle of signing in. */
interface House {
  readonly context: RealmContext;
  readonly client: TestClient;
  readonly cookie: string;
  readonly browser: string;
  readonly csrf: string;
  readonly interaction: string;
}

async function openHouse(): Promise<House> {
  const context = await makeRealm();
  const plain = await makeClient(context, {
    grant_types: ["authorization_code", "refresh_token", "client_credentials", deviceCodeGrant],
    scopes: ["openid", "email", "reports"],
  });
  const made = await makeClientSecret(context, plain.clientId);
  await env.DB.prepare("update clients set secret_hash = ?, sealed_secret = ? where integration_id = ?")
    .bind(made.secretHash, made.sealedSecret, plain.integrationId)
    .run();
  const client = { ...plain, ...made };
  const { cookie } = await signedInUser(context);
  const asked = await request(`${context.realm.issuer}${await authorizePath(client)}`);
  const interaction = new URL(asked.headers.get("location") ?? "", context.realm.issuer).searchParams.get(
    "interaction",
  );
  const browser = cookiesOf(asked)[browserCookie] ?? "";
  const page = await request(`${context.realm.issuer}/sign-in?interaction=${interaction}`, {
    headers: { cookie: `${browserCookie}=${browser}` },
  });
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1];
  if (interaction === null || csrf === undefined) throw new Error("no sign-in page");
  return { context, client, cookie, browser, csrf, interaction };
}

/** How each kind of secret is made, fresh. */
const secrets: Record<string, (house: House) => Promise<string>> = {
  "authorization code": async ({ context, client, cookie }) =>
    (await obtainCode(context, client, cookie, { scope: "openid email" })).code,
  "refresh token": async ({ context, client }) =>
    (await issued(context, client, { scope: "openid" })).tokens.refresh_token,
  "access token": async ({ context, client }) =>
    (await issued(context, client, { scope: "openid" })).tokens.access_token,
  "another client's split access token": async ({ context }) =>
    (await issued(context, await makeClient(context, { access_token_format: "split" }), { scope: "openid" })).tokens
      .access_token,
  "client's own access token": async ({ context, client }) =>
    (await tokenAnswer(await tokenRequest(context, client, { grant_type: "client_credentials" }))).access_token,
  "ID token": async ({ context, client }) => (await issued(context, client, { scope: "openid" })).tokens.id_token,
  "session token": async ({ context }) => (await signedInUser(context)).cookie,
  "client secret": async ({ client }) => client.secret,
  "client secret's hash": async ({ client }) => client.secretHash ?? "",
  "client secret as sealed": async ({ client }) => client.sealedSecret ?? "",
  "signing key as sealed": async ({ context }) => context.realm.keys.rows[0]?.sealedPrivateJwk ?? "",
  "one-time sign-in token": async ({ context }) => {
    const [, site = ""] = context.realm.hosts;
    const query = new URLSearchParams({ "callback-url": `https://${site}`, "redirect-url": `https://${site}/` });
    const response = await request(`${context.realm.issuer}/authenticate?${query}`, {
      headers: { cookie: `qt-auth=${(await signedInUser(context)).cookie}` },
    });
    return new URL(response.headers.get("location") ?? "").searchParams.get("access-token") ?? "";
  },
  "integration token": async ({ context, client, cookie }) => {
    const response = await request(
      `${context.realm.issuer}/api/auth/v1/access-token/integrations/${client.integrationId}`,
      { headers: { cookie: `qt-auth=${cookie}` } },
    );
    return response.headers.get("x-integration-token") ?? "";
  },
  "device code": async ({ context, client }) => (await approvedDevice(context, client)).device_code,
  "user code, padded": async ({ context, client }) =>
    (await approvedDevice(context, client)).user_code.replace("-", "").padEnd(44, "A"),
  "device's page": async ({ context, client, cookie, browser, csrf }) => {
    const { user_code: code } = await waiting(context, client, { scope: "openid" });
    const init = formBody({ csrf, "user-code": code });
    const cookies = `${browserCookie}=${browser}; qt-auth=${cookie}`;
    const page = await request(`${context.realm.issuer}/device`, {
      ...init,
      headers: { ...init.headers, cookie: cookies },
    });
    return /name="interaction" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  },
  "CSRF token": async ({ csrf }) => csrf,
  interaction: async ({ interaction }) => interaction,
  "browser id": async ({ browser }) => browser,
};

/** A device that somebody has let in. */
async function approvedDevice(context: RealmContext, client: TestClient): Promise<Waiting> {
  const device = await waiting(context, client, { scope: "openid" });
  await letIn(context, await signedInPerson(context), device);
  return device;
}

const me = (house: House, headers: Record<string, string>) =>
  request(`${house.context.realm.issuer}/api/auth/v1/users/me`, { headers });

/** True when it was taken, false when it was refused as it should be; anything else is a fault. */
async function oauthTook(response: Response, status: number, error: string): Promise<boolean> {
  if (response.status === 200) return true;
  await expectOAuthError(response, status, error);
  return false;
}

function took(response: Response, refused: number): boolean {
  if (response.status === refused) expect(response.headers.get("location")).toBeNull();
  else expect([200, 302, 303, 401]).toContain(response.status);
  return response.status !== refused;
}

const signInForm = ({ context, browser, csrf, interaction }: House, change: { browser?: string; csrf?: string }) => {
  const init = formBody({ csrf: change.csrf ?? csrf, interaction, identifier: "nobody", password: randomHandle() });
  const cookie = `${browserCookie}=${change.browser ?? browser}`;
  return request(`${context.realm.issuer}/sign-in`, { ...init, headers: { ...init.headers, cookie } });
};

/** Every place that takes a secret. */
const consumers: Record<string, (house: House, value: string) => Promise<boolean>> = {
  "code at /token": async ({ context, client }, value) => {
    // No verifier: a code is taken for one that lacks it, and is not spent by that.
    const response = await tokenRequest(context, client, {
      ...redemption(client, value, ""),
      code_verifier: undefined,
    });
    const { error_description: why } = (await response.clone().json()) as { error_description: string };
    await expectOAuthError(response, 400, "invalid_grant");
    return why === "code_verifier is missing.";
  },
  "refresh_token at /token": async ({ context, client }, value) =>
    oauthTook(await refresh(context, client, value), 400, "invalid_grant"),
  "device_code at /token": async ({ context, client }, value) => {
    const fields = { grant_type: deviceCodeGrant, device_code: value };
    return oauthTook(await tokenRequest(context, client, fields), 400, "invalid_grant");
  },
  "interaction at /device": async ({ context, cookie, browser, csrf }, value) => {
    const init = formBody({ csrf, interaction: value, decision: "allow" });
    const cookies = `${browserCookie}=${browser}; qt-auth=${cookie}`;
    const sent = { ...init, headers: { ...init.headers, cookie: cookies } };
    return took(await request(`${context.realm.issuer}/device`, sent), 400);
  },
  "client_secret at /token": async ({ context, client }, value) => {
    const fields = { grant_type: "client_credentials", client_id: client.clientId, client_secret: value };
    return oauthTook(await bareTokenRequest(context, fields), 401, "invalid_client");
  },
  "bearer at /userinfo": async ({ context }, value) => {
    const { status } = await userinfo(context, value);
    expect([200, 401, 403]).toContain(status);
    return status === 200;
  },
  "token at /introspect": async ({ context, client }, value) =>
    (await introspection(context, client, value)).active === true,
  "id_token_hint at /authorize": async ({ context, client, cookie }, value) => {
    const outcome = await obtainCode(context, client, cookie, { id_token_hint: value, prompt: "none" }).then(
      () => "a code",
      (error: unknown) => String(error),
    );
    // A genuine hint of another user is answered login_required, which is taking it.
    expect(outcome).toMatch(/^a code$|error=login_required|error=invalid_request/);
    return !outcome.includes("error=invalid_request");
  },
  "id_token_hint at /end-session": async ({ context }, value) =>
    took(await request(`${context.realm.issuer}/end-session?${new URLSearchParams({ id_token_hint: value })}`), 400),
  "session cookie": async (house, value) => took(await me(house, { cookie: `qt-auth=${value}` }), 403),
  "session header": async (house, value) => took(await me(house, { "x-qt-auth": value }), 403),
  "access-token at /sessions/access-token/validate": async ({ context }, value) => {
    const [, site = ""] = context.realm.hosts;
    const query = new URLSearchParams({ "access-token": value, "redirect-url": `https://${site}/` });
    const response = await request(`https://${site}/api/auth/v1/sessions/access-token/validate?${query}`);
    if (response.status !== 200) expect(response.headers.getSetCookie()).toEqual([]);
    return took(response, 403);
  },
  "csrf of the sign-in form": async (house, value) => took(await signInForm(house, { csrf: value }), 403),
  "browser cookie of the sign-in form": async (house, value) => took(await signInForm(house, { browser: value }), 403),
  "interaction at /authorize/resume": async ({ context, browser }, value) =>
    took(
      await request(`${context.realm.issuer}/authorize/resume?${new URLSearchParams({ interaction: value })}`, {
        headers: { cookie: `${browserCookie}=${browser}` },
      }),
      400,
    ),
};

/** Who is taken where; the last one that is used up comes last. */
const rightful: Record<string, readonly string[]> = {
  "authorization code": ["code at /token"],
  "refresh token": ["token at /introspect", "refresh_token at /token"],
  "access token": ["token at /introspect", "bearer at /userinfo"],
  "another client's split access token": ["bearer at /userinfo"],
  "client's own access token": ["token at /introspect"],
  "ID token": ["id_token_hint at /authorize", "id_token_hint at /end-session"],
  "session token": ["session cookie", "session header"],
  "client secret": ["client_secret at /token"],
  "client secret's hash": [],
  "client secret as sealed": [],
  "signing key as sealed": [],
  "one-time sign-in token": ["access-token at /sessions/access-token/validate"],
  "integration token": [],
  "device code": ["device_code at /token"],
  "user code, padded": [],
  "device's page": ["interaction at /authorize/resume", "interaction at /device"],
  "CSRF token": ["csrf of the sign-in form"],
  interaction: ["interaction at /authorize/resume"],
  "browser id": ["browser cookie of the sign-in form"],
};

let house: House;
let neighbour: House;
beforeAll(async () => {
  [house, neighbour] = await Promise.all([openHouse(), openHouse()]);
});

describe("CODE-14 JWT-05 RT-13 each secret is good for its own purpose only (CVE-2026-4282, RFC 8725 §3.12)", () => {
  it.each(Object.entries(secrets))("%s", async (kind, make) => {
    const value = await make(house);
    expect(value.length).toBeGreaterThan(20);
    const right = rightful[kind] ?? [];
    for (const [where, consume] of Object.entries(consumers).filter(([name]) => !right.includes(name)))
      expect(await consume(house, value), where).toBe(false);
    // Having been tried everywhere else, it is still what it was.
    for (const where of right) expect(await consumers[where]?.(house, value), where).toBe(true);
  });

  it.each(Object.entries(secrets))(
    "CODE-08 SE-05 JWT-07 %s is good for nothing at a neighbouring realm",
    async (_kind, make) => {
      const value = await make(house);
      for (const [where, consume] of Object.entries(consumers))
        expect(await consume(neighbour, value), where).toBe(false);
    },
  );

  it.each(Object.entries(secrets).filter(([kind]) => !/^(?:refresh|access) token$|own access/.test(kind)))(
    "IR-06 %s cannot be revoked for a token",
    async (kind, make) => {
      const value = await make(house);
      const response = await postAs(house.context, house.client, "/revoke", { token: value });
      expect(response.status).toBe(200);
      for (const where of rightful[kind] ?? []) expect(await consumers[where]?.(house, value), where).toBe(true);
    },
  );
});
