// Requests that are right in everything: of somebody who exists, with credentials of the moment, what was mailed and what is owed.
import { cookie, NEXT_PASSWORD, PASSWORD, random } from "./kit.mjs";
import { operators } from "./prepared-operators.mjs";
import { crossDomain, embedding, products, vault } from "./prepared-sites.mjs";

// Named so that it is not looked at with the types of Node: it is of workerd's tests.
const authenticatorAt = new URL("../../test/two-factor/authenticator.ts", import.meta.url).href;
const { Authenticator } = await import(authenticatorAt);

const OAUTH_AT = ["", "/v1", "/api/auth/v1/oauth"];
const SESSION = "/api/auth/v1";
const one = (choices) => choices[Math.floor(Math.random() * choices.length)];

/** Half a sign-in, by its cookie. */
async function halfSignIn(kit, { email }) {
  const answer = await kit.send({ method: "POST", path: `${SESSION}/login`, json: { email, password: PASSWORD } });
  return { cookie: `tfa-auth=${answer.cookie("tfa-auth")}` };
}

const provenBy = ({ secret, recoveryCodes }, kit) =>
  one([{ token: kit.totp(secret) }, { "recovery-code": recoveryCodes[0] }]);

/** A ceremony's options, and the cookie that names it. */
async function ceremony(kit, kind, headers, json = {}) {
  const answer = await kit.send({ method: "POST", path: `${SESSION}/passkeys/${kind}/options`, headers, json });
  const [, browser] = /\r\nset-cookie: *((?:__Host-)?gatehouse-browser=[^;\r]*)/i.exec(answer.head) ?? [];
  return { options: answer.json(), headers: { cookie: [headers.cookie, browser].filter(Boolean).join("; ") } };
}

async function withPasskey(kit) {
  const person = await kit.newcomer();
  const device = await Authenticator.on(kit.issuer);
  const { options, headers } = await ceremony(kit, "registration", cookie(person.session));
  const json = { credential: await device.create(options), name: "A key" };
  await kit.send({ method: "POST", path: `${SESSION}/passkeys/registration/verify`, headers, json });
  return { ...person, device };
}

const oauth = (at) => ({
  [`GET ${at}/authorize`]: async (kit) => ({
    query: kit.request().fields,
    headers: cookie(kit.home.held.reader.session),
  }),
  [`POST ${at}/authorize`]: async (kit) => ({
    form: kit.request().fields,
    headers: cookie(kit.home.held.reader.session),
  }),
  [`POST ${at}/par`]: async (kit) => ({ form: kit.request().fields, headers: kit.home.basic }),
  [`POST ${at}/token`]: async (kit) => {
    const { session } = kit.home.held.reader;
    const grants = [
      () => kit.redemption(session),
      async () => ({ grant_type: "refresh_token", refresh_token: (await kit.tokens(session)).refresh_token }),
      async () => ({ grant_type: "client_credentials" }),
    ];
    return { form: await one(grants)(), headers: kit.home.basic };
  },
  [`POST ${at}/device_authorization`]: async (kit) => ({ form: { scope: "openid profile" }, headers: kit.home.basic }),
  [`POST ${at}/introspect`]: async (kit) => {
    const tokens = await kit.tokens(kit.home.held.reader.session);
    return { form: { token: one([tokens.access_token, tokens.refresh_token]) }, headers: kit.home.basic };
  },
  [`POST ${at}/revoke`]: async (kit) => {
    const tokens = await kit.tokens((await kit.newcomer()).session);
    return { form: { token: one([tokens.access_token, tokens.refresh_token]) }, headers: kit.home.basic };
  },
  [`GET ${at}/end-session`]: async (kit) => {
    const { session } = await kit.newcomer();
    const { id_token } = await kit.tokens(session);
    return { query: { id_token_hint: id_token, state: random() }, headers: cookie(session) };
  },
  [`POST ${at}/end-session`]: async (kit) => {
    const { session } = await kit.newcomer();
    const { id_token } = await kit.tokens(session);
    return { form: { id_token_hint: id_token, client_id: kit.home.client.client_id }, headers: cookie(session) };
  },
});

