import * as z from "zod";
import { jurisdictions } from "../../config/jurisdictions.ts";
import { limits } from "../../config/limits.ts";
import { realmSettingsSchema } from "../../config/realm-settings.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import { settingsPatchSchema } from "../../domain/realms/settings-patch.ts";
import { labelSchema } from "./text-fields.ts";
import { timeJson, timeSchema } from "./time-json.ts";

const mostDomains = 100;
const hostSchema = z.string().max(253);

export const domainsSchema = z
  .array(hostSchema)
  .min(1)
  .max(mostDomains)
  .describe("Host names, without port or path. Each belongs to one realm only.");

const kindSchema = z.enum(["frontend", "editor"]);
const authDomainSchema = hostSchema.describe(
  "One of the domains: the OpenID issuer, and where the hosted pages stand. To change it is to change the issuer: tokens and sessions given out before are worth nothing then, and clients have to be told.",
);
const redirectDomainsSchema = z
  .array(hostSchema)
  .max(mostDomains)
  .describe("Hosts outside the realm that sign-ins may return to.");
const authenticationUrlSchema = z
  .string()
  .max(limits.urlLength)
  .describe("The realm's own sign-in page, on one of its domains, in place of the hosted one.");
const settingsSchema = settingsPatchSchema.describe(
  "Merged into the settings there are (RFC 7396): what is left out stays, null brings a default back.",
);

export const shardSchema = z
  .string()
  .max(40)
  .describe("The database that holds the realm's rows: `main`, or what stands behind `DB_` in a binding's name.");

const jurisdictionSchema = z
  .enum(jurisdictions)
  .nullable()
  .describe(
    "The region within which the objects of the realm's users run and keep their sessions; null for wherever. Fixed when the realm is made.",
  );

export const newJurisdictionSchema = jurisdictionSchema
  .optional()
  .describe(
    "The region within which the objects of the realm's users run and keep their sessions, for good; null for wherever. Left out, it is what the deployment's `NEW_REALMS_JURISDICTION` says.",
  );

export const newRealmSchema = z.strictObject({
  name: labelSchema,
  kind: kindSchema.default("frontend"),
  domains: domainsSchema,
  auth_domain: authDomainSchema.nullish(),
  allowed_redirect_domains: redirectDomainsSchema.default([]),
  authentication_url: authenticationUrlSchema.nullish(),
  settings: settingsSchema.nullish(),
  shard: shardSchema.nullish(),
  jurisdiction: newJurisdictionSchema,
});

export const realmPatchSchema = z.strictObject({
  name: labelSchema.optional(),
  kind: kindSchema.optional(),
  domains: domainsSchema.optional(),
  auth_domain: authDomainSchema.optional(),
  allowed_redirect_domains: redirectDomainsSchema.optional(),
  authentication_url: authenticationUrlSchema.nullish(),
  settings: settingsSchema.optional(),
  jurisdiction: jurisdictionSchema.optional().describe("Refused unless it is what it is: `jurisdiction-fixed`."),
});

export const realmSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: kindSchema,
  domains: z.array(z.string()),
  auth_domain: z.string(),
  issuer: z.string(),
  allowed_redirect_domains: z.array(z.string()),
  authentication_url: z.string().nullable(),
  settings: realmSettingsSchema.describe("All of them, with their defaults."),
  shard: shardSchema,
  jurisdiction: jurisdictionSchema,
  version: z.int(),
  created_at: timeSchema,
  updated_at: timeSchema,
});

export const realmJson = (realm: Realm): z.output<typeof realmSchema> => ({
  id: realm.id,
  name: realm.name,
  kind: realm.kind,
  domains: [...realm.hosts],
  auth_domain: realm.authDomain,
  issuer: realm.issuer,
  allowed_redirect_domains: [...realm.allowedRedirectDomains],
  authentication_url: realm.authenticationUrl,
  settings: realm.settings,
  shard: realm.shard,
  jurisdiction: realm.jurisdiction,
  version: realm.version,
  created_at: timeJson(realm.createdAt),
  updated_at: timeJson(realm.updatedAt),
});
