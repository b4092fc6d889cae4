// The realm in which it happens, and what clients of it do.
import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";

const SOURCE_SECRET = "a-secret-between-the-product-and-the-realm";
const SOURCE_ISSUER = "http://product.test";
const REDIRECT_URI = "https://app.chaos.localhost/callback";
const SCOPE = "openid profile email offline_access";
const TRIES = 8;

const random = (bytes = 12) => randomBytes(bytes).toString("base64url");

export class House {
  deployment;
  neighbours;

  constructor(deployment, neighbours) {
    this.deployment = deployment;
    this.neighbours = neighbours;
  }

  async furnish() {
    const { deployment, neighbours } = this;
    const [domain] = deployment.host.split(":");
    const { id } = await deployment.admin("POST", "realms", {
      name: "Chaos",
      kind: "frontend",
      domains: [domain],
      auth_domain: domain,
      settings: {
        max_sessions: 2,
        rate_limits: { sign_in_per_address_per_minute: 0, sign_up_per_address_per_minute: 0 },
      },
    });
    this.realm = `realms/${id}`;
    this.realmId = id;
    const client = await deployment.admin("POST", `${this.realm}/clients`, {
      name: "Chaos",
      type: "confidential",
      first_party: true,
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      scopes: SCOPE.split(" "),
      token_endpoint_auth_method: "client_secret_basic",
    });
    this.client = { id: client.client_id, secret: client.client_secret };
    this.authorization = `Basic ${Buffer.from(`${this.client.id}:${this.client.secret}`).toString("base64")}`;
    await deployment.admin("PUT", `${this.realm}/sources/product`, {
      issuer: SOURCE_ISSUER,
      algorithm: "HS256",
      secret: SOURCE_SECRET,
    });
    const key = await deployment.admin("POST", `${this.realm}/sources/product/api-keys`, {});
    this.sourceKey = key.api_key;
    await deployment.admin("PUT", `${this.realm}/providers/drive`, {
      type: "oauth2",
      purposes: ["vault"],
      client_id: "us-there",
      client_secret: "our-secret-there-0123456789",
      authorize_url: `${neighbours.origin}/authorize`,
      token_url: `${neighbours.origin}/token`,
      vault_scopes: ["files"],
      api_hosts: ["127.0.0.1"],
    });
    const webhook = { url: `${neighbours.origin}/hook`, events: ["session.created"] };
    await deployment.admin("POST", `${this.realm}/webhooks`, webhook);
    await this.person();
  }

  /** A user who has never been here. */
  async person() {
    const user = { email: `${random(8).toLowerCase()}@chaos.localhost`, password: random() };
    const { id } = await this.deployment.admin("POST", `${this.realm}/users`, { ...user, email_verified: true });
    return { ...user, id, object: `${this.realmId}:${id}` };
  }

  get #ask() {
    return (request) => this.deployment.ask(request);
  }

  signIn({ email, password }) {
    return this.#ask({ path: "/api/auth/v1/login", json: { email, password } });
  }

  /** Signs in, and answers the session's cookie. */
  async sessionOf(person) {
    return sessionIn(await expectStatus(await this.signIn(person), 200));
  }

  withSession(session, path, request = {}) {
    return this.#ask({ path, ...request, headers: { cookie: `qt-auth=${session}` } });
  }

  async isAlive(session) {
    const { status } = await this.withSession(session, "/api/auth/v1/users/me");
    if (![200, 401, 403].includes(status)) throw new Error(`a session is neither alive nor ended: ${status}`);
    return status === 200;
  }

  /** Ids of the user's sessions. */
  async sessions({ id }) {
    const { sessions } = await this.deployment.admin("GET", `${this.realm}/users/${id}/sessions`);
    return sessions.map((session) => session.id);
  }

  authorize(session, verifier, scope = SCOPE) {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.client.id,
      redirect_uri: REDIRECT_URI,
      scope,
      prompt: "none",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    return this.withSession(session, `/authorize?${query}`);
  }

  redeem(code, verifier) {
    const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
    return this.post("/token", form);
  }

  /** A code that waits for its redemption. */
  async code(session, scope) {
    const verifier = random(32);
    const code = codeIn(await expectStatus(await this.authorize(session, verifier, scope), 302));
    if (code === null) throw new Error("no code");
    return { code, verifier };
  }

  async tokens(session, scope) {
    const { code, verifier } = await this.code(session, scope);
    return (await expectStatus(await this.redeem(code, verifier), 200)).json();
  }

  refresh(token) {
    return this.post("/token", { grant_type: "refresh_token", refresh_token: token });
  }

  async isActive(token) {
    return (await expectStatus(await this.post("/introspect", { token }), 200)).json().active;
  }

  post(path, form) {
    return this.#ask({ path, form, headers: { authorization: this.authorization } });
  }

  /** A main product's token for somebody. */
  handOverToken(userId) {
    const now = Math.floor((Date.now() + this.deployment.control.clockAheadMs) / 1000);
    const claims = { iss: SOURCE_ISSUER, user_id: userId, iat: now, exp: now + 300, jti: randomUUID() };
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const input = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
    return `${input}.${createHmac("sha256", SOURCE_SECRET).update(input).digest("base64url")}`;
  }

  handOver(token) {
    return this.#ask({ path: "/api/v1/auth/jwt", json: { token } });
  }

  async linkedAccounts(userId) {
    const path = `/api/v1/users/qp_${userId}/accounts`;
    const answer = await this.#ask({ path, headers: { "x-api-key": this.sourceKey } });
    return (await expectStatus(answer, 200)).json().linked_accounts;
  }

  /** Connects somebody's drive, by way of the provider. `kind`: `forgiving` or `strict`. */
  async connect({ id }, session, kind) {
    const query = new URLSearchParams({ provider: "drive", public_key: this.client.id, user_id: String(id) });
    const begun = await expectStatus(await this.withSession(session, `/integrate/command?${query}`), 302);
    const state = new URL(begun.header("location")).searchParams.get("state");
    const kept = [...begun.head.matchAll(/\r\nset-cookie: *([^;\r]*)/gi)].map(([, cookie]) => cookie);
    const path = `/integrate/command?${new URLSearchParams({ code: kind, state })}`;
    const headers = { cookie: [`qt-auth=${session}`, ...kept].join("; ") };
    await expectStatus(await this.#ask({ path, headers }), 302, 303);
  }

  /** One call of the vault: the list of somebody's files. */
  callDrive({ id }) {
    const keys = { public_key: this.client.id, private_key: this.client.secret, user_id: String(id) };
    const path = `/oauth/method/drive/call?${new URLSearchParams(keys)}`;
    return this.#ask({ path, json: { url: `${this.neighbours.origin}/api/files`, method: "GET" } });
  }

  /** Asks as a client that does what it is told: it comes back when the answer says so. */
  async patiently(ask) {
    for (let tries = 1; ; tries += 1) {
      const answer = await ask();
      const seconds = Number(answer.header("retry-after"));
      if (!(seconds > 0) || tries === TRIES) return answer;
      await this.deployment.pass(seconds * 1000);
    }
  }
}

function expectStatus(answer, ...expected) {
  if (!expected.includes(answer.status)) throw new Error(`${answer.status} ${answer.body.slice(0, 200)}`);
  return answer;
}

export const sessionIn = (answer) => answer.cookie("qt-auth") ?? null;

export const codeIn = (answer) => new URL(answer.header("location") ?? "http://none").searchParams.get("code");

export const verifierFor = () => random(32);
