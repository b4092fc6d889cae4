import { Problem } from "../../errors/errors.ts";
import type { UserChanges, UserRow } from "../../storage/d1/user-store.ts";
import { type Address, isAddressOf } from "../mail/address.ts";
import { type Post, reachOf } from "../mail/notice.ts";
import { proveCode } from "../one-time-codes/code.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import { changeUserAnyway } from "./change-user.ts";
import { provenBy, releaseMereClaim } from "./prove-address.ts";

/**
 * Gives the user an address that they asked for in this session, now that its code came back: until then the one from before was
 * theirs, and its owner is told. Throws Problem: otp-mismatch, rate-limited, user-already-exists.
 */
export async function confirmAddress(
  context: RealmContext,
  session: ClaimedSession,
  { address, code }: { address: Address; code: string },
  post: Post,
): Promise<UserRow> {
  const user = await context.users.findById(session.userId);
  if (user === null) throw new Problem("session-ended");
  await proveCode(context, user, { address, code, purposes: ["change"], boundTo: session.sid }, "spend");
  if (!isAddressOf(user, address)) await releaseMereClaim(context, address);
  const changes: UserChanges =
    address.kind === "email"
      ? { email: address.value, ...provenBy(address) }
      : { phoneNumber: address.value, ...provenBy(address) };
  const changed = await changeUserAnyway(context, user, changes, "none");
  const before = reachOf(user);
  if (before !== null && !isAddressOf(user, address))
    await post({ type: "address-changed", to: before, changed: address.kind });
  return changed;
}
