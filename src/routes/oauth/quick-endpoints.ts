/** What programs ask for most, wherever it is mounted: RFC 6749 §3.2, RFC 7662 §2. */
import type { ShortEndpoint } from "../../http/short-way.ts";
import { introspect } from "./introspect.ts";
import { paths } from "./paths.ts";
import { token } from "./token.ts";

const prefixes = ["", "/v1", "/api/auth/v1/oauth"];
const headers = { "content-type": "application/json", "cache-control": "no-store" } as const;
const headersToBrowsers = { ...headers, vary: "Origin" } as const;

export const quickEndpoints: Readonly<Record<string, ShortEndpoint>> = Object.fromEntries(
  prefixes.flatMap((prefix): [string, ShortEndpoint][] => [
    [prefix + paths.token, { answer: token, headers: headersToBrowsers }],
    [prefix + paths.introspect, { answer: introspect, headers }],
  ]),
);