const registration = {
  "POST /register": async (kit) => ({
    json: { client_name: "Guinea", redirect_uris: [kit.home.redirectUri], grant_types: ["authorization_code"] },
  }),
  "PUT /register/{client}": async (kit) => {
    const json = { client_name: "Guinea", redirect_uris: [kit.home.redirectUri] };
    const { client_id, registration_access_token } = await kit.ask({ path: "/register", json }, 201);
    const headers = { authorization: `Bearer ${registration_access_token}` };
    return { path: `/register/${client_id}`, json: { ...json, client_id, client_name: "Another name" }, headers };
  },
};

const byMailedToken = async (kit) => {
  const person = await kit.stranger();
  await kit.ask({ path: `${SESSION}/users/forgot-password`, json: { email: person.email } });
  return { json: { token: await kit.tokenTo(person.email), "new-password": NEXT_PASSWORD } };
};

const session = {
  [`POST ${SESSION}/signup`]: async () => ({
    json: { email: `guinea-${random().toLowerCase()}@fuzz.localhost`, password: PASSWORD, name: "Guinea" },
  }),
  [`POST ${SESSION}/login`]: async (kit) => {
    const { email } = await kit.stranger();
    if (Math.random() < 0.5) return { json: { email, password: PASSWORD } };
    await kit.ask({ path: `${SESSION}/users/send-otp`, json: { email } });
    return { json: { email, otp: await kit.codeTo(email) } };
  },
  [`POST ${SESSION}/users/send-otp`]: async (kit) => ({ json: { email: (await kit.stranger()).email } }),
  [`POST ${SESSION}/users/forgot-password`]: async (kit) => ({ json: { email: (await kit.stranger()).email } }),
  [`POST ${SESSION}/users/update-with-otp`]: async (kit) => {
    const { email, session: own } = await kit.newcomer({ email_verified: false });
    await kit.ask({ path: `${SESSION}/users/send-otp`, headers: cookie(own), json: { email } });
    return { json: { otp: await kit.codeTo(email), user: { email } }, headers: cookie(own) };
  },
  [`POST ${SESSION}/users/reset-password`]: async (kit) => {
    const { email } = await kit.stranger();
    await kit.ask({ path: `${SESSION}/users/send-otp`, json: { email } });
    return { json: { email, otp: await kit.codeTo(email), "new-password": NEXT_PASSWORD } };
  },
  [`POST ${SESSION}/users/reset-password-with-token`]: byMailedToken,
  [`POST ${SESSION}/users/reset-password-token`]: byMailedToken,
  [`GET ${SESSION}/users/verify-email`]: async (kit) => {
    const { email } = await kit.stranger({ email_verified: false });
    await kit.ask({ path: `${SESSION}/users/send-verification-link`, json: { email } });
    return { query: { token: await kit.tokenTo(email), "redirect-url": `${kit.issuer}/` } };
  },
  [`POST ${SESSION}/users/change-password`]: async (kit) => {
    const { session: own } = await kit.newcomer();
    return { json: { "current-password": PASSWORD, "new-password": NEXT_PASSWORD }, headers: cookie(own) };
  },
  [`POST ${SESSION}/tfa/enable`]: async (kit) => {
    const { session: own } = await kit.newcomer();
    const { secret } = await kit.ask({ path: `${SESSION}/tfa/qr-code`, headers: cookie(own) });
    return { json: { token: kit.totp(secret) }, headers: cookie(own) };
  },
  [`POST ${SESSION}/tfa/validate`]: async (kit) => {
    const person = await kit.enrolled();
    return { json: provenBy(person, kit), headers: await halfSignIn(kit, person) };
  },
  [`POST ${SESSION}/tfa/disable`]: async (kit) => {
    const person = await kit.enrolled();
    return { json: provenBy(person, kit), headers: cookie(person.session) };
  },
  [`POST ${SESSION}/tfa/recovery-codes`]: async (kit) => ({
    json: {},
    headers: cookie((await kit.enrolled()).session),
  }),
  [`POST ${SESSION}/passkeys/registration/verify`]: async (kit) => {
    const { session: own } = await kit.newcomer();
    const device = await Authenticator.on(kit.issuer);
    const { options, headers } = await ceremony(kit, "registration", cookie(own));
    return { json: { credential: await device.create(options), name: "A key" }, headers };
  },
  [`POST ${SESSION}/passkeys/authentication/verify`]: async (kit) => {
    const { device } = await withPasskey(kit);
    const { options, headers } = await ceremony(kit, "authentication", {});
    return { json: { credential: await device.get(options) }, headers };
  },
  [`PATCH ${SESSION}/passkeys/{id}`]: async (kit) => {
    const { device, session: own } = await withPasskey(kit);
    return { path: `${SESSION}/passkeys/${device.id}`, json: { name: "Another name" }, headers: cookie(own) };
  },
  [`DELETE ${SESSION}/passkeys/{id}`]: async (kit) => {
    const { device, session: own } = await withPasskey(kit);
    return { path: `${SESSION}/passkeys/${device.id}`, headers: cookie(own) };
  },
};

