import type { FactorEvent } from "../second-factor/factor-event.ts";

const accountEvents = [
  "account-linked",
  "account-unlinked",
  "device-linked",
  "username-changed",
  "data-downloaded",
  "account-deleted",
] as const;

/** What happened to an account, besides its factors; its owner is told. */
export type AccountEvent = (typeof accountEvents)[number];

export const isAccountEvent = (event: AccountEvent | FactorEvent): event is AccountEvent =>
  accountEvents.some((known) => known === event);
