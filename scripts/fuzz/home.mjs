// The realm at whose endpoints is fuzzed, with credentials of every kind. What a request has ended is made anew.
import { createHash, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth/slim";
import { Connection } from "../../bench/lib/connection.mjs";

const AUTH_DOMAIN = "auth.fuzz.localhost";
const REDIRECT_URI = "https://partner.example.com/callback";
const SCOPE = "openid profile email offline_access";
const PASSWORD = "amber-lantern-quarry-47";
const SOURCE = "product";
const INTERFACE = "files";
const PROVIDER = "drive";
const TOKEN_AGE_MS = 240_000;
const CODES = 20;
const LEAVERS = 4;
const UNLIMITED = {
  sign_in_per_address_per_minute: 0,
  sign_up_per_address_per_minute: 0,
  guests_per_address_per_minute: 0,
  wrong_secrets_per_address_per_minute: 1_000_000,
  client_documents_per_address_per_minute: 0,
  client_registrations_per_address_per_minute: 0,
  device_authorizations_per_address_per_minute: 0,
  messages_per_address_per_minute: 0,
  session_checks_per_key_per_minute: 100_000,
  vault_calls_per_client_per_minute: 0,
};

const random = () => randomBytes(18).toString("base64url");
const hashOf = (token) => createHash("sha256").update(token).digest("hex");
const cookie = (session) => ({ cookie: `qt-auth=${session}` });
const bearer = (token) => ({ authorization: `Bearer ${token}` });

export class Home {
  #operators;
  #neighbours;
  #canaries;
  #connection;
  #madeAt = 0;
  #people = {};
  #peopleMade = 0;
  held = {};

  /** @param operators calls the admin API: `(method, resource, json, status)` */
  constructor({ port, operators, neighbours, canaries }) {
    this.#operators = operators;
    this.#neighbours = neighbours;
    this.#canaries = canaries;
    this.host = `${AUTH_DOMAIN}:${port}`;
    this.redirectUri = REDIRECT_URI;
    this.scope = SCOPE;
    this.#connection = new Connection({ port, host: this.host });
  }

  async furnish() {
    const { id } = await this.#operators("POST", "realms", {
      name: "Fuzz",
      kind: "frontend",
      domains: [AUTH_DOMAIN],
      auth_domain: AUTH_DOMAIN,
      settings: { rate_limits: UNLIMITED, registration: "open", embedding: true },
    });
    this.realm = `realms/${id}`;
    this.client = await this.#operators("POST", `${this.realm}/clients`, {
      name: "Fuzz",
      type: "confidential",
      first_party: true,
      redirect_uris: [REDIRECT_URI],
      grant_types: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
      ],
      scopes: SCOPE.split(" "),
      token_endpoint_auth_method: "client_secret_basic",
    });
    const { client_id: clientId, client_secret: secret } = this.client;
    this.basic = { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}` };
    this.site = new URL(REDIRECT_URI).origin;
    this.neighbours = this.#neighbours.origin;
    this.ssoClient = await this.#operators("POST", `${this.realm}/clients`, {
      name: "Variant",
      first_party: true,
      redirect_uris: [`http://${this.host}/api/auth/v1/oauth/token`],
    });
    const ofClient = { scopes: ["sessions:verify", "vault:use", "webhooks:manage"] };
    this.clientKey = await this.#operators("POST", `${this.realm}/clients/${clientId}/api-keys`, ofClient);
    const ofSource = {
      issuer: "http://product.test",
      algorithm: "HS256",
      secret: random() + random(),
      allow_get: true,
    };
    await this.#operators("PUT", `${this.realm}/sources/${SOURCE}`, ofSource);
    this.source = ofSource;
    const scopes = ["accounts:read", "accounts:write", "sessions:verify", "webhooks:manage"];
    this.sourceKey = await this.#operators("POST", `${this.realm}/sources/${SOURCE}/api-keys`, { scopes });
    const secretThere = random();
    await this.#operators("PUT", `${this.realm}/providers/${PROVIDER}`, {
      type: "oauth2",
      purposes: ["vault"],
      client_id: "us-there",
      client_secret: secretThere,
      authorize_url: `${this.#neighbours.origin}/authorize`,
      token_url: `${this.#neighbours.origin}/token`,
      vault_scopes: ["files"],
      api_hosts: ["127.0.0.1"],
    });
    const webhook = { url: `${this.#neighbours.origin}/hook`, events: ["session.created"] };
    this.webhook = await this.#operators("POST", `${this.realm}/webhooks`, webhook);
    const { secret: webhookSecret } = this.webhook;
    const planted = {
      "the client's secret": secret,
      "the client's API key": this.clientKey.api_key,
      "the main product's secret": ofSource.secret,
      "the main product's API key": this.sourceKey.api_key,
      "the secret at a provider": secretThere,
      "the webhook's secret": webhookSecret,
      "a password": PASSWORD,
    };
    for (const [name, text] of Object.entries(planted)) this.#canaries.plant(name, text);
    for (const name of ["reader", "admin", "leaver"]) await this.#makePerson(name);
    await this.#makeKeeper();
    await this.renew();
  }

  async #makePerson(name) {
    this.#peopleMade += 1;
    const email = `${name}-${this.#peopleMade}@fuzz.localhost`;
    const roles = name === "admin" ? ["user", "admin", "sysadmin"] : ["user"];
    const user = { email, password: PASSWORD, email_verified: true, name, roles };
    const { id } = await this.#operators("POST", `${this.realm}/users`, user);
    this.#people[name] = { id, email };
    return this.#people[name];
  }

  /** Somebody with an authenticator app, whose secret is never to be seen again. */
  async #makeKeeper() {
    const headers = cookie(await this.#signIn(await this.#makePerson("keeper")));
    const { secret } = await this.#ask({ path: "/api/auth/v1/tfa/qr-code", headers });
    const token = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    const enabled = await this.#ask({ path: "/api/auth/v1/tfa/enable", headers, json: { token } });
    this.#canaries.plant("a TOTP secret", secret);
    for (const [at, code] of enabled["recovery-codes"].entries()) this.#canaries.plant(`recovery code ${at}`, code);
  }

  get readerId() {
    return this.#people.reader.id;
  }

  async #ask(request, status = 200) {
    return (await this.#connection.request(request, status)).json();
  }

  async #signIn({ email }) {
    const json = { email, password: PASSWORD };
    return (await this.#connection.request({ path: "/api/auth/v1/login", json })).cookie("qt-auth");
  }

  async #code(session, verifier) {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.client.client_id,
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    const request = { path: `/authorize?${query}`, headers: cookie(session) };
    return new URL((await this.#connection.request(request, 302)).header("location")).searchParams.get("code");
  }

  async #tokens(session) {
    const verifier = random() + random();
    const code = await this.#code(session, verifier);
    const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
    return this.#ask({ path: "/token", headers: this.basic, form });
  }

  /** Signs in again, as somebody new when a request has changed the account; and gets tokens. */
  async #enter(name) {
    const person = this.#people[name];
    const session = await this.#signIn(person).catch(async () => this.#signIn(await this.#makePerson(name)));
    this.held[name] = { session, tokens: await this.#tokens(session) };
  }

  async #isAlive(name) {
    const request = { path: "/userinfo", headers: bearer(this.held[name]?.tokens.access_token ?? "none") };
    return (await this.#connection.send(this.#connection.encode(request))).status === 200;
  }

  /** Makes anew what has ended, or soon will. */
  async renew() {
    const isOld = Date.now() - this.#madeAt > TOKEN_AGE_MS;
    for (const name of ["reader", "admin"]) if (isOld || !(await this.#isAlive(name))) await this.#enter(name);
    await this.#enter("leaver");
    this.leaving = [this.held.leaver.session];
    // Requests go on meanwhile, and may end this very account.
    for (let at = 1; at < LEAVERS; at += 1) {
      const session = await this.#signIn(this.#people.leaver).catch(() => undefined);
      if (session !== undefined) this.leaving.push(session);
    }
    const { reader } = this.held;
    this.verifier ??= random() + random();
    // Requests are made meanwhile: what they may use is replaced as a whole.
    const codes = [];
    for (let at = 0; at < CODES; at += 1) codes.push(await this.#code(reader.session, this.verifier));
    this.codes = codes;
    const split = {};
    for (const name of ["reader", "leaver"]) {
      const json = { email: this.#people[name].email, password: PASSWORD };
      split[name] = await this.#ask({ path: "/api/auth/login", json }).catch(() => this.split?.[name] ?? split.reader);
    }
    this.split = split;
    const form = { grant_type: "client_credentials" };
    this.clientTokens = await this.#ask({ path: "/token", headers: this.basic, form });
    await this.#register();
    await this.#connectDrive();
    await this.#makeWebhook();
    if (isOld) this.#madeAt = Date.now();
  }

  async #register() {
    const known = this.registered;
    if (known !== undefined) {
      const request = {
        path: `/register/${known.client_id}`,
        headers: bearer(known.registration_access_token),
      };
      if ((await this.#connection.send(this.#connection.encode(request))).status === 200) return;
    }
    const json = { client_name: "Registered", redirect_uris: [REDIRECT_URI] };
    this.registered = await this.#ask({ path: "/register", json }, 201);
  }

  /** The reader's account at a provider, and an interface over it. */
  async #connectDrive() {
    const { session } = this.held.reader;
    const about = { provider: PROVIDER, public_key: this.client.client_id, user_id: String(this.#people.reader.id) };
    const headers = cookie(session);
    const begin = { path: `/integrate/command?${new URLSearchParams(about)}`, headers };
    const begun = await this.#connection.send(this.#connection.encode(begin));
    const state = begun.status === 302 ? new URL(begun.header("location")).searchParams.get("state") : null;
    if (state !== null) {
      const kept = [...begun.head.matchAll(/\r\nset-cookie: *([^;\r]*)/gi)].map(([, pair]) => pair);
      const path = `/integrate/command?${new URLSearchParams({ code: "forgiving", state })}`;
      const back = { path, headers: { cookie: [headers.cookie, ...kept].join("; ") } };
      await this.#connection.send(this.#connection.encode(back));
    }
    for (const [at, token] of this.#neighbours.newestTokens().entries())
      this.#canaries.plant(`a token of a provider, ${at}`, token);
    const mapping = { interface: { [PROVIDER]: { url: `${this.#neighbours.origin}/api/files` } } };
    const request = { method: "PUT", path: `/api/v1/mappings/${INTERFACE}`, headers: this.#key(), json: mapping };
    await this.#connection.send(this.#connection.encode(request));
  }

  async #makeWebhook() {
    const path = "/api/v1/webhooks";
    const { webhooks } = await this.#ask({ path, headers: this.#key() });
    const json = { url: `${this.#neighbours.origin}/hook`, events: ["user.deleted"] };
    if (webhooks.length === 0) webhooks.push(await this.#ask({ path, headers: this.#key(), json }, 201));
    this.webhooks = webhooks.map(({ id }) => id);
  }

  #key() {
    return { "x-api-key": this.clientKey.api_key };
  }

  /** By the names of the document's security schemes. `path`: of the endpoint; `isFatal`: it ends what it is asked with. */
  credentialsOf(path, isFatal) {
    const who = isFatal ? this.held.leaver : this.held.reader;
    const tokens = /^\/register\//.test(path)
      ? [this.registered.registration_access_token]
      : /^\/api\/auth\/(?!v1\/)/.test(path)
        ? [this.split[isFatal ? "leaver" : "reader"].accessToken]
        : path.startsWith("/admin/")
          ? [this.held.admin.tokens.access_token]
          : [who.tokens.access_token, who.tokens.access_token, this.clientTokens.access_token];
    const sessions = isFatal ? this.leaving : [who.session, who.session, this.held.admin.session];
    return {
      sessionCookie: path.startsWith("/admin/") ? [cookie(this.held.admin.session)] : sessions.map(cookie),
      sessionHeader: [{ "x-qt-auth": sessions[0] }],
      clientSecret: [this.basic],
      apiKey: [this.#key(), this.#key(), { "x-api-key": this.sourceKey.api_key }],
      accessToken: tokens.map(bearer),
    };
  }

  /** Values by name that mean something here. */
  known(isFatal) {
    const people = Object.values(this.#people);
    const who = isFatal ? this.held.leaver : this.held.reader;
    const { access_token: token, refresh_token: refreshToken, id_token: idToken } = who.tokens;
    return {
      client: [this.registered.client_id],
      client_id: [this.client.client_id],
      public_key: [this.client.client_id],
      private_key: [this.client.client_secret],
      redirect_uri: [REDIRECT_URI],
      "redirect-url": [`http://${this.host}/`],
      "callback-url": [`http://${this.host}/`],
      response_type: ["code"],
      scope: [SCOPE, "openid"],
      grant_type: ["client_credentials", "refresh_token", "authorization_code"],
      code: this.codes,
      code_verifier: [this.verifier],
      code_challenge: ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
      code_challenge_method: ["S256"],
      token: [token, refreshToken, this.split.reader.accessToken],
      token_hash: [hashOf(token), hashOf(who.session)],
      id_token_hint: [idToken],
      refresh_token: [refreshToken],
      refreshToken: [this.split.reader.refreshToken],
      user_id: people.map(({ id }) => String(id)),
      id: [`qp_${this.#people.reader.id}`],
      email: people.map(({ email }) => email),
      username: people.map(({ email }) => email),
      password: [PASSWORD],
      provider: [PROVIDER],
      webhook: this.webhooks,
      source: [SOURCE],
      source_id: ["12345"],
      interface: [INTERFACE],
      url: [`${this.#neighbours.origin}/api/files`, `${this.#neighbours.origin}/hook`],
    };
  }
}
