import { auditHi } from "./audit-hi.ts";
import { clientsHi } from "./clients-hi.ts";
import type { consoleEn } from "./en.ts";
import { lookHi } from "./look-hi.ts";
import { providersHi } from "./providers-hi.ts";
import { realmsHi } from "./realms-hi.ts";
import { sourcesHi } from "./sources-hi.ts";
import { tryHi } from "./try-hi.ts";
import { usersHi } from "./users-hi.ts";
import { vaultHi } from "./vault-hi.ts";
import { webhooksHi } from "./webhooks-hi.ts";

export const consoleHi: typeof consoleEn = {
  navigation: "कंसोल",

  places: {
    realms: "सभी रेल्म",
    "all-figures": "सभी रेल्म के आँकड़े",
    overview: "सारांश",
    figures: "आँकड़े",
    domains: "डोमेन",
    settings: "सेटिंग",
    look: "रूप",
    users: "उपयोगकर्ता",
    clients: "ऐप्लिकेशन",
    "registration-tokens": "पंजीकरण टोकन",
    providers: "साइन इन प्रदाता",
    sources: "मुख्य उत्पाद",
    webhooks: "वेबहुक",
    keys: "हस्ताक्षर कुंजियाँ",
    calls: "प्रदाताओं को कॉल",
    events: "ऑडिट लॉग",
  },

  refused: {
    title: "कंसोल ऑपरेटरों के लिए है",
    lead: "आप साइन इन हैं, लेकिन इस खाते की ऐसी कोई भूमिका नहीं है जिसके लिए कंसोल हो।",
    next: "इस रेल्म के सिस्टम व्यवस्थापक से admin या sysadmin भूमिका माँगें, या किसी दूसरे खाते से साइन इन करें।",
    home: "होम पेज पर जाएँ",
  },

  secondFactor: {
    text: "यह रेल्म पूरे परिनियोजन को सँभालता है। बाकी रेल्म देखने के लिए दो चरणों से साइन इन करें।",
    setUp: "दो-चरणीय सत्यापन सेट अप करें",
    prove: "दूसरा चरण अभी पूरा करें",
  },

  form: {
    standard: (value: string) => `खाली छोड़ने पर: ${value}`,
    nothing: "कुछ नहीं",
    on: "चालू",
    off: "बंद",
    unchanged: "जैसा प्रीसेट में है",
    reset: "डिफ़ॉल्ट पर लौटें",
    save: "सहेजें",
    cancel: "रद्द करें",
    notJson: "यह JSON नहीं है।",
    notNumber: "यह संख्या नहीं है।",
    typedWrong: "ठीक वैसा ही लिखें जैसा दिखाया गया है।",
    typeToConfirm: "पुष्टि के लिए लिखें",
    seconds: "सेकंड",
    perMinute: "प्रति मिनट",
    perHour: "प्रति घंटा",
  },

  list: {
    filter: "इस सूची को फ़िल्टर करें",
    filters: "फ़िल्टर करें",
    show: "दिखाएँ",
    showAll: "सब कुछ दिखाएँ",
    search: "खोजें",
    searchLabel: "नाम या डोमेन",
    next: "अगला पेज",
    first: "पहले पेज पर लौटें",
    actions: "कार्रवाइयाँ",
  },

  copy: "कॉपी करें",
  copied: "कॉपी हो गया",

  done: {
    saved: "सहेजा गया।",
    created: "बनाया गया।",
    removed: "हटाया गया।",
    reset: "डिफ़ॉल्ट पर लौटाया गया।",
    "realm-created": "रेल्म तैयार है। उपयोग से पहले उसके डोमेन यहाँ पहुँचने चाहिए: उन्हें “डोमेन” में जाँचें।",
    "publisher-created": "दोनों रेल्म तैयार हैं। यह संपादकों वाला है।",
    "domain-added": "डोमेन अब इस रेल्म का है। नीचे जाँचें कि वह यहाँ पहुँचता है।",
    "keys-rotated": "अब से अगली कुंजियाँ हस्ताक्षर करेंगी।",
    "session-ended": "सत्र समाप्त हो गया।",
    "sessions-ended": "सभी सत्र और टोकन समाप्त हो गए।",
    merged: "दोनों खाते अब एक हैं।",
    "reset-mailed": "नए पासवर्ड का लिंक भेजा जा रहा है।",
    "factors-reset": "दूसरे चरण हटा दिए गए और सभी सत्र समाप्त हो गए।",
    "consent-revoked": "सहमति वापस ले ली गई।",
    disconnected: "दूसरी जगह का खाता अलग कर दिया गया।",
    replayed: "यह फिर से भेजा जा रहा है।",
    "key-revoked": "कुंजी वापस ले ली गई। उसने जिस पर हस्ताक्षर किए, वह अब मान्य नहीं है।",
  },
  problems: {
    "version-outdated": "इस बीच किसी और ने इसे बदल दिया। आपने जो लिखा वह नीचे है; उनका बदलाव देखने के लिए पेज फिर से खोलें।",
    "validation-failed": "कुछ फ़ील्ड खाली या अमान्य हैं। हर फ़ील्ड में लिखा है कि क्या गलत है।",
    invalid_redirect_uri: "एक पता स्वीकार्य नहीं है। फ़ील्ड में कारण लिखा है।",
    invalid_client_metadata: "कुछ फ़ील्ड आपस में मेल नहीं खाते। हर फ़ील्ड में लिखा है कि क्या गलत है।",
    "domain-already-in-realm": "एक डोमेन पहले से किसी दूसरे रेल्म का है।",
    "reauthentication-required": "पहले पुष्टि करें कि यह आप ही हैं: फिर से साइन इन करें, फिर दोहराएँ।",
    "cross-site-request": "यह अनुरोध किसी दूसरी साइट से आया और अस्वीकार कर दिया गया।",
    forbidden: "इस खाते को इसकी अनुमति नहीं है।",
    "not-found": "ऐसा कुछ नहीं है, या इस बीच उसे हटा दिया गया।",
    "key-in-use": "यह कुंजी अभी हस्ताक्षर कर रही है। पहले कुंजियाँ बदलें, फिर इसे वापस लें।",
    "storage-unavailable": "भंडार अभी उत्तर नहीं दे रहे। कुछ नहीं बदला गया; फिर कोशिश करें।",
  },

  realms: realmsHi,
  look: lookHi,
  clients: clientsHi,
  providers: providersHi,
  trial: tryHi,
  users: usersHi,
  sources: sourcesHi,
  webhooks: webhooksHi,
  vault: vaultHi,
  audit: auditHi,
};
