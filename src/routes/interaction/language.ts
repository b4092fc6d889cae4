/** POST /language: the reader's choice below a page, remembered in this browser, and back to the page. */
import type { AppContext } from "../../http/env.ts";
import { keepLanguage } from "../../http/language.ts";
import { readPageForm } from "../../http/read-body.ts";
import { safeHref } from "../../pages/untrusted/links.ts";
import { interactionPaths } from "./paths.ts";

export async function chooseLanguage(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  const language = form.get("language");
  if (language !== undefined) keepLanguage(c, language);
  return c.body(null, 303, { location: ownPath(form.get("return-to")) });
}

/** A path of this host, and nothing that leads elsewhere (MR-02). */
function ownPath(address: string | undefined): string {
  const path = safeHref(address);
  return path?.startsWith("/") ? path : interactionPaths.home;
}
