import { accountHi } from "./account-hi.ts";
import { connectHi } from "./connect-hi.ts";
import { counter, roundedUp } from "./counted.ts";
import { deviceHi } from "./device-hi.ts";
import { embedHi } from "./embed-hi.ts";
import type { Texts } from "./en.ts";
import { linkHi } from "./link-hi.ts";
import { mailHi } from "./mail-hi.ts";
import { recoveryHi } from "./recovery-hi.ts";
import { refusalsHi } from "./refusals-hi.ts";
import { secondFactorHi } from "./second-factor-hi.ts";
import { shellHi } from "./shell-hi.ts";

const count = counter("hi");

function duration(seconds: number): string {
  const { n, unit } = roundedUp(seconds);
  if (unit === "second") return count(n, "सेकंड", "सेकंड");
  return unit === "minute" ? count(n, "मिनट", "मिनट") : count(n, "घंटे", "घंटे");
}

export const hi: Texts = {
  language: "hi",
  direction: "ltr",

  documentTitle: (title, realm) => `${title} – ${realm}`,
  errorTitle: (title) => `त्रुटि: ${title}`,
  opensInNewTab: "(नए टैब में खुलता है)",
  continue: "आगे बढ़ें",
  imprint: "कानूनी जानकारी",

  signIn: {
    title: "साइन इन करें",
    reauthenticateTitle: "पुष्टि करें कि यह आप ही हैं",
    lead: (realm) => `अपने ${realm} खाते से।`,
    leadFor: (client) => `इसके बाद आप ${client} पर जाएँगे।`,
    identifier: "ईमेल या यूज़रनेम",
    password: "पासवर्ड",
    submit: "साइन इन करें",
    passkey: "पासकी से साइन इन करें",
    noAccount: "पहली बार आए हैं?",
    signUp: "खाता बनाएँ",
    problems: {
      "wrong-credentials": "यह ईमेल या यूज़रनेम और पासवर्ड मेल नहीं खाते। दोनों जाँचकर फिर कोशिश करें।",
      "password-expired": "यह पासवर्ड आपके लिए रखा गया था और अब मान्य नहीं है। इसे रीसेट करें या दूसरा माँगें।",
      "too-many-attempts": "बहुत ज़्यादा कोशिशें हुईं। थोड़ा रुककर फिर कोशिश करें।",
      expired: "यह पेज बहुत देर तक खुला रहा। कृपया फिर से साइन इन करें।",
      reauthenticate: "आप पहले से साइन इन हैं। आगे बढ़ने के लिए अपना पासवर्ड एक बार और डालें।",
      "provider-failed": "उस तरीके से साइन इन नहीं हो पाया। फिर कोशिश करें या दूसरा तरीका चुनें।",
      "provider-denied": "आपने उसे पूरा नहीं किया। फिर कोशिश करें या दूसरे तरीके से साइन इन करें।",
      "link-required": "इस ईमेल पते का एक खाता पहले से है। यहाँ उसमें साइन इन करें, फिर अपने खाते में दोनों को जोड़ें।",
    },
    tooManyAttemptsFor: (seconds) => `बहुत ज़्यादा कोशिशें हुईं। ${duration(seconds)} बाद फिर कोशिश करें।`,
  },

  providers: {
    or: "या",
    continueWith: (label) => `${label} से जारी रखें`,
  },

  linkRequired: {
    title: "यहाँ आपका खाता पहले से है",
    lead: "इस ईमेल पते का एक खाता है, और वह उस खाते से जुड़ा नहीं है जिससे आप आए हैं।",
    next: "हमेशा की तरह साइन इन करें। फिर अपने खाते में दोनों को जोड़ें, ताकि दोनों से वहीं पहुँचा जा सके।",
    signIn: "साइन इन करें",
  },

  signUp: {
    title: "अपना खाता बनाएँ",
    lead: (realm) => `${realm} की हर चीज़ के लिए एक ही खाता।`,
    leadFor: (client) => `इसके बाद आप ${client} पर जाएँगे।`,
    name: "नाम",
    email: "ईमेल",
    password: "पासवर्ड",
    passwordHint: (minLength) =>
      `कम से कम ${count(minLength, "वर्ण", "वर्ण")}। ऐसे कुछ शब्द, जिनका आपस में संबंध न हो, अच्छा पासवर्ड बनाते हैं।`,
    submit: "खाता बनाएँ",
    haveAccount: "पहले से खाता है?",
    signIn: "साइन इन करें",
    summary: "कृपया इन्हें ठीक करें",
    missing: {
      name: "अपना नाम डालें।",
      email: "अपना ईमेल पता डालें।",
      password: "एक पासवर्ड चुनें।",
      form: "सभी खाने भरें।",
    },
    problems: {
      "email-invalid": "name@example.com जैसा ईमेल पता डालें।",
      "user-already-exists": "इस ईमेल पते का खाता पहले से है। उसी से साइन इन करें।",
      "password-too-long": "यह पासवर्ड बहुत लंबा है। छोटा पासवर्ड चुनें।",
      "password-too-common": "यह पासवर्ड बहुत आम है और इसका अनुमान आसानी से लगाया जा सकता है। दूसरा चुनें।",
      "password-contains-context": "पासवर्ड में अपना नाम, अपना ईमेल या इस साइट का नाम न रखें।",
      "too-many-attempts": "बहुत ज़्यादा कोशिशें हुईं। थोड़ा रुककर फिर कोशिश करें।",
      expired: "यह पेज बहुत देर तक खुला रहा। कृपया फ़ॉर्म फिर से भेजें।",
    },
    passwordTooShort: (minLength) => `कम से कम ${count(minLength, "वर्ण", "वर्ण")} रखें।`,
  },

  consent: {
    title: (client) => `क्या ${client} आपके खाते का उपयोग करे?`,
    willBeAble: (client) => `${client} इनकी अनुमति चाहता है`,
    signedInAs: "साइन इन हैं",
    notYou: "यह आप नहीं हैं?",
    returnsTo: "आप यहाँ लौटेंगे",
    standsAt: "केवल अपने पते से जाना जाता है",
    allow: "अनुमति दें",
    deny: "मना करें",
    caution: "अनुमति तभी दें जब आप वहीं से आए हों और उस पर भरोसा करते हों।",
    policy: "निजता नीति",
    terms: "सेवा की शर्तें",
    scopes: {
      openid: "यहाँ के खाते से आपको पहचानना",
      profile: "आपका नाम और प्रोफ़ाइल फ़ोटो देखना",
      email: "आपका ईमेल पता देखना",
      phone: "आपका फ़ोन नंबर देखना",
      address: "आपका डाक पता देखना",
      roles: "यहाँ आपकी भूमिकाएँ देखना",
      offline_access: "आपके न होने पर भी यह पहुँच बनाए रखना",
    },
  },

  signOut: {
    title: "साइन आउट करें?",
    lead: (realm) => `इस ब्राउज़र में ${realm} की हर साइट पर आपका सत्र समाप्त हो जाएगा।`,
    leadFor: (client) => `${client} आपको साइन आउट करना चाहता है।`,
    submit: "साइन आउट करें",
    stay: "साइन इन बने रहने के लिए यह पेज बंद कर दें।",
  },

  signedOut: {
    title: "आप साइन आउट हो चुके हैं",
    lead: (realm) => `${realm} पर आपका सत्र समाप्त हो गया है। आप यह पेज बंद कर सकते हैं।`,
    elsewhereTitle: "आपका सत्र समाप्त कर दिया गया",
    elsewhereLead: "इसे किसी दूसरे ब्राउज़र या डिवाइस से समाप्त किया गया। अगर वह आप नहीं थे, तो साइन इन करके अपना पासवर्ड बदलें।",
    signInAgain: "फिर से साइन इन करें",
  },

  home: {
    signedInTitle: "आप साइन इन हैं",
    signedOutTitle: (realm) => `${realm} में आपका स्वागत है`,
    signedOutLead: "एक बार साइन इन करें और हमारी हर साइट पर आप साइन इन रहेंगे।",
    signIn: "साइन इन करें",
    signUp: "खाता बनाएँ",
    signOut: "साइन आउट करें",
    twoFactor: "दो-चरणीय सत्यापन चालू करें",
    siblings: "आपका खाता यहाँ भी चलता है",
    here: (host) => `आप ${host} पर हैं`,
  },

  error: {
    titles: {
      request: "यह नहीं हो पाया",
      forbidden: "यहाँ इसकी अनुमति नहीं है",
      missing: "यहाँ कुछ नहीं है",
      busy: "ज़रा रुकें",
      ours: "कुछ गड़बड़ हो गई",
    },
    next: {
      request: "जिस साइट या ऐप से आप आए थे, वहाँ लौटकर फिर से शुरू करें।",
      forbidden: "अगर आपका कोई दूसरा खाता है, तो उससे साइन इन करें। नहीं तो इस साइट के संचालकों से पूछें।",
      missing: "पता जाँचें या होम पेज से शुरू करें।",
      busy: "एक मिनट रुककर फिर कोशिश करें।",
      ours: "गलती हमारी है, आपकी नहीं। एक मिनट रुककर फिर कोशिश करें।",
    },
    whatNow: "आप क्या कर सकते हैं",
    ifItStays: "अगर ऐसा फिर हो, तो ये जानकारियाँ इस साइट के संचालकों को दें।",
    requestId: "संदर्भ",
    errorCode: "कोड",
    status: "स्थिति",
    home: "होम पेज पर जाएँ",
  },

  device: deviceHi,

  linkAccount: linkHi,
  connect: connectHi,
  embed: embedHi,
  shell: shellHi,
  accountPages: accountHi,

  secondFactor: secondFactorHi,

  recovery: recoveryHi,
  mail: mailHi,
  refusals: refusalsHi,

  returnTo: {
    leadsTo: "वापसी का रास्ता यहाँ जाता है",
    caution: "यहाँ किसी ने इस ऐप्लिकेशन की जाँच नहीं की है। तभी लौटें जब आप वहीं से आए हों।",
    goBack: "वापस जाएँ",
  },

  formPost: {
    title: "आपको वापस ले जाया जा रहा है",
    lead: (host) => `आपको ${host} पर भेजा जा रहा है।`,
    hint: "अगर कुछ न हो, तो “आगे बढ़ें” दबाएँ।",
  },

  reference: {
    version: (version) => `संस्करण ${version}`,
    contents: "विषय-सूची",
    servers: "सर्वर",
    untagged: "अन्य",
    schemas: "स्कीमा",
    parameters: "पैरामीटर",
    requestBody: "अनुरोध का मुख्य भाग",
    responses: "उत्तर",
    headers: "हेडर",
    authentication: "प्रमाणीकरण",
    noAuthentication: "कोई नहीं",
    or: "या",
    required: "ज़रूरी",
    deprecated: "अप्रचलित",
    readOnly: "केवल पढ़ने के लिए",
    writeOnly: "केवल लिखने के लिए",
    defaultValue: "डिफ़ॉल्ट",
    allowedValues: "इनमें से एक",
    example: "उदाहरण",
    anyOther: "कोई भी दूसरा नाम",
    oneOf: "इन रूपों में से एक",
    allOf: "ये सभी एक साथ",
    anything: "कोई भी मान",
    arrayOf: (type) => `${type} की सूची`,
  },
};
