// Requests that are right in everything: of other sites, of main products and of applications that call through the vault.
import { cookie, PASSWORD, random } from "./kit.mjs";

const SESSION = "/api/auth/v1";
const one = (choices) => choices[Math.floor(Math.random() * choices.length)];
const DRIVE = "drive";

const webIdentity = (kit) => ({ "sec-fetch-dest": "webidentity", "sec-fetch-mode": "cors", origin: kit.home.site });
const ofReader = (kit) => cookie(kit.home.held.reader.session, `; qt-auth-embed=${kit.home.held.reader.session}`);
const clientId = (kit) => kit.home.client.client_id;

export const embedding = {
  "GET /embed": async (kit) => ({
    query: { client_id: clientId(kit), origin: kit.home.site },
    headers: { "sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate", accept: "text/html" },
  }),
  "POST /embed/session": async (kit) => ({
    json: { client_id: clientId(kit), origin: kit.home.site },
    headers: { ...ofReader(kit), origin: kit.issuer, "sec-fetch-site": "same-origin" },
  }),
  "GET /fedcm/accounts": async (kit) => ({ headers: { ...ofReader(kit), ...webIdentity(kit) } }),
  "GET /fedcm/client": async (kit) => ({ query: { client_id: clientId(kit) }, headers: webIdentity(kit) }),
  "POST /fedcm/assertion": async (kit) => ({
    form: {
      client_id: clientId(kit),
      account_id: String(kit.home.readerId),
      params: JSON.stringify({ nonce: random() }),
      disclosure_text_shown: "true",
      disclosure_shown_for: "name,email,picture",
    },
    headers: { ...ofReader(kit), ...webIdentity(kit) },
  }),
  "POST /fedcm/disconnect": async (kit) => ({
    form: { client_id: clientId(kit), account_hint: String(kit.home.readerId) },
    headers: { ...ofReader(kit), ...webIdentity(kit) },
  }),
};

const sso = (kit) => ({ "callback-url": `${kit.issuer}/`, "redirect-url": `${kit.issuer}/` });
const variant = (kit) => ({
  client_id: kit.home.ssoClient.client_id,
  redirect_uri: kit.home.ssoClient.redirect_uris[0],
  callback_uri: `${kit.issuer}/`,
  response_type: "code",
});

/** What a browser is sent on with: the parameters of an address. */
async function hop(kit, path, query) {
  const request = { path: `${path}?${new URLSearchParams(query)}`, headers: cookie(kit.home.held.reader.session) };
  const answer = await kit.send(request);
  return Object.fromEntries(new URL(answer.header("location") ?? "", kit.issuer).searchParams);
}

export const crossDomain = {
  "GET /authenticate": async (kit) => ({ query: sso(kit), headers: cookie(kit.home.held.reader.session) }),
  "GET /sessions/access-token/validate": async (kit) => ({ query: await hop(kit, "/authenticate", sso(kit)) }),
  [`GET ${SESSION}/sessions/access-token/validate`]: async (kit) => ({
    query: await hop(kit, "/authenticate", sso(kit)),
  }),
  [`GET ${SESSION}/oauth/auto-sso/authorize`]: async (kit) => ({
    query: variant(kit),
    headers: cookie(kit.home.held.reader.session),
  }),
  [`GET ${SESSION}/oauth/token`]: async (kit) => ({
    query: await hop(kit, `${SESSION}/oauth/auto-sso/authorize`, variant(kit)),
  }),
  ...Object.fromEntries(
    [`${SESSION}/access-token/integrations/{id}`, "/api/v1/access-token/integrations/{id}"].map((path) => [
      `GET ${path}`,
      async (kit) => ({
        path: path.replace("{id}", kit.home.client.integration_id),
        headers: cookie(kit.home.held.reader.session),
      }),
    ]),
  ),
};

const sourceKey = (kit) => ({ "x-api-key": kit.home.sourceKey.api_key });

async function linked(kit) {
  const { id } = await kit.stranger();
  const source_id = random();
  const verification_token = kit.handOver({ user_id: source_id });
  return { quickpass_user_id: `qp_${id}`, source: "product", source_id, verification_token };
}

export const products = {
  "POST /api/v1/auth/jwt": async (kit) => ({
    form: { token: kit.handOver({ email: `guinea-${random().toLowerCase()}@fuzz.localhost` }) },
    headers: { accept: "application/json" },
  }),
  "GET /api/v1/auth/jwt": async (kit) => ({
    query: { token: kit.handOver() },
    headers: { accept: "application/json" },
  }),
  "POST /api/v1/users/accounts/link": async (kit) => {
    const { email } = await kit.stranger();
    const request = {
      method: "POST",
      path: "/api/v1/auth/jwt",
      form: { token: kit.handOver({ email }) },
      headers: { accept: "application/json" },
    };
    const { link_token } = (await kit.send(request)).json();
    return { json: { link_token, ...one([{ create_new: true }, { password: PASSWORD }]) } };
  },
  "POST /api/v1/users/accounts": async (kit) => ({ json: await linked(kit), headers: sourceKey(kit) }),
  "DELETE /api/v1/users/accounts/{source}/{source_id}": async (kit) => {
    const json = await linked(kit);
    await kit.ask({ path: "/api/v1/users/accounts", json, headers: sourceKey(kit) }, 201);
    return { path: `/api/v1/users/accounts/${json.source}/${json.source_id}`, headers: sourceKey(kit) };
  },
};

const keysFor = (kit, { id }) => ({
  public_key: clientId(kit),
  private_key: kit.home.client.client_secret,
  user_id: String(id),
});
const ofReaderToo = (kit) => keysFor(kit, { id: kit.home.readerId });
const mapping = (kit) => ({ interface: { [DRIVE]: { url: `${kit.home.neighbours}/api/files` } } });

export const vault = {
  "POST /oauth/method/{provider}/call": async (kit) => ({
    path: `/oauth/method/${DRIVE}/call`,
    query: keysFor(kit, await kit.connected()),
    json: { url: `${kit.home.neighbours}/api/files`, method: "GET" },
  }),
  "GET /api/v1/mappings/{name}": async (kit) => ({ path: "/api/v1/mappings/files", query: ofReaderToo(kit) }),
  "PUT /api/v1/mappings/{name}": async (kit) => ({
    path: "/api/v1/mappings/files",
    query: ofReaderToo(kit),
    json: mapping(kit),
  }),
  "DELETE /api/v1/mappings/{name}": async (kit) => {
    const [path, query] = ["/api/v1/mappings/passing", ofReaderToo(kit)];
    await kit.send({ method: "PUT", path: `${path}?${new URLSearchParams(query)}`, json: mapping(kit) });
    return { path, query };
  },
  "DELETE /api/connection/{provider}": async (kit) => ({
    path: `/api/connection/${DRIVE}`,
    query: keysFor(kit, await kit.connected()),
  }),
};
