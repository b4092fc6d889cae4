import type { ThemeSettings } from "../config/theme.ts";
import type { Realm } from "../domain/realms/realm.ts";
import type { Theme } from "../pages/frame.ts";

/** What pages and mails call the realm. */
export const siteName = ({ name, settings }: Realm): string => settings.theme.site_name ?? name;

/** The realm's look as the pages know it. */
export const lookOf = ({ settings }: Realm): Theme => themeOf(settings.theme);

/** Of the setting, what pages are dressed with. */
export function themeOf(theme: ThemeSettings): Theme {
  return {
    accentColor: theme.accent_color,
    accentInk: theme.accent_ink,
    backgroundColor: theme.background_color,
    backgroundColorDark: theme.background_color_dark,
    logoUrl: theme.logo_url,
    logoDarkUrl: theme.logo_dark_url,
    font: theme.font,
    radius: theme.radius,
    termsUrl: theme.terms_url,
    privacyUrl: theme.privacy_url,
    imprintUrl: theme.imprint_url,
  };
}
