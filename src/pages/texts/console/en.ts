import { auditEn } from "./audit-en.ts";
import { clientsEn } from "./clients-en.ts";
import { lookEn } from "./look-en.ts";
import { providersEn } from "./providers-en.ts";
import { realmsEn } from "./realms-en.ts";
import { sourcesEn } from "./sources-en.ts";
import { tryEn } from "./try-en.ts";
import { usersEn } from "./users-en.ts";
import { vaultEn } from "./vault-en.ts";
import { webhooksEn } from "./webhooks-en.ts";

/** Wording of the operators' console. */
export const consoleEn = {
  navigation: "Console",

  places: {
    realms: "All realms",
    "all-figures": "Figures of all realms",
    overview: "Overview",
    figures: "Figures",
    domains: "Domains",
    settings: "Settings",
    look: "Look",
    users: "Users",
    clients: "Applications",
    "registration-tokens": "Registration tokens",
    providers: "Sign-in providers",
    sources: "Main products",
    webhooks: "Webhooks",
    keys: "Signing keys",
    calls: "Calls to providers",
    events: "Audit log",
  },

  refused: {
    title: "The console is for operators",
    lead: "You are signed in, and this account has no role that the console is for.",
    next: "Ask a system administrator of this realm for the role admin or sysadmin, or sign in with another account.",
    home: "Go to the home page",
  },

  secondFactor: {
    text: "This realm manages the whole deployment. Sign in with two factors to see the other realms.",
    setUp: "Set up two-step verification",
    prove: "Show the second factor now",
  },

  form: {
    standard: (value: string) => `Left empty: ${value}`,
    nothing: "nothing",
    on: "on",
    off: "off",
    unchanged: "as the preset says",
    reset: "Back to the default",
    save: "Save",
    cancel: "Cancel",
    notJson: "This is not JSON.",
    notNumber: "This is not a number.",
    typedWrong: "Type it exactly as shown.",
    typeToConfirm: "To confirm, type",
    seconds: "seconds",
    perMinute: "a minute",
    perHour: "an hour",
  },

  list: {
    filter: "Filter this list",
    filters: "Filter",
    show: "Show",
    showAll: "Show everything",
    search: "Search",
    searchLabel: "Name or domain",
    next: "Next page",
    first: "Back to the first page",
    actions: "Actions",
  },

  copy: "Copy",
  copied: "Copied",

  done: {
    saved: "Saved.",
    created: "Created.",
    removed: "Removed.",
    reset: "Back to the default.",
    "realm-created":
      "The realm stands. Its domains have to lead here before anybody can use it: check them under Domains.",
    "publisher-created": "Both realms stand. This is the one for editors.",
    "domain-added": "The domain belongs to this realm now. Check below that it leads here.",
    "keys-rotated": "The next keys sign from now on.",
    "session-ended": "The session has ended.",
    "sessions-ended": "All sessions and tokens have ended.",
    merged: "The two accounts are one now.",
    "reset-mailed": "A link for a new password is on its way to the user.",
    "factors-reset": "The second factors are gone, and all sessions have ended.",
    "consent-revoked": "The consent is taken back.",
    disconnected: "The account elsewhere is disconnected.",
    replayed: "It is on its way once more.",
    "key-revoked": "The key is withdrawn. What it signed is worth nothing any more.",
  },

  /** By the API's code; its own words where there are none. */
  problems: {
    "version-outdated":
      "Somebody else has changed this in the meantime. Below stands what you typed; open the page again to see theirs.",
    "validation-failed": "Some fields are missing or not valid. Each says what is wrong.",
    invalid_redirect_uri: "An address is not acceptable. The field says why.",
    invalid_client_metadata: "Some fields do not fit together. Each says what is wrong.",
    "domain-already-in-realm": "A domain belongs to another realm already.",
    "reauthentication-required": "Confirm first that it is you: sign in again, then repeat.",
    "cross-site-request": "This request came from another site and was refused.",
    forbidden: "This account may not do that.",
    "not-found": "There is no such thing, or it was removed in the meantime.",
    "key-in-use": "This key signs right now. Rotate first, then withdraw it.",
    "storage-unavailable": "The stores do not answer right now. Nothing was changed; try again.",
  } as Readonly<Record<string, string>>,

  realms: realmsEn,
  look: lookEn,
  clients: clientsEn,
  providers: providersEn,
  trial: tryEn,
  users: usersEn,
  sources: sourcesEn,
  webhooks: webhooksEn,
  vault: vaultEn,
  audit: auditEn,
};
