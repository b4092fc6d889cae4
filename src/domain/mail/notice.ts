import type { UserRow } from "../../storage/d1/user-store.ts";
import type { FactorEvent } from "../second-factor/factor-event.ts";
import type { Address } from "./address.ts";

/** What a message says. How, and in which language, is decided when it is written (http/messages). */
export type Notice =
  | { readonly type: "one-time-code"; readonly to: Address; readonly code: string; readonly isNewcomer: boolean }
  | { readonly type: "address-code"; readonly to: Address; readonly code: string }
  | { readonly type: "verification-link"; readonly to: Address; readonly link: string }
  | { readonly type: "password-reset"; readonly to: Address; readonly link: string; readonly code: string }
  | { readonly type: "password-changed"; readonly to: Address }
  | { readonly type: "address-changed"; readonly to: Address; readonly changed: Address["kind"] }
  | { readonly type: "factors-changed"; readonly to: Address; readonly event: FactorEvent };

/** Sends a message on its way. It arrives after the answer, and nothing that happens to it changes the answer. */
export type Post = (notice: Notice) => Promise<void>;

/** Where the owner of an account is told what happened to it: a proven address first; null when there is none. */
export function reachOf(
  user: Pick<UserRow, "email" | "emailVerified" | "phoneNumber" | "phoneVerified">,
): Address | null {
  const email: Address | null = user.email === null ? null : { kind: "email", value: user.email };
  const phone: Address | null = user.phoneNumber === null ? null : { kind: "phone", value: user.phoneNumber };
  if (user.emailVerified) return email;
  return user.phoneVerified ? phone : email;
}
