import { Problem } from "../../errors/errors.ts";
import type { RealmChanges } from "../../storage/d1/realm-store.ts";
import type { Realm } from "./realm.ts";
import { type RealmDeployment, requireFreeHosts } from "./realm-deployment.ts";
import { forgetHosts } from "./realm-directory.ts";
import { parseAuthDomain, parseHosts, requireAuthDomainAmong, requireAuthenticationUrl } from "./realm-hosts.ts";
import { patchedSettings } from "./settings-patch.ts";

/** What is to change of a realm, as it was typed. `undefined` leaves a field as it is. */
export interface RealmPatch {
  readonly name?: string | undefined;
  readonly kind?: "frontend" | "editor" | undefined;
  /** All of them, at least one. */
  readonly domains?: readonly string[] | undefined;
  /** Becomes the issuer: tokens and sessions of the old one are worth nothing from then on. */
  readonly authDomain?: string | undefined;
  readonly allowedRedirectDomains?: readonly string[] | undefined;
  readonly authenticationUrl?: string | null | undefined;
  /** A merge patch (RFC 7396). */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** Changes a realm that was read just now. Throws Problem: body-invalid, domain-already-in-realm, version-outdated. */
export async function changeRealm(deployment: RealmDeployment, realm: Realm, patch: RealmPatch): Promise<Realm> {
  const { config } = deployment;
  const hosts = patch.domains === undefined ? realm.hosts : parseHosts("domains", patch.domains, config);
  const added = hosts.filter((host) => !realm.hosts.includes(host));
  const removed = realm.hosts.filter((host) => !hosts.includes(host));
  await requireFreeHosts(deployment, { domains: added }, realm.id);
  const changes = changesOf(deployment, realm, patch, hosts);
  const outcome = await deployment.realms.update(
    realm.id,
    realm.version,
    changes,
    { added, removed },
    deployment.clock.now(),
  );
  forgetHosts([...realm.hosts, ...added]);
  if (outcome === "outdated") throw new Problem("version-outdated");
  if (outcome === "domain-taken") {
    await requireFreeHosts(deployment, { domains: added }, realm.id);
    throw new Problem("domain-already-in-realm");
  }
  const changed = await deployment.directory.findById(realm.id);
  if (changed === null) throw new Problem("realm-unknown");
  return changed;
}

function changesOf(
  { config }: RealmDeployment,
  realm: Realm,
  patch: RealmPatch,
  hosts: readonly string[],
): RealmChanges {
  const changes: RealmChanges = {};
  if (patch.name !== undefined) changes.name = patch.name;
  if (patch.kind !== undefined) changes.kind = patch.kind;
  if (patch.authDomain !== undefined) changes.authDomain = parseAuthDomain(patch.authDomain, hosts, config);
  if (patch.authenticationUrl !== undefined) changes.authenticationUrl = patch.authenticationUrl;
  if (patch.domains !== undefined) requireAuthDomainAmong(hosts, changes.authDomain ?? realm.authDomain);
  const url = patch.domains === undefined ? patch.authenticationUrl : { ...realm, ...changes }.authenticationUrl;
  if (typeof url === "string") requireAuthenticationUrl(url, hosts, config);
  if (patch.allowedRedirectDomains !== undefined)
    changes.allowedRedirectDomains = parseHosts("allowed_redirect_domains", patch.allowedRedirectDomains, config);
  if (patch.settings !== undefined) changes.settings = patchedSettings(realm.settings, patch.settings);
  return changes;
}
