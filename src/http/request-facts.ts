import type { RequestFacts } from "../domain/audit/trail.ts";
import { callerAddress, networkOf } from "./address.ts";
import type { Exchange } from "./env.ts";
import { requestId } from "./request-id.ts";

/** What audit events say of a request. Looked up only when there is an event. */
export const requestFacts =
  (c: Exchange): RequestFacts =>
  () => {
    const network = networkOf(callerAddress(c));
    const agent = agentFamily(c.req.header("user-agent") ?? "");
    return {
      request: requestId(c),
      ...(network === null ? {} : { network }),
      ...(agent === null ? {} : { agent }),
    };
  };

/** The order matters: most say that they are others as well. */
const families: readonly (readonly [string, RegExp])[] = [
  ["Edge", /\bEdgA?\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Chrome|CriOS|Chromium)\//],
  ["Safari", /\bSafari\//],
  ["okhttp", /^okhttp\b/],
  ["curl", /^curl\b/],
  ["Python", /\bpython\b/i],
  ["Go", /^Go-http-client\b/],
  ["Java", /\bJava\b/],
  ["Node.js", /^node\b|\bundici\b|\baxios\b/i],
  ["Bot", /bot\b|crawler|spider/i],
];

/** A name from this list, never what the caller sent: it could be anything (ASVS 16.4.1). */
function agentFamily(text: string): string | null {
  if (text === "") return null;
  const start = text.slice(0, 400);
  return families.find(([, pattern]) => pattern.test(start))?.[0] ?? "other";
}
