/** That a person has seen, on a page of ours, which application would use what: docs/decisions/0022. */
import { limits } from "../../config/limits.ts";
import type { Client } from "../../domain/clients/client.ts";
import { browserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";

const purpose = "vault-shown";

interface Shown {
  readonly client: Client;
  readonly provider: string;
  readonly userId: number;
}

/** For the link of our page, which leads on from there: `<minute>.<key id>.<tag>`. In no other browser is it worth anything. */
export async function shownProof(c: AppContext, browser: string, shown: Shown): Promise<string> {
  const minute = Math.floor(Date.now() / 60_000);
  const { keyId, tag } = await c.get("realm").ring.authenticate(purpose, messageOf(c, shown, browser, minute));
  return `${minute}.${keyId}.${tag}`;
}

/**
 * Providers know the realm, and not its applications: who has agreed there once is often not asked again. So a page of ours asks on
 * behalf of every application that is not the realm's own, and a link of anybody's does not get past it. First-party applications go
 * straight on, and so does what is no browser (contract §7).
 */
export async function mustShow(c: AppContext, shown: Shown, proof: string | undefined): Promise<boolean> {
  const isBrowser = c.req.header("sec-fetch-site") !== undefined || c.req.header("sec-fetch-mode") !== undefined;
  if (shown.client.firstParty || !isBrowser) return false;
  return proof === undefined || !(await isProof(c, shown, proof));
}

async function isProof(c: AppContext, shown: Shown, proof: string): Promise<boolean> {
  const [minuteText = "", keyId = "", tag = ""] = proof.split(".", 3);
  const id = browserId(c);
  const minute = Number(minuteText);
  const ageMinutes = Math.floor(Date.now() / 60_000) - minute;
  if (id === null || !/^[0-9]{1,10}$/.test(minuteText)) return false;
  if (ageMinutes < 0 || ageMinutes * 60 > limits.csrfTokenTtlSeconds) return false;
  return c.get("realm").ring.isAuthentic(purpose, messageOf(c, shown, id, minute), keyId, tag);
}

const messageOf = (c: AppContext, { client, provider, userId }: Shown, browser: string, minute: number): string =>
  [c.get("realm").realm.id, browser, userId, client.clientId, provider, minute].join("|");
