import type { UserRow } from "../../storage/d1/user-store.ts";
import type { FactorEvent } from "../second-factor/factor-event.ts";
import { type AccountEvent, isAccountEvent } from "./account-event.ts";
import type { Address } from "./address.ts";

/** Where a message goes, and the language its reader has chosen; what the asker's browser speaks when there is none. */
export interface Recipient extends Address {
  readonly locale?: string | null | undefined;
}

/** What a message says. How, and in which language, is decided when it is written (http/messages). */
export type Notice =
  | { readonly type: "one-time-code"; readonly to: Recipient; readonly code: string; readonly isNewcomer: boolean }
  | { readonly type: "address-code"; readonly to: Recipient; readonly code: string }
  | { readonly type: "verification-link"; readonly to: Recipient; readonly link: string }
  | {
      readonly type: "password-reset";
      readonly to: Recipient;
      readonly link: string;
      /** Null while no code would be taken. */
      readonly code: string | null;
    }
  | { readonly type: "password-changed"; readonly to: Recipient }
  | { readonly type: "address-changed"; readonly to: Recipient; readonly changed: Address["kind"] }
  | { readonly type: "factors-changed"; readonly to: Recipient; readonly event: FactorEvent }
  | { readonly type: "account-changed"; readonly to: Recipient; readonly event: AccountEvent }
  | { readonly type: "new-device"; readonly to: Recipient; readonly device: SeenDevice }
  | {
      readonly type: "theft";
      readonly to: Recipient;
      /** What it calls itself; null when it is gone. */
      readonly application: string | null;
      /** Milliseconds since the epoch. */
      readonly at: number;
    }
  | {
      /** One of the two has lines. */
      readonly type: "vault-report";
      readonly to: Recipient;
      readonly failures: VaultTallies;
      readonly consents: VaultTallies;
    };

/** A device that signed in: what it called itself, out of a list of ours, and roughly from where. */
export interface SeenDevice {
  readonly browser: string | null;
  readonly system: string | null;
  readonly network: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** `more`: kinds that have no line. */
export interface VaultTallies {
  readonly lines: readonly VaultTally[];
  readonly more: number;
}

/** Calls of the token vault that failed in one hour and in one way, or consents of one hour with one outcome. */
interface VaultTally {
  readonly provider: string;
  readonly clientId: string;
  readonly code: string;
  readonly count: number;
  /** The provider's last answer; null when it was not called. */
  readonly statusCode: number | null;
  /** Null of consents. */
  readonly lastCallId: string | null;
}

/** Sends a message on its way. It arrives after the answer, and nothing that happens to it changes the answer. */
export type Post = (notice: Notice) => Promise<void>;

/** Where the owner of an account is told what happened to it: a proven address first; null when there is none. */
export function reachOf(
  user: Pick<UserRow, "email" | "emailVerified" | "phoneNumber" | "phoneVerified" | "locale">,
): Recipient | null {
  const { locale } = user;
  const email: Recipient | null = user.email === null ? null : { kind: "email", value: user.email, locale };
  const phone: Recipient | null = user.phoneNumber === null ? null : { kind: "phone", value: user.phoneNumber, locale };
  if (user.emailVerified) return email;
  return user.phoneVerified ? phone : email;
}

/** So that the owner of an account hears what was done to it, by whomever (ASVS 6.3.7). */
export async function tellOwner(
  user: Parameters<typeof reachOf>[0],
  post: Post,
  event: AccountEvent | FactorEvent,
): Promise<void> {
  const to = reachOf(user);
  if (to === null) return;
  await post(isAccountEvent(event) ? { type: "account-changed", to, event } : { type: "factors-changed", to, event });
}
