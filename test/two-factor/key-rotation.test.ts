import { jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { utf8 } from "../../src/lib/base64url.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import { codeIn, linkIn, newestTo } from "../messages/mailbox.ts";
import { parsePage } from "../support/browser.ts";
import { dropped, rotated, type Send } from "../support/deployments.ts";
import {
  basicAuth,
  config,
  cookiesOf,
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  request,
  signIn,
} from "../support/world.ts";
import { Authenticator } from "./authenticator.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { addPasskey, codeOf, countSessions, halfway, makeEnrolled, optionsFor } from "./support.ts";

useFrozenClock();
afterEach(() => {
  vi.restoreAllMocks();
});

/** What somebody holds from before a deployment. */
interface Held {
  /** Whose sessions it could open. */
  readonly userId: number;
  readonly use: (send: Send) => Promise<Response>;
  /** Its success, beyond the status. */
  readonly works?: (response: Response) => Promise<void>;
}

const at = (context: RealmContext, path: string): string => `${context.realm.issuer}/api/auth/v1${path}`;
const withCookies = (cookies: Record<string, string | undefined>): Record<string, string> => ({
  cookie: Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; "),
});
const opensSession = async (response: Response): Promise<void> =>
  expect(cookiesOf(response)["qt-auth"]).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);

async function authenticatorApp(context: RealmContext): Promise<Held> {
  const { user, secret } = await makeEnrolled(context);
  later(step);
  return {
    userId: user.id,
    use: async (send) => {
      const body = { email: user.email, password: goodPassword };
      const half = await send(at(context, "/login"), jsonBody(body));
      expect([half.status, Object.keys(cookiesOf(half))]).toEqual([200, ["tfa-auth"]]);
      const cookie = withCookies({ "tfa-auth": cookiesOf(half)["tfa-auth"] });
      return send(at(context, "/tfa/validate"), jsonBody({ token: codeOf(secret) }, cookie));
    },
    works: opensSession,
  };
}

async function halfSignIn(context: RealmContext): Promise<Held> {
  const { user, recoveryCodes } = await makeEnrolled(context);
  const { tfa } = await halfway(context, user);
  const body = { "recovery-code": recoveryCodes[0] };
  return {
    userId: user.id,
    use: (send) => send(at(context, "/tfa/validate"), jsonBody(body, withCookies({ "tfa-auth": tfa }))),
    works: opensSession,
  };
}

/** A user, what send-otp left in their browser, and the code it sent. */
async function codeSent(context: RealmContext) {
  const user = await makeUser(context, { emailVerified: true });
  const sent = await request(at(context, "/users/send-otp"), jsonBody({ email: user.email }));
  return { user, otp: codeIn(await newestTo(context, user.email)), cookies: cookiesOf(sent) };
}

async function otpCookie(context: RealmContext): Promise<Held> {
  const { user, otp, cookies } = await codeSent(context);
  return {
    userId: user.id,
    use: (send) => send(at(context, "/users/update-with-otp"), jsonBody({ otp }, withCookies(cookies))),
    works: async (response) => expect(await response.json()).toEqual({ message: "The address is confirmed." }),
  };
}

async function oneTimeCode(context: RealmContext): Promise<Held> {
  const { user, otp } = await codeSent(context);
  return {
    userId: user.id,
    use: (send) => send(at(context, "/login"), jsonBody({ email: user.email, otp })),
    works: opensSession,
  };
}

async function resetLink(context: RealmContext): Promise<Held> {
  const user = await makeUser(context, { emailVerified: true });
  await request(at(context, "/users/forgot-password"), jsonBody({ email: user.email }));
  const token = linkIn(await newestTo(context, user.email)).searchParams.get("token");
  const next = "cobalt-meadow-lantern-52";
  const body = { token, "new-password": next, "confirm-password": next };
  return {
    userId: user.id,
    use: (send) => send(at(context, "/users/reset-password-with-token"), jsonBody(body)),
    works: async () => expect(await signIn(context, user, next)).not.toBe(""),
  };
}

async function interaction(context: RealmContext): Promise<Held> {
  const user = await makeUser(context);
  const client = await makeClient(context);
  const sent = await request(authorizeUrl(context, client));
  const address = new URL(sent.headers.get("location") ?? "", context.realm.issuer);
  const cookie = withCookies(cookiesOf(sent));
  const { forms } = await parsePage(await (await request(address.href, { headers: cookie })).text());
  const form = forms.find(({ id }) => id === "sign-in-form");
  const fields = Object.fromEntries(form?.fields.map(({ name, value }) => [name, value]) ?? []);
  const init = formBody({ ...fields, identifier: user.email ?? "", password: goodPassword });
  const headers = { ...init.headers, ...cookie, origin: context.realm.issuer, accept: "text/html" };
  return {
    userId: user.id,
    use: async (send) => {
      const signedIn = await send(new URL(form?.action ?? "", address).href, { ...init, headers });
      if (signedIn.status !== 303) return signedIn;
      const session = { ...cookiesOf(sent), ...cookiesOf(signedIn) };
      const next = new URL(signedIn.headers.get("location") ?? "", address);
      return send(next.href, { headers: withCookies(session) });
    },
    works: async (response) =>
      expect(response.headers.get("location")).toMatch(/^https:\/\/partner\.test\/callback\?code=/),
  };
}

