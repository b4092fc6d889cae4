import { counter } from "../counted.ts";
import type { vaultEn } from "./vault-en.ts";

const number = counter("hi");

export const vaultHi: typeof vaultEn = {
  calls: {
    title: "प्रदाताओं को कॉल",
    lead: "ऐप्लिकेशन ने लोगों के दूसरी जगह के खातों से क्या किया, सबसे नया पहले।",
    caption: "कॉल",
    filter: "फ़िल्टर करें",
    user: "उपयोगकर्ता (id)",
    provider: "प्रदाता",
    client: "ऐप्लिकेशन (क्लाइंट id)",
    status: "कैसा रहा",
    any: "कोई भी",
    success: "सफल",
    error: "विफल",
    show: "दिखाएँ",
    at: "कब",
    call: "कॉल",
    who: "ऐप्लिकेशन और उपयोगकर्ता",
    outcome: "उत्तर",
    tries: (count: number) => number(count, "कोशिश", "कोशिशें"),
    empty: "अभी कोई कॉल नहीं है।",
    mappings: "कई प्रदाताओं पर चलने वाली विधियाँ",
  },
  mappings: {
    title: "कई प्रदाताओं पर चलने वाली विधियाँ",
    lead: "ऐप्लिकेशन ने जो लिखा: कई प्रदाताओं के लिए एक इंटरफ़ेस। वे इसे अपनी कुंजियों से बदलते हैं।",
    caption: "मैपिंग",
    name: "नाम",
    client: "ऐप्लिकेशन",
    providers: "प्रदाता",
    changed: "पिछला बदलाव",
    definition: "परिभाषा",
    empty: "किसी ऐप्लिकेशन ने कोई नहीं लिखी है।",
    calls: "प्रदाताओं को कॉल",
  },
  connections: {
    title: "दूसरी जगह के खाते जिनका ऐप्लिकेशन उपयोग कर सकते हैं",
    caption: "इस उपयोगकर्ता के जुड़े खाते",
    provider: "प्रदाता",
    client: "ऐप्लिकेशन",
    state: "स्थिति",
    active: "सक्रिय",
    expired: "फिर से सहमति देनी होगी",
    since: "कब से",
    error: (code: string) => `पिछला रिफ़्रेश विफल रहा: ${code}`,
    disconnect: "अलग करें",
    disconnectConfirm: "अलग करें? ऐप्लिकेशन यह खाता खो देगा; उपयोगकर्ता इसे फिर से जोड़ सकता है।",
    empty: "कोई नहीं जुड़ा है।",
  },
};
