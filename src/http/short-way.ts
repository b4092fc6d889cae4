// What programs ask for most is answered without Hono, whose context and layers cost a third of such an answer. Refusals, pages that call
// from elsewhere, hosts that the isolate does not know yet and all else go the ordinary way, which answers the same.
import { type Bindings, type Config, parseEnv } from "../config/env.ts";
import type { RealmContext } from "../domain/realm-context.ts";
import { knownRealm } from "../domain/realms/realm-directory.ts";
import { systemClock } from "../lib/time.ts";
import type { AppContext, Exchange } from "./env.ts";
import { writeDataPoint } from "./middleware/metrics.ts";
import { contextOf, hostOf } from "./middleware/realm.ts";
import { securityHeadersOf } from "./middleware/security-headers.ts";

type Answer = (c: Exchange) => Promise<Response>;

/** Sees to a POST; `headers` are those that the endpoint's middleware would set, and the type of its answers. */
export interface ShortEndpoint {
  readonly answer: Answer;
  readonly headers: Readonly<Record<string, string>>;
}

class ShortExchange implements Exchange {
  readonly env: Bindings;
  readonly req: ShortRequest;
  /** Beside those that the endpoint always has. */
  readonly headers: Record<string, string> = {};
  readonly #config: Config;
  readonly #common: Headers;
  #hasOwnHeaders = false;
  realm: RealmContext | undefined;

  constructor(request: Request, env: Bindings, config: Config, common: Headers) {
    this.env = env;
    this.req = new ShortRequest(request);
    this.#config = config;
    this.#common = common;
  }

  get(name: "config"): Config;
  get(name: "realm"): RealmContext;
  get(name: "config" | "realm"): Config | RealmContext | undefined {
    return name === "config" ? this.#config : this.realm;
  }

  header(name: string, value: string): void {
    this.headers[name] = value;
    this.#hasOwnHeaders = true;
  }

  json(value: object): Response {
    const response = new Response(JSON.stringify(value), { headers: this.#common });
    if (this.#hasOwnHeaders) for (const [name, own] of Object.entries(this.headers)) response.headers.set(name, own);
    return response;
  }
}

const made = new WeakMap<Config, WeakMap<object, Headers>>();

/** `own` and those on every answer, as the platform keeps them: an answer with these is made quicker than one with as many texts. */
export function headersFor(config: Config, own: Readonly<Record<string, string>>): Headers {
  const ofConfig = made.get(config) ?? new WeakMap<object, Headers>();
  const known = ofConfig.get(own);
  if (known !== undefined) return known;
  const headers = new Headers({ ...securityHeadersOf(config), ...own });
  made.set(config, ofConfig.set(own, headers));
  return headers;
}

class ShortRequest {
  readonly raw: Request;
  readonly url: string;
  readonly method: string;

  constructor(request: Request) {
    this.raw = request;
    this.url = request.url;
    this.method = request.method;
  }

  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined;
  }
}

interface Refused {
  readonly error: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Requests that were refused on the short way, with what had been put on their answers. */
const refused = new WeakMap<Request, Refused>();

/** The endpoint on the ordinary way, which also answers what was refused on the short one: that is not tried a second time. */
export const onBothWays =
  (answer: Answer) =>
  (c: AppContext): Promise<Response> => {
    const earlier = refused.get(c.req.raw);
    if (earlier === undefined) return answer(c);
    for (const [name, value] of Object.entries(earlier.headers)) c.header(name, value);
    throw earlier.error;
  };

/** Null for what is not plainly a request to one of the endpoints. `ordinarily` answers refusals. */
export function shortWay(
  request: Request,
  env: Bindings,
  endpoints: Readonly<Record<string, ShortEndpoint>>,
  ordinarily: () => Response | Promise<Response>,
): Promise<Response> | null {
  if (request.method !== "POST") return null;
  const { url } = request;
  const path = pathWithQuery(url);
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
  if (endpoint === undefined || request.headers.has("origin")) return null;
  const realm = knownRealm(hostOf(url), systemClock.now());
  const config = realm === undefined ? null : usableConfig(env);
  if (realm === undefined || config === null) return null;
  const c = new ShortExchange(request, env, config, headersFor(config, endpoint.headers));
  c.realm = contextOf(c, realm);
  return answerOf(c, endpoint, path, ordinarily);
}

async function answerOf(
  c: ShortExchange,
  { answer }: ShortEndpoint,
  path: string,
  ordinarily: () => Response | Promise<Response>,
): Promise<Response> {
  const begunAt = Date.now();
  try {
    const response = await answer(c);
    const about = { method: "POST", endpoint: path, status: response.status, refusal: "" };
    if (c.env.METRICS !== undefined) writeDataPoint(c.env.METRICS, c.get("realm").realm.id, about, begunAt);
    return response;
  } catch (error) {
    refused.set(c.req.raw, { error, headers: c.headers });
    return ordinarily();
  }
}

/** All that stands behind the host: who looks for a plain path finds none with a query. */
export const pathWithQuery = (url: string): string => url.slice(url.indexOf("/", url.indexOf("://") + 3));

/** Null when the deployment's secrets are not usable: then nothing is served. */
export function usableConfig(env: Bindings): Config | null {
  try {
    return parseEnv(env);
  } catch {
    return null;
  }
}
