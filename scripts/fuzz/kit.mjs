// What recipes are made with: people, their mails, second factors and tokens of a main product.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth/slim";
import { Connection } from "../../bench/lib/connection.mjs";

export const random = () => randomBytes(18).toString("base64url");
export const cookie = (session, more = "") => ({ cookie: `qt-auth=${session}${more}` });
export const PASSWORD = "amber-lantern-quarry-47";
export const NEXT_PASSWORD = "cobalt-meadow-violin-63";

const STEP_MS = 30_000;
const LEAST_OF_STEP_MS = 6_000;
const SIX_DIGITS = /(?<![\w-])\d{6}(?![\w-])/;
const LINK = /https?:\/\/\S+/;
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export class Kit {
  #connection;
  #operators;
  #operatorsConnection;
  #made = 0;

  /** @param home a furnished Home @param to `operators` calls the admin API on the connection `own` */
  constructor(home, { port, operators, own, spoilt, operatorHeaders }) {
    this.home = home;
    this.spoilt = spoilt;
    this.operatorHeaders = operatorHeaders;
    this.#operatorsConnection = own;
    this.host = home.host;
    this.issuer = `http://${home.host}`;
    this.#operators = operators;
    this.#connection = new Connection({ port, host: home.host });
  }

  /** Sends a request of the recipe's own. @returns {Promise<import("../../bench/lib/connection.mjs").Answer>} */
  send(request) {
    return this.#connection.send(this.#connection.encode(request));
  }

  async ask(request, status = 200) {
    return (await this.#connection.request(request, status)).json();
  }

  operators(method, resource, json, status) {
    return this.#operators(method, resource, json, status);
  }

  /** An account nobody else's request knows of. */
  async stranger(extra = {}) {
    this.#made += 1;
    const email = `guinea-${this.#made}-${random().toLowerCase()}@fuzz.localhost`;
    const user = { email, password: PASSWORD, email_verified: true, name: "Guinea", ...extra };
    const { id } = await this.#operators("POST", `${this.home.realm}/users`, user);
    return { id, email };
  }

  async signIn({ email }) {
    const json = { email, password: PASSWORD };
    return (await this.#connection.request({ path: "/api/auth/v1/login", json })).cookie("qt-auth");
  }

  async newcomer(extra) {
    const person = await this.stranger(extra);
    return { ...person, session: await this.signIn(person) };
  }

  /** The text of the newest mail to somebody. */
  async mailTo(email) {
    const request = {
      path: `/dev/mailbox?${new URLSearchParams({ to: email })}`,
      headers: { accept: "application/json" },
    };
    for (let tried = 0; tried < 20; tried += 1) {
      const { messages } = await this.ask(request);
      if (messages.length > 0) return messages[0].text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("no mail came");
  }

  async codeTo(email) {
    return SIX_DIGITS.exec(await this.mailTo(email))?.[0];
  }

  async tokenTo(email) {
    return new URL(LINK.exec(await this.mailTo(email))?.[0]).searchParams.get("token");
  }

  /** Somebody with an authenticator app, whose next code is good. */
  async enrolled() {
    const person = await this.newcomer();
    // The code before this one is good, too, and leaves this one for later: as long as the step lasts.
    const leftMs = STEP_MS - (Date.now() % STEP_MS);
    if (leftMs < LEAST_OF_STEP_MS) await new Promise((resolve) => setTimeout(resolve, leftMs));
    const { secret } = await this.ask({ path: "/api/auth/v1/tfa/qr-code", headers: cookie(person.session) });
    const request = {
      path: "/api/auth/v1/tfa/enable",
      headers: cookie(person.session),
      json: { token: this.totp(secret, -1) },
    };
    const answer = await this.#connection.request(request);
    const recoveryCodes = answer.json()["recovery-codes"];
    return { ...person, session: answer.cookie("qt-auth") ?? person.session, secret, recoveryCodes };
  }

  totp(secret, steps = 0) {
    return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * STEP_MS });
  }

  /** An authorization request of the client's, and what redeems its code. */
  request(extra = {}) {
    const verifier = random() + random();
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    return {
      verifier,
      fields: {
        response_type: "code",
        client_id: this.home.client.client_id,
        redirect_uri: this.home.redirectUri,
        scope: this.home.scope,
        state: random(),
        nonce: random(),
        code_challenge: challenge,
        code_challenge_method: "S256",
        ...extra,
      },
    };
  }

  async redemption(session) {
    const { verifier, fields } = this.request();
    const request = { path: `/authorize?${new URLSearchParams(fields)}`, headers: cookie(session) };
    const code = new URL((await this.#connection.request(request, 302)).header("location")).searchParams.get("code");
    return { grant_type: "authorization_code", code, redirect_uri: fields.redirect_uri, code_verifier: verifier };
  }

  async tokens(session) {
    const form = await this.redemption(session);
    return this.ask({ path: "/token", headers: this.home.basic, form });
  }

  /** Somebody new who has connected an account at the vault's provider. */
  async connected() {
    const person = await this.newcomer();
    const about = { provider: "drive", public_key: this.home.client.client_id, user_id: String(person.id) };
    const headers = cookie(person.session);
    const begun = await this.send({ path: `/integrate/command?${new URLSearchParams(about)}`, headers });
    const state = new URL(begun.header("location") ?? "", this.issuer).searchParams.get("state");
    const kept = [...begun.head.matchAll(/\r\nset-cookie: *([^;\r]*)/gi)].map(([, pair]) => pair);
    const back = `/integrate/command?${new URLSearchParams({ code: "forgiving", state })}`;
    await this.send({ path: back, headers: { cookie: [headers.cookie, ...kept].join("; ") } });
    return person;
  }

  /** A token of the main product's for one of its users. */
  handOver(claims = {}) {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: this.home.source.issuer,
      user_id: random(),
      iat: now,
      exp: now + 300,
      jti: random(),
      ...claims,
    };
    const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(all)}`;
    return `${signed}.${createHmac("sha256", this.home.source.secret).update(signed).digest("base64url")}`;
  }

  close() {
    this.#connection.close();
    this.#operatorsConnection.close();
  }
}
