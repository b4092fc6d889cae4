import type { PageTexts } from "../../config/theme.ts";
import type { Texts } from "./index.ts";

/** The wording with the realm's own words for a few texts, in the language of `texts`. */
export function withOwnWords(texts: Texts, pageTexts: PageTexts): Texts {
  const own = pageTexts[texts.language];
  if (own === undefined) return texts;
  const { signIn, signUp, home } = texts;
  const { sign_in_lead, sign_up_lead, home_title } = own;
  return {
    ...texts,
    signIn: {
      ...signIn,
      title: own.sign_in_title ?? signIn.title,
      lead: sign_in_lead === undefined ? signIn.lead : () => sign_in_lead,
    },
    signUp: {
      ...signUp,
      title: own.sign_up_title ?? signUp.title,
      lead: sign_up_lead === undefined ? signUp.lead : () => sign_up_lead,
    },
    home: {
      ...home,
      signedOutTitle: home_title === undefined ? home.signedOutTitle : () => home_title,
      signedOutLead: own.home_lead ?? home.signedOutLead,
    },
  };
}
