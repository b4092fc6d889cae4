/** Keys by which servers call this one: the header X-API-Key (contract §0). */
import { findShownKey, type ShownKey } from "../domain/api-keys/api-key.ts";
import type { ApiKeyScope } from "../domain/api-keys/scopes.ts";
import { Problem } from "../errors/errors.ts";
import type { AppContext } from "./env.ts";
import { limitPerAddress } from "./rate-limit.ts";

const header = "x-api-key";

/** Whether the caller shows a key at all: one that does is judged by it alone. */
export const showsApiKey = (c: AppContext): boolean => c.req.header(header) !== undefined;

/** The key behind the request. Wrong ones are counted per address. Throws Problem: 401 without a good key, 403 when it may not. */
export async function requireApiKey(c: AppContext, scope: ApiKeyScope): Promise<ShownKey> {
  const text = c.req.header(header);
  const key = text === undefined ? null : await findShownKey(c.get("realm"), text);
  if (key === null) return refuse(c, text === undefined);
  if (!key.scopes.includes(scope)) throw new Problem("api-key-scope-missing");
  return key;
}

async function refuse(c: AppContext, isMissing: boolean): Promise<never> {
  const { rate_limits } = c.get("realm").realm.settings;
  if (!isMissing) await limitPerAddress(c, "wrong-secret", rate_limits.wrong_secrets_per_address_per_minute);
  c.header("www-authenticate", 'ApiKey realm="api"');
  throw new Problem(isMissing ? "api-key-missing" : "api-key-wrong");
}
