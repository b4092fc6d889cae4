/** Checks of webhooks: Standard Webhooks 1.0, "Verifying signatures". */

export interface WebhookEvent {
  /** The same each time the event is sent: who has seen it has heard of it. */
  readonly id: string;
  readonly type: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A message that is not what a webhook of ours sends. Answer 400, and do nothing else. */
export class WebhookRefused extends Error {
  override readonly name = "WebhookRefused";
}

export interface VerifyWebhookOptions {
  /** How far the message's clock may be from ours; 300 when left out. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since the epoch. */
  readonly now?: number;
}

type Headers_ = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The event in a message, if one of the secrets has signed it just now. `body`: as it arrived, to the byte. Throws WebhookRefused.
 */
export async function verifyWebhook(
  headers: Headers_,
  body: string | Uint8Array,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now() }: VerifyWebhookOptions = {},
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) =>
    headerOf(headers, `webhook-${name}`),
  );
  if (!id || !timestamp || !signatures) throw new WebhookRefused("a header is missing");
  // NaN is never near.
  const isNear = /^\d{1,12}$/.test(timestamp) && Math.abs(now / 1000 - Number(timestamp)) <= toleranceSeconds;
  if (!isNear) throw new WebhookRefused("the timestamp is not of now");
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const tags = signatures
    .split(" ", 20)
    .filter((entry) => entry.startsWith("v1,"))
    .flatMap((entry) => bytesOf(entry.slice(3)) ?? []);
  let isSigned = false;
  for (const secret of typeof secrets === "string" ? [secrets] : secrets) {
    const raw = bytesOf(secret.replace(/^whsec_/, ""));
    // An empty key would let anybody sign.
    if (raw === null || raw.length < 16) throw new TypeError("not a webhook's secret");
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    // `verify` compares in constant time.
    for (const tag of tags) if (await crypto.subtle.verify("HMAC", key, tag, signed)) isSigned = true;
  }
  if (!isSigned) throw new WebhookRefused("no signature is right");
  return JSON.parse(text) as WebhookEvent;
}

function headerOf(headers: Headers_, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : value?.[0];
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