const split = {
  "POST /api/auth/login": async (kit) => ({ json: { email: (await kit.stranger()).email, password: PASSWORD } }),
  "POST /api/auth/login/otp": async (kit) => {
    const { email } = await kit.stranger();
    await kit.ask({ path: `${SESSION}/users/send-otp`, json: { email } });
    return { json: { email, otp: await kit.codeTo(email) } };
  },
  "POST /api/auth/login/second-factor": async (kit) => {
    const person = await kit.enrolled();
    const request = { method: "POST", path: "/api/auth/login", json: { email: person.email, password: PASSWORD } };
    const half = (await kit.send(request)).cookie("tfa-auth");
    const proof = one([{ token: kit.totp(person.secret) }, { recoveryCode: person.recoveryCodes[0] }]);
    return { json: proof, headers: { cookie: `tfa-auth=${half}` } };
  },
  "POST /api/auth/refresh-token": async (kit) => {
    const json = { email: (await kit.stranger()).email, password: PASSWORD };
    return { json: { refreshToken: (await kit.ask({ path: "/api/auth/login", json })).refreshToken } };
  },
};

const qiota = Object.fromEntries(
  ["/v1", "/api/v1"].flatMap((at) => [
    [
      `POST ${at}/login`,
      async (kit) => ({
        form: { ...kit.request().fields, email: (await kit.stranger()).email, password: PASSWORD },
        headers: { origin: kit.issuer },
      }),
    ],
    [
      `POST ${at}/register`,
      async (kit) => ({
        form: {
          client_id: kit.home.client.client_id,
          email: `guinea-${random().toLowerCase()}@fuzz.localhost`,
          password: PASSWORD,
        },
        headers: { accept: "application/json" },
      }),
    ],
    [
      `POST ${at}/password/reset`,
      async (kit) => {
        const { email } = await kit.stranger();
        await kit.send({ method: "POST", path: "/v1/password/forgot", form: { email } });
        return {
          form: { token: await kit.tokenTo(email), password: NEXT_PASSWORD },
          headers: { accept: "application/json" },
        };
      },
    ],
  ]),
);

/** By endpoint, as the document names it. */
const RECIPES = {
  ...Object.assign({}, ...OAUTH_AT.map(oauth)),
  ...registration,
  ...qiota,
  ...session,
  ...split,
  ...products,
  ...embedding,
  ...crossDomain,
  ...vault,
  ...operators,
};

export const recipes = () => Object.keys(RECIPES);

export const isPrepared = (endpoint) => Object.hasOwn(RECIPES, endpoint);

/** @returns `{ path, query?, form?, json?, headers? }` */
export async function prepare(kit, endpoint) {
  const [, path] = endpoint.split(" ");
  return { path, ...(await RECIPES[endpoint](kit)) };
}
