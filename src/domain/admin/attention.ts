import { limits } from "../../config/limits.ts";
import type { AttentionStore } from "../../storage/d1/attention-store.ts";
import type { DailyCountStore } from "../../storage/d1/daily-count-store.ts";
import type { Metric } from "../audit/counts.ts";
import type { RealmContext } from "../realm-context.ts";
import { checkDomain, type DomainState } from "../realms/domain-check.ts";

export const attentionKinds = [
  "domain-not-here",
  "webhook-failing",
  "deliveries-dead",
  "provider-without-secret",
  "messages-undelivered",
  "api-key-expired",
  "api-key-expiring",
  "signing-key-old",
] as const;

/** Something that a realm's operators should look at. */
export interface AttentionItem {
  readonly kind: (typeof attentionKinds)[number];
  /** The domain, the webhook's id, the provider's name, `mail` or `sms`, the owner of the API key, the key's id. */
  readonly subject: string;
  /** What a domain met, where a webhook leads, how a key begins. */
  readonly detail: string | null;
  /** Whose an API key is. */
  readonly ownerType: "source" | "client" | null;
  /** Of deliveries; of messages, since yesterday. */
  readonly count: number | null;
  /** Milliseconds since the epoch: when an API key ceases to be valid, since when a key signs. */
  readonly at: number | null;
}

const dayMs = 86_400_000;
const expiresSoonMs = 14 * dayMs;
const oldKeyMs = 365 * dayMs;
/** A browser waits for them. */
const domainsAtOnce = 10;

export interface Attention {
  readonly items: readonly AttentionItem[];
  /** Domains of which nobody knows where they lead, because they were not to be called. */
  readonly uncheckedDomains: readonly string[];
}

/** What is amiss in a realm, or soon will be: what keeps people out first. `callsDomains`: asks those that were not asked lately, which takes a while. */
export async function attentionOf(
  context: RealmContext,
  { attention: store, counts }: { readonly attention: AttentionStore; readonly counts: DailyCountStore },
  callsDomains: boolean,
): Promise<Attention> {
  const now = context.clock.now();
  const yesterday = new Date(now - dayMs).toISOString().slice(0, 10);
  const [domains, failing, dead, providers, apiKeys, messages] = await Promise.all([
    statesOfDomains(context, callsDomains),
    store.failingWebhooks(),
    store.deadDeliveries(),
    store.providersWithoutSecret(),
    store.expiringKeys(now + expiresSoonMs),
    counts.sumsSince(yesterday, "messages_undelivered" satisfies Metric),
  ]);
  const items = [
    ...domains.flatMap(({ host, state }) =>
      state === null || state === "reaches-this-realm" ? [] : [item("domain-not-here", host, { detail: state })],
    ),
    ...providers.map(({ name }) => item("provider-without-secret", name)),
    ...messages.map(({ label, count }) => item("messages-undelivered", label, { count })),
    ...failing.map(({ id, url }) => item("webhook-failing", id, { detail: url })),
    ...dead.map(({ id, url, count }) => item("deliveries-dead", id, { detail: url, count })),
    ...apiKeys.map(({ ownerType, owner, prefix, expiresAt }) =>
      item(expiresAt <= now ? "api-key-expired" : "api-key-expiring", owner, {
        ownerType,
        detail: prefix,
        at: expiresAt,
      }),
    ),
    ...context.realm.keys.rows.flatMap(({ kid, status, activatedAt }) =>
      status === "active" && activatedAt !== null && now - activatedAt > oldKeyMs
        ? [item("signing-key-old", kid, { at: activatedAt })]
        : [],
    ),
  ];
  return { items, uncheckedDomains: domains.flatMap(({ host, state }) => (state === null ? [host] : [])) };
}

const item = (
  kind: AttentionItem["kind"],
  subject: string,
  more: Partial<Omit<AttentionItem, "kind" | "subject">> = {},
): AttentionItem => ({
  kind,
  subject,
  detail: null,
  ownerType: null,
  count: null,
  at: null,
  ...more,
});

interface Seen {
  readonly at: number;
  readonly state: DomainState;
}

/** By realm and host, so that who looks at a page again does not have it called again. */
const seen = new Map<string, Seen>();

async function statesOfDomains(
  context: RealmContext,
  callsDomains: boolean,
): Promise<{ host: string; state: DomainState | null }[]> {
  const hosts = context.realm.hosts.slice(0, domainsAtOnce);
  return Promise.all(
    hosts.map(async (host) => {
      const known = seenLately(context, host);
      return { host, state: known === null && callsDomains ? await call(context, host) : known };
    }),
  );
}

const nameOf = ({ realm }: RealmContext, host: string): string => `${realm.id} ${host}`;

function seenLately(context: RealmContext, host: string): DomainState | null {
  const known = seen.get(nameOf(context, host));
  return known !== undefined && context.clock.now() - known.at < limits.domainSeenMs ? known.state : null;
}

async function call(context: RealmContext, host: string): Promise<DomainState> {
  const at = context.clock.now();
  const { state } = await checkDomain(context, host, AbortSignal.timeout(limits.domainGlanceTimeoutMs));
  if (seen.size >= limits.domainsSeen) seen.clear();
  seen.set(nameOf(context, host), { at, state });
  return state;
}
