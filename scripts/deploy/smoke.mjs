// @ts-check
import { setTimeout as sleep } from "node:timers/promises";

const tries = 15;
const pauseMs = Number(process.env.GATEHOUSE_SMOKE_PAUSE_MS ?? 2_000);
const patienceMs = 10_000;

/**
 * Whether the deployment answers, as its users would see it: alive, its stores there, a realm found, and, for those who hold the
 * token, that it is this version. A version takes some seconds to be everywhere. Answers what is wrong, or null.
 * @param {{ url: string, token: string | null, version: string | null }} about
 * @returns {Promise<string | null>}
 */
export async function smoke({ url, token, version }) {
  /** @type {string | null} */
  let wrong = null;
  for (let tried = 0; tried < tries; tried++) {
    if (tried > 0) await sleep(pauseMs);
    wrong = await whatIsWrong(url, token, version).catch(
      (error) => `${url} does not answer: ${error.cause?.code ?? error.message}`,
    );
    if (wrong === null) return null;
  }
  return wrong;
}

/** @param {string} url @param {string | null} token @param {string | null} version */
async function whatIsWrong(url, token, version) {
  /** @param {string} path @param {Record<string, string>} [headers] */
  const ask = async (path, headers = {}) => {
    const init = { headers, redirect: /** @type {const} */ ("manual"), signal: AbortSignal.timeout(patienceMs) };
    const answer = await fetch(new URL(path, url), init);
    return { status: answer.status, json: /** @type {any} */ (await answer.json().catch(() => null)) };
  };
  const alive = await ask("/healthz");
  if (alive.status !== 200 || alive.json?.status !== "ok") return `/healthz answers ${alive.status}`;
  const ready = await ask("/readyz", token === null ? {} : { authorization: `Bearer ${token}` });
  if (ready.status !== 200) return `/readyz answers ${ready.status}: ${JSON.stringify(ready.json?.checks ?? {})}`;
  const running = ready.json?.version ?? null;
  if (version !== null && running !== null && running !== version) return `version ${running} answers, not ${version}`;
  const discovery = await ask("/.well-known/openid-configuration");
  const host = new URL(url).hostname;
  if (discovery.status !== 200) return `${host} is no realm's domain: discovery answers ${discovery.status}`;
  if (!URL.canParse(discovery.json?.issuer)) return "discovery names no issuer";
  return null;
}
