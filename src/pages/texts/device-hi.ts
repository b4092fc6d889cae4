import type { deviceEn } from "./device-en.ts";

export const deviceHi: typeof deviceEn = {
  title: "डिवाइस जोड़ें",
  lead: "आपका टीवी, कंसोल या दूसरा डिवाइस जो कोड दिखा रहा है, उसे डालें।",
  code: "डिवाइस पर दिख रहा कोड",
  codeHint: "आठ अक्षर, जैसे BCDF-GHJK। हाइफ़न से फ़र्क नहीं पड़ता।",
  submit: "आगे बढ़ें",
  problems: {
    missing: "कोड डालें।",
    "wrong-code": "इस कोड के साथ कोई डिवाइस इंतज़ार नहीं कर रहा। इसे डिवाइस पर अभी दिख रहे कोड से मिलाएँ।",
  },
  confirm: {
    title: (client) => `${client} को अपने खाते से जोड़ें?`,
    lead: "तभी आगे बढ़ें जब आपके सामने का डिवाइस यह कोड दिखा रहा हो:",
    willBeAble: (client) => `उस डिवाइस पर ${client} यह कर सकेगा`,
    noScopes: "जानना कि यहाँ आपका खाता है",
    device: "डिवाइस",
    asked: "अनुरोध किया गया",
    ago: (seconds) => {
      const times = new Intl.RelativeTimeFormat("hi");
      return seconds < 60 ? times.format(-seconds, "second") : times.format(-Math.floor(seconds / 60), "minute");
    },
    caution: "क्या किसी ने आपको यह कोड या इसका लिंक भेजा है? तो “मना करें” चुनें: वह आपके खाते में घुस जाएगा।",
    allow: "अनुमति दें",
    deny: "मना करें",
  },
  done: {
    titles: {
      connected: "आपका डिवाइस जुड़ गया है",
      refused: "डिवाइस को नहीं जोड़ा गया",
      "session-limit": "बहुत ज़्यादा डिवाइस",
      "too-late": "यह कोड अब नहीं चलेगा",
    },
    leads: {
      connected: "डिवाइस पर लौटें: वह कुछ सेकंड में अपने-आप आगे बढ़ेगा। आप यह पेज बंद कर सकते हैं।",
      refused: "उसे आपके खाते तक पहुँच नहीं दी गई। आप यह पेज बंद कर सकते हैं।",
      "session-limit": "आपका खाता बहुत ज़्यादा डिवाइस पर साइन इन है। किसी एक पर साइन आउट करें, फिर डिवाइस पर दोबारा शुरू करें।",
      "too-late": "इसकी अवधि समाप्त हो गई या किसी ने पहले ही फ़ैसला कर लिया। डिवाइस से नया कोड माँगें।",
    },
    another: "दूसरा डिवाइस जोड़ें",
  },
};
