// The realm that operators' requests may spoil, with some of everything in it. It is made anew every so often.
import { randomBytes } from "node:crypto";
import { Connection } from "../../bench/lib/connection.mjs";

const PASSWORD = "copper-meadow-violin-82";
const OF_EACH = [0, 1, 2, 3];

export class Spoilt {
  #operators;
  #port;
  #neighbours;
  #canaries;
  #made = 0;
  known = {};

  constructor({ port, operators, neighbours, canaries }) {
    this.#operators = operators;
    this.#port = port;
    this.#neighbours = neighbours;
    this.#canaries = canaries;
  }

  async furnish() {
    this.#made += 1;
    const domain = `auth.spoilt-${this.#made}.localhost`;
    const { id } = await this.#operators("POST", "realms", {
      name: "Spoilt",
      kind: "frontend",
      domains: [domain],
      auth_domain: domain,
      settings: { rate_limits: { sign_in_per_address_per_minute: 0 } },
    });
    const make = (method, resource, json, status) => this.#operators(method, `realms/${id}/${resource}`, json, status);
    const secret = randomBytes(32).toString("base64url");
    const [users, clients, providers, sources, webhooks, keys, tokens] = [[], [], [], [], [], [], []];
    for (const at of OF_EACH) {
      const user = { email: `fuzz-${60 + at}@example.test`, password: PASSWORD, email_verified: true };
      users.push({ ...(await make("POST", "users", user)), ...user });
      const client = { name: `Spoilt ${at}`, redirect_uris: ["https://partner.example.com/callback"] };
      clients.push(await make("POST", "clients", client));
      const issuer = { issuer: "https://idp.example.com", client_id: "ours", client_secret: secret };
      providers.push((await make("PUT", `providers/p${at}`, issuer)).name);
      const source = { issuer: `http://product-${at}.test`, algorithm: "HS256", secret };
      sources.push((await make("PUT", `sources/s${at}`, source)).name);
      const webhook = { url: `${this.#neighbours.origin}/hook`, events: ["user.deleted"] };
      webhooks.push(await make("POST", "webhooks", webhook));
      tokens.push((await make("POST", "registration-tokens", {})).id);
    }
    const [client] = clients;
    const [source] = sources;
    for (const owner of [`clients/${client.client_id}`, `sources/${source}`])
      keys.push(await make("POST", `${owner}/api-keys`, {}));
    const planted = {
      "a secret that operators have set": secret,
      "a password that operators have set": PASSWORD,
      "a spoilt client's secret": client.client_secret,
      "a spoilt webhook's secret": webhooks[0].secret,
      "a spoilt API key": keys[0].api_key,
    };
    for (const [name, text] of Object.entries(planted)) this.#canaries.plant(name, text);
    const { keys: signing } = await make("GET", "keys", undefined, 200);
    const [user] = users;
    await this.#signIn(domain, user);
    const { sessions } = await make("GET", `users/${user.id}/sessions`, undefined, 200);
    this.known = {
      realm: [id],
      domain: [domain],
      user: users.map((each) => String(each.id)),
      into: users.map((each) => each.id),
      client: clients.map((each) => each.client_id),
      provider: providers,
      source: sources,
      webhook: webhooks.map((each) => each.id),
      key: keys.map((each) => each.id),
      token: tokens,
      kid: signing.map(({ kid }) => kid),
      session: sessions.map((each) => each.id),
      client_id: ["ours"],
      issuer: ["https://idp.example.com"],
      algorithm: ["HS256"],
      secret: [secret],
      client_secret: [secret],
      password: [PASSWORD],
      url: [`${this.#neighbours.origin}/hook`],
      domains: [[`fuzz-${this.#made}.localhost`]],
    };
  }

  async #signIn(domain, { email, password }) {
    const connection = new Connection({ port: this.#port, host: `${domain}:${this.#port}` });
    await connection.request({ path: "/api/auth/v1/login", json: { email, password } });
    connection.close();
  }
}
