import { expect } from "vitest";
import * as z from "zod";
import type { Trial } from "../support/plan.ts";
import {
  type AskOptions,
  type Changes,
  type Outcome,
  pkce,
  RelyingParty,
  type Setting,
  type SignedIn,
  withChanges,
} from "../support/relying-party.ts";
import type { UserAgent } from "../support/user-agent.ts";
import { clientAssertion, dpopProof, type KeyPair, type Members, makeKeyPair, type ProofChanges } from "./proofs.ts";

/** How a request that the client makes by itself differs from a right one; null leaves the assertion or the proof out. */
export interface Proofs {
  readonly assertion?: Members | null;
  /** Signs the assertion instead of the client's own key. */
  readonly assertionKey?: KeyPair;
  readonly proof?: ProofChanges | null;
}

const pushedSchema = z.object({
  request_uri: z.string().regex(/^urn:.{22,}/),
  expires_in: z.int().min(5).max(600),
});

/** What the profile needs, and where the metadata says that it is there. */
const needs = [
  ["pushed_authorization_request_endpoint", (trial: Trial) => trial.metadata.pushed_authorization_request_endpoint],
  ["dpop_signing_alg_values_supported", (trial: Trial) => trial.metadata.dpop_signing_alg_values_supported],
  [
    "private_key_jwt",
    (trial: Trial) =>
      trial.metadata.token_endpoint_auth_methods_supported.find((method) => method === "private_key_jwt"),
  ],
] as const;

/** A client of the FAPI 2.0 Security Profile: its requests are pushed and its tokens bound to its key. */
export class FapiParty extends RelyingParty {
  readonly clientKey: KeyPair;
  readonly proofKey: KeyPair;
  readonly #verifiers = new Map<string, string>();
  #nonce: string | undefined;

  constructor(setting: Setting, clientKey: KeyPair, proofKey: KeyPair, agent?: UserAgent) {
    super(setting, agent);
    this.clientKey = clientKey;
    this.proofKey = proofKey;
  }

  /** Registers a client. Skips the module where the provider does not advertise the profile's parts. */
  static async register(trial: Trial, furtherKeys: readonly KeyPair[] = []): Promise<FapiParty> {
    for (const [name, of] of needs) if (of(trial) === undefined) trial.skip(`${name} is not advertised`);
    const [clientKey, proofKey] = await Promise.all([makeKeyPair(), makeKeyPair()]);
    const keys = [clientKey, ...furtherKeys].map(({ publicJwk, thumbprint, algorithm }) => ({
      ...publicJwk,
      kid: thumbprint,
      alg: algorithm,
      use: "sig",
    }));
    const { setting } = await trial.party({
      fapi2: true,
      token_endpoint_auth_method: "private_key_jwt",
      id_token_signed_response_alg: "ES256",
      jwks: { keys },
    });
    return new FapiParty(setting, clientKey, proofKey);
  }

  override authorizationParameters(changes: Changes = {}): URLSearchParams {
    const { verifier, challenge } = pkce();
    this.#verifiers.set(challenge, verifier);
    return super.authorizationParameters({ code_challenge: challenge, code_challenge_method: "S256", ...changes });
  }

