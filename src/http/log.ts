import type { AppContext } from "./env.ts";
import { requestId } from "./request-id.ts";

/** One line of JSON. No addresses of people, no query, no headers: nothing secret can get in (OWASP ASVS 16.2.5). */
export function logBug(c: AppContext, error: unknown): void {
  const chain: { name: string; message: string; stack: string | undefined }[] = [];
  for (let current = error; current instanceof Error && chain.length < 4; current = current.cause)
    chain.push({
      name: current.name,
      message: redact(current.message),
      stack: chain.length === 0 ? redact(current.stack ?? "") : undefined,
    });
  console.error(
    JSON.stringify({ level: "error", request_id: requestId(c), method: c.req.method, path: c.req.path, error: chain }),
  );
}

/** Bound values that a database error repeats are not ours to write down. */
const redact = (text: string): string => text.replaceAll(/params: [\s\S]*?(?=\n\s+at |$)/g, "params: …").slice(0, 4000);
