import { defaultRealmSettings } from "../../config/default-realm-settings.ts";
import { type RealmSettings, realmSettingsSchema } from "../../config/realm-settings.ts";
import { contrastFaults } from "../../config/theme.ts";
import { Problem } from "../../errors/errors.ts";
import { isRecord } from "../../lib/json.ts";
import { applyMergePatch, mergePatchOf } from "../admin/merge-patch.ts";

/** What may be sent to change settings: RFC 7396, so null brings a default back. */
export const settingsPatchSchema = mergePatchOf(realmSettingsSchema);

/** The settings after a change, as they are stored: without those that have their default. Throws Problem, naming each wrong one. */
export function patchedSettings(
  settings: RealmSettings,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result = realmSettingsSchema.safeParse(applyMergePatch(settings, patch));
  if (result.success) {
    refuseUnreadable(result.data);
    return differences(result.data, defaultRealmSettings);
  }
  const faults = result.error.issues.map((issue) => [["settings", ...issue.path].map(String).join("."), issue.message]);
  throw new Problem("body-invalid", { fields: Object.fromEntries(faults) });
}

/** Only here, when they are set: what is stored already is bent where it is used, and never keeps a realm from answering. */
function refuseUnreadable({ theme }: RealmSettings): void {
  const faults = Object.entries(contrastFaults(theme)).map(([name, fault]) => [`settings.theme.${name}`, fault]);
  if (faults.length > 0) throw new Problem("body-invalid", { fields: Object.fromEntries(faults) });
}

function differences(
  settings: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const different: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const standard = defaults[name];
    if (JSON.stringify(value) === JSON.stringify(standard)) continue;
    different[name] = isRecord(value) && isRecord(standard) ? differences(value, standard) : value;
  }
  return different;
}
