import { env } from "cloudflare:workers";
import { Secret, TOTP } from "otpauth/slim";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { cookiesOf, goodPassword, jsonBody, makeUser, request, signIn } from "../support/world.ts";
import type { Authenticator, Bends } from "./authenticator.ts";

export type Cookies = Readonly<Record<string, string | undefined>>;
export type Json = Record<string, unknown>;

const cookieHeader = (cookies: Cookies): Record<string, string> => {
  const pairs = Object.entries(cookies).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0 ? {} : { cookie: pairs.map(([name, value]) => `${name}=${value}`).join("; ") };
};

/** A call of the session API. */
export function api(
  context: RealmContext,
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  cookies: Cookies,
  body?: unknown,
  headers: Record<string, string> = {},
  host = context.realm.authDomain,
): Promise<Response> {
  const all = { ...cookieHeader(cookies), ...headers };
  const init = body === undefined ? { headers: all } : jsonBody(body, all);
  return request(`https://${host}/api/auth/v1${path}`, { ...init, method });
}

/** The code that an app shows `steps` after now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

/** Codes of neither the current step nor the one before. */
export function wrongCodes(secret: string, howMany: number): string[] {
  const right = new Set([-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps)));
  const codes: string[] = [];
  for (let code = 100_000; codes.length < howMany; code++) if (!right.has(String(code))) codes.push(String(code));
  return codes;
}

export interface Enrolled {
  readonly user: UserRow;
  readonly secret: string;
  readonly recoveryCodes: string[];
  /** The session that enabled it, as it goes on. */
  readonly session: string;
}

/** Sets an authenticator app up in a session. */
export async function enableTotp(context: RealmContext, session: string): Promise<Omit<Enrolled, "user">> {
  const shown = await api(context, "GET", "/tfa/qr-code", { "qt-auth": session });
  if (shown.status !== 200) throw new Error(`qr-code answered ${shown.status}: ${await shown.text()}`);
  const { secret } = await shown.json<{ secret: string }>();
  const enabled = await api(context, "POST", "/tfa/enable", { "qt-auth": session }, { token: codeOf(secret) });
  if (enabled.status !== 200) throw new Error(`enable answered ${enabled.status}: ${await enabled.text()}`);
  const answer = await enabled.json<{ "recovery-codes": string[] }>();
  return { secret, recoveryCodes: answer["recovery-codes"], session: cookiesOf(enabled)["qt-auth"] ?? "" };
}

/** A user with an authenticator app. Its first code has been used: tests move the clock on by a step. */
export async function makeEnrolled(context: RealmContext): Promise<Enrolled> {
  const user = await makeUser(context);
  return { user, ...(await enableTotp(context, await signIn(context, user))) };
}

/** The first half of a sign-in: what POST /login answers, and its cookie. */
export async function halfway(
  context: RealmContext,
  user: { email: string | null },
): Promise<{ response: Response; tfa: string }> {
  const response = await api(context, "POST", "/login", {}, { email: user.email, password: goodPassword });
  return { response, tfa: cookiesOf(response)["tfa-auth"] ?? "" };
}

/** How many sessions the user has. */
export const countSessions = async (context: RealmContext, userId: number): Promise<number> =>
  (await context.objects.call(userId, (object) => object.sessions())).length;

/** Changes the realm's setting, as an operator does. */
export async function setTfa(context: RealmContext, tfa: string): Promise<void> {
  const response = await request(`${context.realm.issuer}/admin/v1/realms/${context.realm.id}`, {
    ...jsonBody({ settings: { tfa } }, { authorization: `Bearer ${env.ADMIN_TOKEN}` }),
    method: "PATCH",
  });
  if (response.status !== 200) throw new Error(`the setting was not taken: ${await response.text()}`);
}

/** Asks for the options of a ceremony, as a browser does: with the cookie that names it. */
export async function optionsFor(
  context: RealmContext,
  ceremony: "registration" | "authentication",
  cookies: Cookies,
  body: Json = {},
  host = context.realm.authDomain,
): Promise<{ options: Json; browser: Cookies }> {
  const response = await api(context, "POST", `/passkeys/${ceremony}/options`, cookies, body, {}, host);
  if (response.status !== 200) throw new Error(`options answered ${response.status}: ${await response.text()}`);
  const name = "__Host-gatehouse-browser";
  return { options: await response.json<Json>(), browser: { [name]: cookiesOf(response)[name] ?? cookies[name] } };
}

/** Makes a passkey on a device and has it kept. */
export async function addPasskey(
  context: RealmContext,
  device: Authenticator,
  cookies: Cookies,
  body: Json = {},
  bends: Bends = {},
): Promise<{ response: Response; browser: Cookies }> {
  const { "second-factor": secondFactor = false } = body;
  const { options, browser } = await optionsFor(context, "registration", cookies, { "second-factor": secondFactor });
  const response = await api(
    context,
    "POST",
    "/passkeys/registration/verify",
    { ...cookies, ...browser },
    {
      ...body,
      credential: await device.create(options, bends),
    },
  );
  return { response, browser };
}
