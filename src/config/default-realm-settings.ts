import { type RealmSettings, realmSettingsSchema } from "./realm-settings.ts";

export const defaultRealmSettings: RealmSettings = realmSettingsSchema.parse({});
