import { defaultRealmSettings } from "../../config/default-realm-settings.ts";
import type { Jurisdiction } from "../../config/jurisdictions.ts";
import { Problem } from "../../errors/errors.ts";
import type { RealmRecord } from "../../storage/d1/realm-store.ts";
import { opaqueId } from "../admin/opaque-id.ts";
import { firstKeys } from "../keys/rotation.ts";
import { type Realm, realmOf } from "./realm.ts";
import { type HostsByField, type RealmDeployment, requireFreeHosts } from "./realm-deployment.ts";
import { forgetHosts } from "./realm-directory.ts";
import { parseAuthDomain, parseHosts, requireAuthenticationUrl } from "./realm-hosts.ts";
import { patchedSettings } from "./settings-patch.ts";

/** A realm to be, as it was typed. */
export interface NewRealm {
  readonly name: string;
  readonly kind: "frontend" | "editor";
  /** At least one. */
  readonly domains: readonly string[];
  /** The first domain when left out. */
  readonly authDomain: string | null;
  readonly allowedRedirectDomains: readonly string[];
  readonly authenticationUrl: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where its rows are to lie; null for the shard on which realms are made usually. */
  readonly shard: string | null;
  /** Within which region its objects are to be, for good; null for wherever, undefined for where this deployment's usually are. */
  readonly jurisdiction: Jurisdiction | null | undefined;
}

/** Makes a realm and its first keys. Throws Problem: body-invalid, domain-already-in-realm. */
export async function createRealm(deployment: RealmDeployment, input: NewRealm): Promise<Realm> {
  const [realm] = await createTogether(deployment, [{ input, domainsField: "domains" }]);
  return realm;
}

/** Makes the two realms of a publisher, or neither. Throws Problem. */
export async function createPublisher(
  deployment: RealmDeployment,
  input: Pick<NewRealm, "name" | "jurisdiction"> & {
    editorDomains: readonly string[];
    frontendDomains: readonly string[];
  },
): Promise<{ editor: Realm; frontend: Realm }> {
  const shared = {
    name: input.name,
    authDomain: null,
    allowedRedirectDomains: [],
    authenticationUrl: null,
    settings: {},
    shard: null,
    jurisdiction: input.jurisdiction,
  };
  const [editor, frontend] = await createTogether(deployment, [
    { input: { ...shared, kind: "editor", domains: input.editorDomains }, domainsField: "editor_domains" },
    { input: { ...shared, kind: "frontend", domains: input.frontendDomains }, domainsField: "frontend_domains" },
  ]);
  return { editor, frontend };
}

interface Plan {
  readonly input: NewRealm;
  /** What the caller calls its domains. */
  readonly domainsField: string;
}

async function createTogether<Plans extends readonly [Plan, ...Plan[]]>(
  deployment: RealmDeployment,
  plans: Plans,
): Promise<{ [Index in keyof Plans]: Realm }> {
  const drafts = plans.map((plan) => ({ ...plan, realm: draftRealm(deployment, plan) }));
  const wanted: HostsByField = Object.fromEntries(drafts.map((draft) => [draft.domainsField, draft.realm.hosts]));
  requireDistinct(wanted);
  await requireFreeHosts(deployment, wanted, null);
  const records = await Promise.all(drafts.map((draft) => withKeys(deployment, draft.realm)));
  if (!(await deployment.realms.insertAll(records as [RealmRecord, ...RealmRecord[]]))) {
    await requireFreeHosts(deployment, wanted, null);
    throw new Problem("domain-already-in-realm");
  }
  forgetHosts(Object.values(wanted).flat());
  const made = records.map((record) => realmOf(record, deployment.config, deployment.ring));
  return made as { [Index in keyof Plans]: Realm };
}

type Draft = Omit<RealmRecord, "keys">;

function draftRealm(deployment: RealmDeployment, { input, domainsField }: Plan): Draft {
  const { config, clock, realms } = deployment;
  const hosts = parseHosts(domainsField, input.domains, config);
  const [first] = hosts;
  if (first === undefined) throw new Problem("body-invalid", { fields: { [domainsField]: "names no host" } });
  const authDomain = input.authDomain === null ? first : parseAuthDomain(input.authDomain, hosts, config);
  if (input.authenticationUrl !== null) requireAuthenticationUrl(input.authenticationUrl, hosts, config);
  const shard = input.shard ?? config.newRealmsShard;
  if (!realms.shards.includes(shard))
    throw new Problem("body-invalid", { fields: { shard: "is none of this deployment" } });
  const { jurisdiction = config.newRealmsJurisdiction } = input;
  if (jurisdiction !== null && !deployment.offersJurisdiction(jurisdiction))
    throw new Problem("body-invalid", {
      fields: { jurisdiction: "is none in which this deployment can keep objects" },
    });
  const now = clock.now();
  return {
    hosts: hosts.toSorted(),
    realm: {
      id: `r${opaqueId(20)}`,
      name: input.name,
      shard,
      jurisdiction,
      kind: input.kind,
      authDomain,
      authenticationUrl: input.authenticationUrl,
      allowedRedirectDomains: parseHosts("allowed_redirect_domains", input.allowedRedirectDomains, config),
      settings: patchedSettings(defaultRealmSettings, input.settings),
      passwordFloorKib: 0,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    },
  };
}

async function withKeys({ ring, clock }: RealmDeployment, draft: Draft): Promise<RealmRecord> {
  return { ...draft, keys: await firstKeys(draft.realm.id, ring, clock.now()) };
}

/** No host for two of the realms that are to be made. */
function requireDistinct(wanted: HostsByField): void {
  const seen = new Set<string>();
  for (const [field, hosts] of Object.entries(wanted)) {
    const twice = hosts.filter((host) => seen.has(host));
    if (twice.length > 0)
      throw new Problem("body-invalid", { fields: { [field]: `named twice: ${twice.join(", ")}` } });
    for (const host of hosts) seen.add(host);
  }
}
