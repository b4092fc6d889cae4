import type { embedEn } from "./embed-en.ts";

export const embedHi: typeof embedEn = {
  title: "आपका खाता",
  signedIn: "आप साइन इन हैं।",
  signedOut: "आप साइन इन नहीं हैं।",
  blocked: "आपका ब्राउज़र आपका खाता इस साइट को तब तक नहीं दिखाता जब तक आप अनुमति न दें।",
  allow: "यहाँ मेरे खाते का उपयोग करें",
  signIn: "साइन इन करें",
  done: {
    title: "आप साइन इन हैं",
    lead: "यह विंडो बंद करें और उस साइट पर लौटें जहाँ से आप आए थे।",
  },
};
