import { counter } from "./counted.ts";
import type { MailTexts } from "./mail-en.ts";

const count = counter("hi");
const inMinutes = (minutes: number): string => `${count(minutes, "मिनट", "मिनट")} के भीतर`;
const inHours = (hours: number): string => `${count(hours, "घंटे", "घंटे")} के भीतर`;

export const mailHi: MailTexts = {
  sentBy: (realm, host) => `भेजने वाला: ${realm}, ${host}`,
  linkInstead: "अगर बटन काम न करे, तो यह पता खोलें:",

  mailbox: {
    title: "ईमेल और टेक्स्ट संदेश",
    titleFor: (recipient) => `${recipient} के लिए संदेश`,
    lead: "इस मशीन से बाहर कुछ नहीं जाता। सबसे नया पहले है।",
    empty: "यहाँ अभी कुछ नहीं है।",
    textMessage: "टेक्स्ट संदेश",
    to: "प्रति",
    asHtml: "HTML के रूप में",
  },

  oneTimeCode: {
    subject: (realm) => `${realm} के लिए आपका कोड`,
    heading: "आपका कोड",
    lead: (realm) => `आगे बढ़ने के लिए इसे ${realm} पर डालें।`,
    newcomer: (realm) => `अपना खाता बनाने के लिए इसे ${realm} पर डालें।`,
    rules: (minutes) =>
      `यह एक बार, ${inMinutes(minutes)} चलता है। जिसके पास यह हो, वह आपके नाम से साइन इन कर सकता है, इसलिए इसे किसी को न दें। हम इसे कभी नहीं माँगते।`,
    ignore: "अगर आपने इसे नहीं माँगा, तो आपको कुछ करने की ज़रूरत नहीं।",
    text: (code, realm, minutes) =>
      `${code} ${realm} के लिए आपका कोड है। यह एक बार, ${inMinutes(minutes)} चलता है। इसे किसी को न दें।`,
  },

  addressCode: {
    subject: (realm) => `${realm} के लिए अपने पते की पुष्टि करें`,
    heading: "क्या यह आपका पता है?",
    lead: (realm) =>
      `${realm} पर साइन इन किया हुआ कोई व्यक्ति अपने खाते के लिए इस पते का उपयोग करना चाहता है। अगर वह आप हैं, तो वहाँ यह कोड डालें।`,
    rules: (minutes) => `यह एक बार, ${inMinutes(minutes)} चलता है। हम इसे और कहीं कभी नहीं माँगते।`,
    ignore: "अगर वह आप नहीं हैं, तो कुछ न करें: कोड के बिना इस पते का उपयोग नहीं होगा।",
    text: (code, realm, minutes) =>
      `${code} ${realm} पर आपके खाते के लिए इस नंबर की पुष्टि करता है। यह एक बार, ${inMinutes(minutes)} चलता है। इसे किसी को न दें।`,
  },

  verificationLink: {
    subject: (realm) => `${realm} के लिए अपने पते की पुष्टि करें`,
    heading: "अपने पते की पुष्टि करें",
    lead: (realm) => `${realm} पर इस पते से एक खाता बनाया गया। पुष्टि करें कि यह पता आपका है।`,
    button: "मेरे पते की पुष्टि करें",
    rules: (hours) => `यह लिंक एक बार, ${inHours(hours)} चलता है।`,
    ignore: "अगर यह खाता आपने नहीं बनाया, तो लिंक न खोलें: उससे किसी और के खाते की पुष्टि हो जाएगी।",
  },

  passwordReset: {
    subject: (realm) => `${realm} के लिए नया पासवर्ड चुनें`,
    heading: "नया पासवर्ड चुनें",
    lead: (realm) => `किसी ने, आशा है आपने ही, ${realm} पर आपके खाते के लिए नया पासवर्ड माँगा।`,
    codeLead: "अगर आपसे कोड माँगा गया था, तो यह डालें:",
    button: "नया पासवर्ड चुनें",
    rules: (linkMinutes, codeMinutes) =>
      `लिंक एक बार, ${inMinutes(linkMinutes)} चलता है; कोड ${inMinutes(codeMinutes)}। इन्हें किसी को न दें।`,
    linkRules: (minutes) => `लिंक एक बार, ${inMinutes(minutes)} चलता है। इसे किसी को न दें।`,
    ignore: "अगर वह आप नहीं थे, तो कुछ न करें: आपका पासवर्ड वैसा ही रहेगा।",
    text: (code, realm, minutes) =>
      `${code} ${realm} के लिए नया पासवर्ड चुनने का आपका कोड है। यह एक बार, ${inMinutes(minutes)} चलता है। इसे किसी को न दें।`,
  },

  passwordChanged: {
    subject: (realm) => `${realm} का आपका पासवर्ड बदल दिया गया`,
    heading: "आपका पासवर्ड बदल दिया गया",
    lead: (realm) => `${realm} पर आपके खाते का पासवर्ड अभी बदला गया। आपके दूसरे डिवाइस साइन आउट कर दिए गए।`,
    alarm: "अगर वह आप नहीं थे, तो तुरंत नया चुनें:",
    button: "नया पासवर्ड चुनें",
    text: (realm) => `${realm} पर आपके खाते का पासवर्ड बदल दिया गया। अगर वह आप नहीं थे, तो तुरंत नया चुनें।`,
  },

  addressChanged: {
    email: {
      subject: (realm) => `${realm} पर आपका ईमेल पता बदल दिया गया`,
      heading: "आपका ईमेल पता बदल दिया गया",
      lead: (realm) => `${realm} पर आपके खाते का ईमेल पता अब दूसरा है। आपके खाते के संदेश वहीं जाएँगे।`,
    },
    phone: {
      subject: (realm) => `${realm} पर आपका फ़ोन नंबर बदल दिया गया`,
      heading: "आपका फ़ोन नंबर बदल दिया गया",
      lead: (realm) => `${realm} पर आपके खाते का फ़ोन नंबर अब दूसरा है।`,
    },
    alarm: (realm) => `अगर वह आप नहीं थे, तो तुरंत ${realm} के संचालकों को बताएँ।`,
  },

  factorsChanged: {
    subject: (realm) => `${realm} में साइन इन करने का आपका तरीका बदल दिया गया`,
    heading: "साइन इन करने का आपका तरीका बदल दिया गया",
    leads: {
      "tfa-enabled": (realm) => `${realm} पर आपके खाते के लिए दो-चरणीय सत्यापन चालू किया गया।`,
      "tfa-disabled": (realm) => `${realm} पर आपके खाते के लिए दो-चरणीय सत्यापन बंद किया गया।`,
      "tfa-reset": (realm) => `${realm} के संचालकों ने आपके खाते से दो-चरणीय सत्यापन और सभी पासकी हटा दीं।`,
      "recovery-code-used": (realm) => `${realm} पर आपके खाते में साइन इन करने के लिए एक रिकवरी कोड का उपयोग हुआ।`,
      "recovery-codes-renewed": (realm) => `${realm} पर आपके खाते के लिए नए रिकवरी कोड बनाए गए। पुराने अब नहीं चलेंगे।`,
      "passkey-added": (realm) => `${realm} पर आपके खाते में एक पासकी जोड़ी गई।`,
      "passkey-removed": (realm) => `${realm} पर आपके खाते से एक पासकी हटाई गई।`,
    },
    alarm: (realm) => `अगर वह आप नहीं थे, तो अपना पासवर्ड बदलें और तुरंत ${realm} के संचालकों को बताएँ।`,
    textAlarm: "अगर वह आप नहीं थे, तो तुरंत अपना पासवर्ड बदलें।",
  },

  newDevice: {
    subject: (realm) => `${realm} पर आपके खाते में एक नए डिवाइस से साइन-इन हुआ`,
    heading: "एक नए डिवाइस से साइन-इन हुआ",
    lead: (realm) => `${realm} पर आपके खाते में एक ऐसे डिवाइस से साइन-इन हुआ जो पहले इस्तेमाल नहीं हुआ था।`,
    alarm: "अगर यह आप थे, तो कुछ करने की ज़रूरत नहीं। अगर नहीं, तो उस डिवाइस को साइन-आउट करें और तुरंत अपना पासवर्ड बदलें:",
    button: "अपने डिवाइस देखें",
    device: (name) => `डिवाइस: ${name}`,
    network: (network) => `नेटवर्क: ${network}`,
    time: (time) => `समय: ${time}`,
  },

  theft: {
    subject: (realm) => `${realm} पर आपके खाते की एक पहुँच दो बार इस्तेमाल हुई`,
    heading: "एक पहुँच दो बार इस्तेमाल हुई",
    lead: (realm) =>
      `${realm} पर आपके खाते तक एक ऐप्लिकेशन की पहुँच दूसरी बार इस्तेमाल हुई, जैसा किसी के उसे नकल कर लेने पर होता है। हमने वह पहुँच समाप्त कर दी है।`,
    alarm:
      "हो सकता है वहाँ आपको फिर से साइन इन करना पड़े। अगर आपके डिवाइसों में कोई अनजान डिवाइस हो, तो उसे साइन-आउट करें और अपना पासवर्ड बदलें:",
    application: (name) => `ऐप्लिकेशन: ${name}`,
  },

  failedCalls: {
    subject: (realm) => `${realm} पर प्रदाताओं को की गई कॉल विफल हुईं`,
    heading: "प्रदाताओं को की गई कॉल विफल हुईं",
    lead: (realm) => `${realm} की टोकन तिजोरी की ये कॉल पिछली रिपोर्ट के बाद विफल हुईं।`,
    line: ({ count: times, provider, clientId, code, statusCode, lastCallId }) =>
      `${provider}, ऐप्लिकेशन ${clientId}: ${code} ${count(times, "बार", "बार")}${statusCode === null ? "" : `, पिछला उत्तर ${statusCode}`}। पिछली कॉल: ${lastCallId}`,
    more: (others) => `और ${count(others, "दूसरी तरह की विफलता", "दूसरी तरह की विफलताएँ")}।`,
    where: "कॉल के लॉग में इनमें से हर एक सात दिन तक रहती है।",
  },

  consents: {
    subject: (realm) => `${realm} की टोकन तिजोरी में सहमतियाँ`,
    heading: "टोकन तिजोरी में सहमतियाँ",
    lead: (realm) =>
      `${realm} की पिछली रिपोर्ट के बाद लोगों ने ऐप्लिकेशन को दूसरी सेवाओं पर जो इस्तेमाल करने दिया, और जो वापस लिया।`,
    line: ({ count: times, provider, clientId, code }) =>
      `${provider}, ऐप्लिकेशन ${clientId}: ${code} ${count(times, "बार", "बार")}`,
    more: (others) => `और ${count(others, "दूसरी तरह की सहमति", "दूसरी तरह की सहमतियाँ")}।`,
    where: "शुरू या ख़त्म हुआ हर जुड़ाव ऑडिट लॉग में है।",
  },

  accountChanged: {
    subjects: {
      "account-linked": (realm) => `${realm} पर आपके खाते से एक खाता जोड़ा गया`,
      "account-unlinked": (realm) => `${realm} पर आपके खाते से एक खाता अलग किया गया`,
      "device-linked": (realm) => `${realm} पर आपके खाते से एक डिवाइस जोड़ा गया`,
      "username-changed": (realm) => `${realm} पर आपका यूज़रनेम बदल दिया गया`,
      "data-downloaded": (realm) => `${realm} पर आपका डेटा डाउनलोड किया गया`,
      "account-deleted": (realm) => `${realm} पर आपका खाता मिटा दिया गया है`,
    },
    headings: {
      "account-linked": "एक खाता जोड़ा गया",
      "account-unlinked": "एक खाता अलग किया गया",
      "device-linked": "एक डिवाइस जोड़ा गया",
      "username-changed": "आपका यूज़रनेम बदल दिया गया",
      "data-downloaded": "आपका डेटा डाउनलोड किया गया",
      "account-deleted": "आपका खाता मिटा दिया गया है",
    },
    leads: {
      "account-linked": (realm) =>
        `आपका एक और खाता ${realm} पर आपके खाते से जोड़ा गया। जो उसमें साइन इन कर सकता है, वह यहाँ भी कर सकेगा।`,
      "account-unlinked": (realm) =>
        `किसी दूसरी जगह का एक खाता ${realm} पर आपके खाते से अलग किया गया। उससे अब साइन इन नहीं होगा।`,
      "device-linked": (realm) =>
        `एक डिवाइस ${realm} पर आपके खाते से जोड़ा गया। वह तब तक साइन इन रहेगा जब तक आप अपने खाते में उसे समाप्त न करें।`,
      "username-changed": (realm) => `${realm} पर आपके खाते का यूज़रनेम अब दूसरा है।`,
      "data-downloaded": (realm) => `${realm} पर आपके खाते में जो कुछ है, उसकी एक प्रति अभी डाउनलोड की गई।`,
      "account-deleted": (realm) => `आपके कहने पर ${realm} पर आपका खाता और उससे जुड़ी हर चीज़ मिटा दी गई।`,
    },
    farewell: (realm) => `इसके बारे में यह आख़िरी संदेश है। अगर वह आप नहीं थे, तो ${realm} के संचालकों को बताएँ।`,
  },
};
