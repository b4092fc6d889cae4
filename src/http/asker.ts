import type { Place } from "../domain/passkeys/challenge.ts";
import { originOf } from "../domain/realms/realm.ts";
import type { Asker } from "../domain/second-factor/asker.ts";
import type { HalfSignIn } from "../domain/second-factor/half-sign-in.ts";
import { Problem } from "../errors/errors.ts";
import { browserId } from "./browser-id.ts";
import type { AppContext } from "./env.ts";
import { findHalfSignIn } from "./half-sign-in.ts";
import { hostOf } from "./middleware/realm.ts";
import { type CurrentSession, findSession, requireSession } from "./session.ts";

export type FoundAsker = Asker & { readonly current: CurrentSession | null };

/**
 * Who brings a second factor: whatever this browser began last, a sign-in that stopped halfway or a session. With `owes`, only half a
 * sign-in that owes just that counts. Null when it has neither.
 */
export async function findAsker(c: AppContext, owes?: HalfSignIn["owes"]): Promise<FoundAsker | null> {
  const half = await findHalfSignIn(c);
  const current = await findSession(c);
  const counts = half !== null && (owes === undefined || half.owes === owes);
  if (counts && half.provenAt >= (current?.session.authTime ?? 0)) return { kind: "half", half, current: null };
  return current === null ? null : { kind: "session", session: current.claimed, current };
}

/** The same for endpoints that need one. Throws Problem, 403. */
export async function requireAsker(c: AppContext, owes?: HalfSignIn["owes"]): Promise<FoundAsker> {
  const asker = await findAsker(c, owes);
  if (asker !== null) return asker;
  await requireSession(c);
  throw new Problem("session-missing");
}

/** The page that a passkey is used on. */
export function currentPlace(c: AppContext, browser: string | null = browserId(c)): Place {
  const host = hostOf(c.req.url);
  return { rpId: host, origin: originOf(host, c.get("realm").config), browserId: browser };
}