  /** The verifier that belongs to a request. */
  verifierOf(outcome: Outcome): { code_verifier: string } {
    return { code_verifier: this.#verifiers.get(outcome.parameters.get("code_challenge") ?? "") ?? "" };
  }

  /** The pushed request: RFC 9126 §2.1. */
  async push(parameters: URLSearchParams, proofs: Proofs = { proof: null }): Promise<Response> {
    const endpoint = new URL(this.setting.metadata.pushed_authorization_request_endpoint ?? "");
    return this.post(endpoint, parameters, proofs);
  }

  /** The handle of an accepted request: RFC 9126 §2.2. */
  async pushed(parameters: URLSearchParams, proofs?: Proofs): Promise<z.output<typeof pushedSchema>> {
    const response = await this.push(parameters, proofs);
    const text = await response.text();
    expect(response.status, `status of the pushed request: ${text}`).toBe(201);
    expect(response.headers.get("cache-control"), "cache-control of the pushed request").toMatch(/\bno-store\b/);
    return pushedSchema.parse(JSON.parse(text));
  }

  override async follow(parameters: URLSearchParams, options: AskOptions & { proofs?: Proofs } = {}): Promise<Outcome> {
    const { request_uri } = await this.pushed(parameters, options.proofs);
    return this.authorize(parameters, { request_uri }, options);
  }

  /** Sends the browser with the handle of `parameters`, and with whatever else is given. */
  async authorize(
    parameters: URLSearchParams,
    query: Readonly<Record<string, string>>,
    options: AskOptions = {},
  ): Promise<Outcome> {
    const sentQuery = new URLSearchParams({ client_id: this.setting.client.id, ...query });
    return { ...(await super.follow(sentQuery, options)), parameters, sent: this.sentWith(parameters) };
  }

  override async complete(outcome: Outcome, redeemWith: Changes = {}): Promise<SignedIn> {
    return super.complete(outcome, { ...this.verifierOf(outcome), ...redeemWith });
  }

  override tokenRequest(
    parameters: Readonly<Record<string, string>>,
    changes: Changes = {},
    proofs: Proofs = {},
  ): Promise<Response> {
    return this.post(new URL(this.setting.metadata.token_endpoint), withChanges(parameters, changes), proofs);
  }

  /** Redeems the code of an outcome with these faults. */
  redeemWith(outcome: Outcome, proofs: Proofs = {}, changes: Changes = {}): Promise<Response> {
    const code = this.code(outcome);
    const { redirectUri } = this.setting.client;
    const parameters = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    return this.tokenRequest(parameters, { ...this.verifierOf(outcome), ...changes }, proofs);
  }

  override userInfo(accessToken: string, scheme = "DPoP", proof: ProofChanges | null = {}): Promise<Response> {
    const url = new URL(this.setting.metadata.userinfo_endpoint);
    const headers = { authorization: `${scheme} ${accessToken}` };
    return this.send(url, { method: "GET", headers }, proof, accessToken);
  }

  /** A right proof, for a request that is sent by hand. */
  proofFor(request: { method: string; url: URL; accessToken?: string }): Promise<string> {
    return dpopProof(this.proofKey, { ...request, nonce: this.#nonce });
  }

  /** A request that the client makes and authenticates. */
  async post(
    url: URL,
    parameters: URLSearchParams,
    { assertion = {}, assertionKey, proof = {} }: Proofs,
  ): Promise<Response> {
    const { client, metadata } = this.setting;
    const body = new URLSearchParams(parameters);
    if (assertion !== null) {
      body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      const key = assertionKey ?? this.clientKey;
      body.set("client_assertion", await clientAssertion(key, client.id, metadata.issuer, assertion));
    }
    if (!body.has("client_id")) body.set("client_id", client.id);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.send(url, { method: "POST", headers, body: body.toString() }, proof);
  }

  /** Sends with a proof of possession, and once more where the provider wants its own nonce in it (RFC 9449 §8). */
  async send(url: URL, init: RequestInit, proof: ProofChanges | null, accessToken?: string): Promise<Response> {
    const { target } = this.setting;
    if (proof === null) return target.send(url, init);
    const request = { method: init.method ?? "GET", url, ...(accessToken === undefined ? {} : { accessToken }) };
    const once = async (): Promise<Response> => {
      const headers = new Headers(init.headers);
      headers.set("dpop", await dpopProof(this.proofKey, { ...request, nonce: this.#nonce }, proof));
      return target.send(url, { ...init, headers });
    };
    const response = await once();
    const nonce = response.headers.get("dpop-nonce");
    const isWanted = /use_dpop_nonce/.test(
      `${response.headers.get("www-authenticate")} ${await response.clone().text()}`,
    );
    if (nonce !== null) this.#nonce = nonce;
    return nonce !== null && isWanted ? once() : response;
  }
}
