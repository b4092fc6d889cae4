import { randomHandle } from "../crypto/random.ts";
import type { Exchange } from "./env.ts";

const ids = new WeakMap<Request, string>();

/** Names this request in logs and errors: the platform's own id when there is one. */
export function requestId(c: Exchange): string {
  const known = ids.get(c.req.raw);
  if (known !== undefined) return known;
  const ray = c.req.header("cf-ray");
  const id = ray !== undefined && /^[a-z0-9-]{8,64}$/i.test(ray) ? ray : randomHandle(12);
  ids.set(c.req.raw, id);
  return id;
}
