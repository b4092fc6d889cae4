import { Problem } from "../../errors/errors.ts";
import type { SecondFactorProof } from "../../storage/user-object/second-factors.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Device, type FullySignedIn, openSession, raiseSession } from "../sessions/open-session.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import type { HalfSignIn } from "./half-sign-in.ts";

/** Who brings a second factor, or sets one up: a session, or somebody halfway through a sign-in. */
export type Asker =
  | { readonly kind: "session"; readonly session: ClaimedSession }
  | { readonly kind: "half"; readonly half: HalfSignIn };

export const userIdOf = (asker: Asker): number => (asker.kind === "session" ? asker.session.userId : asker.half.userId);

/** Ties what is begun in one request to the same asker in the next. */
export const bindingOf = (asker: Asker): string =>
  asker.kind === "session" ? `session|${asker.session.sid}` : `half|${asker.half.id}`;

/** Turns half a sign-in into a session; a session goes on under a new name, as a stronger one. Throws Problem. */
export async function admit(
  context: RealmContext,
  asker: Asker,
  proof: SecondFactorProof,
  device: Device,
): Promise<FullySignedIn> {
  if (asker.kind === "session") return raiseSession(context, asker.session, proof);
  const { half } = asker;
  const user = await context.users.findById(half.userId);
  if (user === null) throw new Problem("session-ended");
  return openSession(context, user, half.amr, device, { proof, half });
}
