/** A provider's API that writes down what it was sent, and answers what a test wants. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly bytes: Uint8Array;
}

type Answer = () => Response | Promise<Response>;

export const seen: Seen[] = [];
let answer: Answer = () => Response.json({ ok: true });

/** Forgets everything. */
export function fresh(given: Answer = () => Response.json({ ok: true })): void {
  seen.length = 0;
  answer = given;
}

export function last(): Seen {
  const found = seen.at(-1);
  if (found === undefined) throw new Error("nobody was called");
  return found;
}

export async function record(sent: Request): Promise<Response> {
  const bytes = new Uint8Array(await sent.arrayBuffer());
  const { method, url } = sent;
  seen.push({ method, url, headers: Object.fromEntries(sent.headers), text: new TextDecoder().decode(bytes), bytes });
  return answer();
}
