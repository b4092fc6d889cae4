import { recordRefusal } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Device, openSession, type SignedIn } from "../sessions/open-session.ts";
import { userOfPerson } from "./account-of-person.ts";
import { type HandOver, spendToken } from "./check-token.ts";
import { sealLinkToken } from "./link-token.ts";

export type Arrival =
  | { readonly kind: "signed-in"; readonly signedIn: SignedIn }
  /** The address has an account here. The token says who wants to be connected with it. */
  | { readonly kind: "link-required"; readonly linkToken: string };

/** Signs in somebody whom a main product has handed over. Uses the token up. Throws Problem, SecondFactorNeeded. */
export async function signInByHandOver(context: RealmContext, handOver: HandOver, device: Device): Promise<Arrival> {
  const target = { kind: "source", id: handOver.source.name } as const;
  const failure = { type: "user.sign_in_failed", target, details: { method: "hand-over" } } as const;
  await recordRefusal(context, failure, () => spendToken(context, handOver));
  const user = await userOfPerson(context, handOver);
  if (user === null) return { kind: "link-required", linkToken: await sealLinkToken(context, handOver) };
  return { kind: "signed-in", signedIn: await openSession(context, user, ["fed"], device) };
}
