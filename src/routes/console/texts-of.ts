import type { AppContext } from "../../http/env.ts";
import { chosenLanguage } from "../../http/language.ts";
import { type ConsoleTexts, consoleTexts } from "../../pages/texts/console/index.ts";
import { textsFor } from "../../pages/texts/index.ts";

/** The console's wording for this browser, where no page is being built yet. */
export function textsOf(c: AppContext): ConsoleTexts {
  const { languages } = c.get("realm").realm.settings;
  return consoleTexts(textsFor(chosenLanguage(c), c.req.header("accept-language"), languages).language);
}
