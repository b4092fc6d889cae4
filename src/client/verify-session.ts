/** Who stands behind a token. In unified mode `user_id` is the main product's own id. */
export interface SessionUser {
  readonly user_id: string;
  readonly quickpass_user_id: string;
  readonly external_id?: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly source: string;
}

/** `unavailable`: nothing is known, and nobody should be let in. Then `status` is the last answer's, if there was one. */
export type SessionCheck =
  | { readonly valid: true; readonly user: SessionUser }
  | { readonly valid: false; readonly reason: "not-valid" }
  | { readonly valid: false; readonly reason: "unavailable"; readonly status: number | null };

export interface VerifySessionOptions {
  /** Origin of one of the realm's domains. */
  readonly issuer: string;
  /** Has the scope `sessions:verify`. Belongs on a server only. */
  readonly apiKey: string;
  /** For each try; 4 s when left out. */
  readonly timeoutMs?: number;
  /** 3 when left out. */
  readonly tries?: number;
  readonly fetch?: typeof fetch;
}

/**
 * Asks whether a session or access token is alive. Takes the token as the browser showed it, and sends its hash alone. A hash is not
 * taken for it: who has found one somewhere has no session. Never throws for what the network or the server does: what is not known in
 * time is not valid.
 */
export async function verifySession(token: string, options: VerifySessionOptions): Promise<SessionCheck> {
  const { issuer, apiKey, timeoutMs = 4_000, tries = 3, fetch: send = fetch } = options;
  const url = new URL("/api/v1/sessions/verify", issuer);
  const body = JSON.stringify({ token_hash: await hashOf(token) });
  const headers = { "content-type": "application/json", "x-api-key": apiKey };
  let status: number | null = null;
  for (let tried = 1; tried <= tries; tried++) {
    let pauseMs = 100 * 2 ** tried;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await send(url, { method: "POST", headers, body, signal, redirect: "error" });
      status = response.status;
      if (status === 200) {
        const check = checkIn(await response.json());
        if (check !== null) return check;
      }
      if (status !== 429 && status < 500) break;
      const waitSeconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      if (waitSeconds > 5) break;
      if (waitSeconds > 0) pauseMs = waitSeconds * 1000;
    } catch {
      status = null;
    }
    if (tried < tries) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return { valid: false, reason: "unavailable", status };
}

function checkIn(answer: unknown): SessionCheck | null {
  if (typeof answer !== "object" || answer === null || !("valid" in answer)) return null;
  if (answer.valid === false) return { valid: false, reason: "not-valid" };
  const user = "user" in answer ? answer.user : null;
  const isWhole = typeof user === "object" && user !== null && "user_id" in user && typeof user.user_id === "string";
  return answer.valid === true && isWhole ? { valid: true, user: user as SessionUser } : null;
}

async function hashOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
