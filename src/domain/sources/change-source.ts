import type { Config } from "../../config/env.ts";
import { type HandOverAlgorithm, shortestSecretBytes } from "../../crypto/hand-over-token.ts";
import { Problem } from "../../errors/errors.ts";
import { utf8 } from "../../lib/base64url.ts";
import { signingKeys } from "../clients/client-keys.ts";
import { isPresetName } from "../federation/presets.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import type { RealmContext } from "../realm-context.ts";
import { forgetHosts } from "../realms/realm-directory.ts";
import { type Source, sealSourceSecret, sourceName, sourceOf } from "./source.ts";
import type { SourceSettings, UserIdMode } from "./source-settings.ts";

/** A main product as an operator wants it to be. */
export interface WantedSource {
  readonly issuer: string;
  readonly algorithm: HandOverAlgorithm;
  /** Null leaves the one there is. */
  readonly secret: string | null;
  readonly userIdMode: UserIdMode;
  readonly disabled: boolean;
  readonly settings: SourceSettings;
}

/** Makes a source, or puts another in the place of the one that was read just now. Throws Problem: body-invalid, version-outdated. */
export async function putSource(
  context: RealmContext,
  name: string,
  existing: Source | null,
  wanted: WantedSource,
): Promise<Source> {
  const { realm, config, ring, clock, sources } = context;
  const faults = faultsOf(wanted, existing, config);
  if (!sourceName.test(name))
    faults.name = "is up to 32 lower-case letters, digits, dashes and underscores, a letter first";
  // Accounts are linked by this name: a provider's would lead to other people.
  else if (existing === null && (isPresetName(name) || (await context.providers.find(name)) !== null))
    faults.name = "is the name of a provider";
  if (wanted.issuer === realm.issuer) faults.issuer = "is the realm's own";
  if (Object.keys(faults).length > 0) throw new Problem("body-invalid", { fields: faults });
  const isShared = wanted.algorithm === "HS256";
  const { issuer, algorithm, secret, userIdMode, disabled, settings } = wanted;
  const changes = {
    issuer,
    algorithm,
    userIdMode,
    settings,
    sealedSecret: isShared
      ? secret === null
        ? (existing?.sealedSecret ?? null)
        : await sealSourceSecret(ring, realm.id, name, secret)
      : null,
    disabledAt: disabled ? clock.now() : null,
  };
  const row =
    existing === null
      ? await sources.insert(name, changes, clock.now())
      : await sources.update(name, existing.version, changes, clock.now());
  if (row === "outdated") throw new Problem("version-outdated");
  if (row === "issuer-taken") throw new Problem("body-invalid", { fields: { issuer: "is another source's" } });
  forgetHosts(realm.hosts);
  return sourceOf(row);
}

/** Removes a source with its keys and every link made through it. Throws Problem. */
export async function deleteSource({ sources }: RealmContext, name: string): Promise<void> {
  if (!(await sources.delete(name))) throw new Problem("source-unknown");
}

function faultsOf(wanted: WantedSource, existing: Source | null, config: Config): Record<string, string> {
  const faults: Record<string, string> = {};
  const strayOrigin = wanted.settings.origins.findIndex((text) => !isOrigin(text, config));
  if (strayOrigin >= 0) faults[`origins.${strayOrigin}`] = "is not an https origin like https://www.example.com";
  const keyFaults =
    wanted.algorithm === "HS256" ? secretFaults(wanted, existing) : keySetFaults(wanted, wanted.algorithm, config);
  return { ...faults, ...keyFaults };
}

function secretFaults({ secret, settings }: WantedSource, existing: Source | null): Record<string, string> {
  if (settings.jwks !== undefined) return { jwks: "HS256 has a secret and no keys" };
  if (settings.jwks_uri !== undefined) return { jwks_uri: "HS256 has a secret and no keys" };
  if (secret === null) return (existing?.sealedSecret ?? null) === null ? { secret: "missing" } : {};
  if (/^[*\u2022\u25cf.x]+$/i.test(secret)) return { secret: "is a mask" };
  return utf8(secret).byteLength < shortestSecretBytes
    ? { secret: `is shorter than ${shortestSecretBytes} bytes (RFC 7518 3.2)` }
    : {};
}

function keySetFaults(
  { secret, settings: { jwks, jwks_uri } }: WantedSource,
  algorithm: "RS256" | "ES256",
  { development }: Config,
): Record<string, string> {
  if (secret !== null) return { secret: "is for HS256" };
  if ((jwks === undefined) === (jwks_uri === undefined)) return { jwks: "give jwks or jwks_uri, one of them" };
  if (jwks_uri !== undefined) {
    const fault = outboundFault(jwks_uri, development);
    return fault === null ? {} : { jwks_uri: fault };
  }
  return signingKeys(jwks?.keys ?? [], algorithm).length > 0 ? {} : { jwks: `holds no key for ${algorithm}` };
}

function isOrigin(text: string, { development }: Config): boolean {
  const url = URL.parse(text);
  return (
    url !== null && url.origin === text && (url.protocol === "https:" || (development && url.protocol === "http:"))
  );
}