async function passkeyCeremony(context: RealmContext): Promise<Held> {
  const user = await makeUser(context);
  const device = await Authenticator.on(context.realm.issuer);
  await addPasskey(context, device, { "qt-auth": await signIn(context, user) });
  const { options, browser } = await optionsFor(context, "authentication", {});
  const body = { credential: await device.get(options) };
  return {
    userId: user.id,
    use: (send) => send(at(context, "/passkeys/authentication/verify"), jsonBody(body, withCookies(browser))),
    works: opensSession,
  };
}

async function integrationSecret(context: RealmContext): Promise<Held> {
  const user = await makeUser(context);
  const session = await signIn(context, user);
  const made = await request(`${context.realm.issuer}/admin/v1/realms/${context.realm.id}/clients`, {
    ...jsonBody({ name: "Comments", redirect_uris: ["https://comments.test/cb"] }),
    headers: { authorization: `Bearer ${config.adminToken}`, "content-type": "application/json" },
  });
  const { client_id: id, client_secret: secret } = await made.json<Record<string, string>>();
  return {
    userId: user.id,
    use: (send) =>
      send(at(context, `/access-token/integrations/${id}`), { headers: withCookies({ "qt-auth": session }) }),
    works: async (response) => {
      const token = response.headers.get("x-integration-token") ?? "";
      expect((await jwtVerify(token, utf8(secret ?? ""))).payload.id).toBe(user.id);
    },
  };
}

const held: [string, (context: RealmContext) => Promise<Held>, ok: number, refused: [number, string]][] = [
  ["the secret of an authenticator app", authenticatorApp, 200, [401, "otp-mismatch"]],
  ["half a sign-in, in tfa-auth", halfSignIn, 200, [403, "session-required"]],
  ["the address a code went to, in otp-auth", otpCookie, 200, [403, "session-required"]],
  ["a one-time code that was sent", oneTimeCode, 200, [401, "otp-mismatch"]],
  ["the link of a reset", resetLink, 200, [403, "invalid-token"]],
  ["a request on its way through the pages", interaction, 302, [403, "form-expired"]],
  ["a passkey's challenge", passkeyCeremony, 200, [401, "bad_credential"]],
  ["an integration's secret", integrationSecret, 200, [404, "not-found"]],
];

describe("the key-encryption keys are rotated", () => {
  it.each(held)("and %s stays good", async (_, prepare, status) => {
    const context = await makeRealm();
    const { use, works } = await prepare(context);
    const response = await use(rotated(context));
    expect(response.status, await response.clone().text()).toBe(status);
    await works?.(response);
  });

  it.each(held)(
    "RE-18 and dropped too early: %s opens nothing, and nothing is told",
    async (_, prepare, _ok, refused) => {
      const context = await makeRealm();
      const { userId, use } = await prepare(context);
      const sessions = await countSessions(context, userId);
      const log = vi.spyOn(console, "error").mockImplementation(() => {});
      const response = await use(dropped(context));
      const told = await response.text();
      expect([response.status, response.headers.get("x-error-code")], told).toEqual(refused);
      expect(told).not.toMatch(/decrypt|OperationError|key-encryption|\bt[12]\.|\bat [\w.<>]+ \(/i);
      expect(response.headers.get("x-qt-auth") ?? response.headers.get("x-integration-token")).toBeNull();
      expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
      expect(log).not.toHaveBeenCalled();
      expect(await countSessions(context, userId)).toBe(sessions);
    },
  );

  it("and recovery codes and client authentication need none of them", async () => {
    const context = await makeRealm();
    const { user, recoveryCodes } = await makeEnrolled(context);
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const send = dropped(context);
    const half = await send(at(context, "/login"), jsonBody({ email: user.email, password: goodPassword }));
    const cookie = withCookies({ "tfa-auth": cookiesOf(half)["tfa-auth"] });
    const body = { "recovery-code": recoveryCodes[0] };
    expect((await send(at(context, "/tfa/validate"), jsonBody(body, cookie))).status).toBe(200);
    const init = formBody({ token: "unknown" });
    const headers = { ...init.headers, authorization: basicAuth(machine) };
    const told = await send(`${context.realm.issuer}/introspect`, { ...init, headers });
    expect([told.status, await told.json()]).toEqual([200, { active: false }]);
  });

  it("RE-18 and dropped too early: a realm that cannot sign answers 503 to the right password, and opens no session", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await dropped(context)(
      at(context, "/login"),
      jsonBody({ email: user.email, password: goodPassword }),
    );
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({ error: { code: "temporarily_unavailable" } });
    expect(log).toHaveBeenCalledOnce();
    expect(await countSessions(context, user.id)).toBe(0);
    expect(await signIn(context, user)).not.toBe("");
  });
});
