import type { Config } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { randomHandle } from "../../crypto/random.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import { OutboundError, outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import { originOf } from "./realm.ts";

/** Where a deployment shows that a host reaches it. */
export const domainCheckPath = "/.well-known/gatehouse-domain-check";

const purpose = "domain-check";
const answerBytes = 4 * 1024;

/** What a request to one of a realm's domains met. */
export const domainStates = [
  "reaches-this-realm",
  "reaches-another-realm",
  "reaches-something-else",
  "redirects",
  "no-dns",
  "tls-error",
  "timeout",
  "unreachable",
] as const;
export type DomainState = (typeof domainStates)[number];

export interface DomainCheck {
  readonly state: DomainState;
  /** HTTP status; null when nothing answered. */
  readonly status: number | null;
  /** Where a redirect leads, or what the other server calls itself. Somebody else's words. */
  readonly seen: string | null;
}

/** Proof that whoever answers holds this deployment's keys: for the host, and for the realm that has it. */
export interface DomainProof {
  readonly deployment: string;
  readonly realm: string | null;
}

export const isDomainNonce = (text: string): boolean => /^[A-Za-z0-9_-]{22}$/.test(text);

export async function proveDomain(
  ring: KeyRing,
  nonce: string,
  host: string,
  realmId: string | null,
): Promise<DomainProof> {
  return {
    deployment: await proof(ring, deploymentMessage(nonce, host)),
    realm: realmId === null ? null : await proof(ring, realmMessage(nonce, host, realmId)),
  };
}

/** Asks the host itself, as any browser would. Never throws for what the other side does. */
export async function checkDomain(
  { realm, config, ring }: RealmContext,
  host: string,
  deadline?: AbortSignal,
): Promise<DomainCheck> {
  const nonce = randomHandle(16);
  const asked = askedHost(host, config);
  try {
    const response = await outboundFetch(
      `${originOf(asked, config)}${domainCheckPath}/${nonce}`,
      { headers: { accept: "application/json" } },
      { development: config.development, deadline, mostBytes: answerBytes },
    );
    return await judge(response, ring, { nonce, host: asked, realmId: asked === host ? realm.id : null });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return error.kind === "too-large" ? found("reaches-something-else") : found(stateOf(error));
  }
}

/**
 * Names that stand for this machine (RFC 6761 §6.3) are known to browsers and not to every resolver: on a laptop the machine itself is
 * called, and its proof is enough.
 */
const askedHost = (host: string, { development }: Config): string =>
  development && host.endsWith(".localhost") ? "127.0.0.1" : host;

interface Question {
  readonly nonce: string;
  readonly host: string;
  /** Null where the deployment's proof is enough. */
  readonly realmId: string | null;
}

/** Cloudflare answers for hosts it cannot reach (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/). */
const edgeStates: Readonly<Record<number, DomainState>> = {
  521: "unreachable",
  522: "timeout",
  523: "unreachable",
  524: "timeout",
  525: "tls-error",
  526: "tls-error",
  530: "no-dns",
};

async function judge(response: Response, ring: KeyRing, question: Question): Promise<DomainCheck> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) return { state: "redirects", status, seen: shown(headers.get("location")) };
  const edge = edgeStates[status];
  if (edge !== undefined) return { state: edge, status, seen: null };
  const answer = parseJson(await response.text());
  const [deployment, realm] = isRecord(answer) ? [answer.deployment, answer.realm] : [];
  const { nonce, host, realmId } = question;
  if (await isProof(ring, deploymentMessage(nonce, host), deployment)) {
    const isOurs = realmId === null || (await isProof(ring, realmMessage(nonce, host, realmId), realm));
    return { state: isOurs ? "reaches-this-realm" : "reaches-another-realm", status, seen: null };
  }
  return { state: "reaches-something-else", status, seen: shown(headers.get("server")) };
}

const found = (state: DomainState): DomainCheck => ({ state, status: null, seen: null });

function stateOf({ kind, cause }: OutboundError): DomainState {
  if (kind === "timeout") return "timeout";
  const words = cause instanceof Error ? `${cause.name} ${cause.message}` : "";
  if (/dns|resolve|getaddrinfo|ENOTFOUND/i.test(words)) return "no-dns";
  return /tls|ssl|certificate|handshake/i.test(words) ? "tls-error" : "unreachable";
}

const shown = (text: string | null): string | null => text?.slice(0, limits.shownForeignText) ?? null;

const deploymentMessage = (nonce: string, host: string): string => `deployment|${nonce}|${host}`;
const realmMessage = (nonce: string, host: string, realmId: string): string => `realm|${nonce}|${host}|${realmId}`;

async function proof(ring: KeyRing, message: string): Promise<string> {
  const { keyId, tag } = await ring.authenticate(purpose, message);
  return `${keyId}.${tag}`;
}

async function isProof(ring: KeyRing, message: string, value: unknown): Promise<boolean> {
  const [keyId = "", tag = ""] = typeof value === "string" ? value.split(".", 2) : [];
  return ring.isAuthentic(purpose, message, keyId, tag);
}
