import { accountBn } from "./account-bn.ts";
import { connectBn } from "./connect-bn.ts";
import { counter, roundedUp } from "./counted.ts";
import { deviceBn } from "./device-bn.ts";
import { embedBn } from "./embed-bn.ts";
import type { Texts } from "./en.ts";
import { linkBn } from "./link-bn.ts";
import { mailBn } from "./mail-bn.ts";
import { recoveryBn } from "./recovery-bn.ts";
import { refusalsBn } from "./refusals-bn.ts";
import { secondFactorBn } from "./second-factor-bn.ts";
import { shellBn } from "./shell-bn.ts";

const count = counter("bn");

function duration(seconds: number): string {
  const { n, unit } = roundedUp(seconds);
  if (unit === "second") return count(n, "সেকেন্ড", "সেকেন্ড");
  return unit === "minute" ? count(n, "মিনিট", "মিনিট") : count(n, "ঘণ্টা", "ঘণ্টা");
}

export const bn: Texts = {
  language: "bn",
  direction: "ltr",

  documentTitle: (title, realm) => `${title} – ${realm}`,
  errorTitle: (title) => `ত্রুটি: ${title}`,
  opensInNewTab: "(নতুন ট্যাবে খোলে)",
  continue: "এগিয়ে যান",
  imprint: "আইনি তথ্য",

  signIn: {
    title: "সাইন ইন করুন",
    reauthenticateTitle: "নিশ্চিত করুন যে এটি আপনিই",
    lead: (realm) => `আপনার ${realm} অ্যাকাউন্ট দিয়ে।`,
    leadFor: (client) => `এরপর আপনি ${client}-এ যাবেন।`,
    identifier: "ইমেল বা ব্যবহারকারীর নাম",
    password: "পাসওয়ার্ড",
    submit: "সাইন ইন করুন",
    passkey: "পাসকি দিয়ে সাইন ইন করুন",
    noAccount: "প্রথমবার এসেছেন?",
    signUp: "অ্যাকাউন্ট তৈরি করুন",
    problems: {
      "wrong-credentials": "এই ইমেল বা ব্যবহারকারীর নাম ও পাসওয়ার্ড মেলে না। দুটোই দেখে আবার চেষ্টা করুন।",
      "password-expired": "এই পাসওয়ার্ডটি আপনার জন্য ঠিক করা হয়েছিল, এর মেয়াদ শেষ। এটি রিসেট করুন বা আরেকটি চেয়ে নিন।",
      "too-many-attempts": "অনেকবার চেষ্টা করা হয়েছে। একটু অপেক্ষা করে আবার চেষ্টা করুন।",
      expired: "এই পাতাটি অনেকক্ষণ খোলা ছিল। অনুগ্রহ করে আবার সাইন ইন করুন।",
      reauthenticate: "আপনি ইতিমধ্যে সাইন ইন করে আছেন। এগিয়ে যেতে আপনার পাসওয়ার্ডটি আরেকবার লিখুন।",
      "provider-failed": "ওই উপায়ে সাইন ইন করা যায়নি। আবার চেষ্টা করুন বা অন্য উপায় বেছে নিন।",
      "provider-denied": "আপনি সেটি শেষ করেননি। আবার চেষ্টা করুন বা অন্য উপায়ে সাইন ইন করুন।",
      "link-required":
        "এই ইমেল ঠিকানার একটি অ্যাকাউন্ট আগে থেকেই আছে। এখানে সেটিতে সাইন ইন করুন, তারপর আপনার অ্যাকাউন্টে দুটিকে যুক্ত করুন।",
    },
    tooManyAttemptsFor: (seconds) => `অনেকবার চেষ্টা করা হয়েছে। ${duration(seconds)} পরে আবার চেষ্টা করুন।`,
  },

  providers: {
    or: "অথবা",
    continueWith: (label) => `${label} দিয়ে চালিয়ে যান`,
  },

  linkRequired: {
    title: "এখানে আপনার অ্যাকাউন্ট আগে থেকেই আছে",
    lead: "এই ইমেল ঠিকানার একটি অ্যাকাউন্ট আছে, আর সেটি আপনি যে অ্যাকাউন্ট নিয়ে এসেছেন তার সঙ্গে যুক্ত নয়।",
    next: "সব সময়ের মতো সাইন ইন করুন। তারপর আপনার অ্যাকাউন্টে দুটিকে যুক্ত করুন, যাতে দুটি দিয়েই সেখানে পৌঁছানো যায়।",
    signIn: "সাইন ইন করুন",
  },

  signUp: {
    title: "আপনার অ্যাকাউন্ট তৈরি করুন",
    lead: (realm) => `${realm}-এর সবকিছুর জন্য একটিই অ্যাকাউন্ট।`,
    leadFor: (client) => `এরপর আপনি ${client}-এ যাবেন।`,
    name: "নাম",
    email: "ইমেল",
    password: "পাসওয়ার্ড",
    passwordHint: (minLength) =>
      `অন্তত ${count(minLength, "অক্ষর", "অক্ষর")}। পরস্পর সম্পর্কহীন কয়েকটি শব্দ মিলে ভালো পাসওয়ার্ড হয়।`,
    submit: "অ্যাকাউন্ট তৈরি করুন",
    haveAccount: "অ্যাকাউন্ট আছে?",
    signIn: "সাইন ইন করুন",
    summary: "অনুগ্রহ করে এগুলো ঠিক করুন",
    missing: {
      name: "আপনার নাম লিখুন।",
      email: "আপনার ইমেল ঠিকানা লিখুন।",
      password: "একটি পাসওয়ার্ড বেছে নিন।",
      form: "সব ঘর পূরণ করুন।",
    },
    problems: {
      "email-invalid": "name@example.com-এর মতো একটি ইমেল ঠিকানা লিখুন।",
      "user-already-exists": "এই ইমেল ঠিকানার একটি অ্যাকাউন্ট আছে। সেটি দিয়ে সাইন ইন করুন।",
      "password-too-long": "এই পাসওয়ার্ডটি খুব লম্বা। আরও ছোট একটি বেছে নিন।",
      "password-too-common": "এই পাসওয়ার্ডটি বহুল প্রচলিত ও সহজে অনুমান করা যায়। অন্য একটি বেছে নিন।",
      "password-contains-context": "পাসওয়ার্ডে আপনার নাম, আপনার ইমেল বা এই সাইটের নাম রাখবেন না।",
      "too-many-attempts": "অনেকবার চেষ্টা করা হয়েছে। একটু অপেক্ষা করে আবার চেষ্টা করুন।",
      expired: "এই পাতাটি অনেকক্ষণ খোলা ছিল। অনুগ্রহ করে ফর্মটি আবার পাঠান।",
    },
    passwordTooShort: (minLength) => `অন্তত ${count(minLength, "অক্ষর", "অক্ষর")} ব্যবহার করুন।`,
  },

  consent: {
    title: (client) => `${client}-কে আপনার অ্যাকাউন্ট ব্যবহার করতে দেবেন?`,
    willBeAble: (client) => `${client} যা করতে চায়`,
    signedInAs: "সাইন ইন করা আছে",
    notYou: "এটি আপনি নন?",
    returnsTo: "আপনি ফিরবেন",
    standsAt: "শুধু ঠিকানা দিয়েই পরিচিত",
    allow: "অনুমতি দিন",
    deny: "প্রত্যাখ্যান করুন",
    caution: "আপনি সেখান থেকেই এসে থাকলে এবং সেটিকে বিশ্বাস করলে তবেই অনুমতি দিন।",
    policy: "গোপনীয়তা নীতি",
    terms: "পরিষেবার শর্তাবলি",
    scopes: {
      openid: "এখানকার অ্যাকাউন্ট দিয়ে আপনাকে চেনা",
      profile: "আপনার নাম ও প্রোফাইল ছবি দেখা",
      email: "আপনার ইমেল ঠিকানা দেখা",
      phone: "আপনার ফোন নম্বর দেখা",
      address: "আপনার ডাক ঠিকানা দেখা",
      roles: "এখানে আপনার ভূমিকাগুলো দেখা",
      offline_access: "আপনি না থাকলেও এই অ্যাক্সেস বজায় রাখা",
    },
  },

  signOut: {
    title: "সাইন আউট করবেন?",
    lead: (realm) => `এই ব্রাউজারে ${realm}-এর সব সাইটে আপনার সেশন শেষ হবে।`,
    leadFor: (client) => `${client} আপনাকে সাইন আউট করতে চায়।`,
    submit: "সাইন আউট করুন",
    stay: "সাইন ইন করে থাকতে চাইলে এই পাতাটি বন্ধ করুন।",
  },

  signedOut: {
    title: "আপনি সাইন আউট হয়েছেন",
    lead: (realm) => `${realm}-এ আপনার সেশন শেষ হয়েছে। আপনি এই পাতাটি বন্ধ করতে পারেন।`,
    elsewhereTitle: "আপনার সেশন শেষ করা হয়েছে",
    elsewhereLead: "অন্য একটি ব্রাউজার বা ডিভাইস থেকে এটি শেষ করা হয়েছে। সেটি আপনি না হলে সাইন ইন করে আপনার পাসওয়ার্ড বদলান।",
    signInAgain: "আবার সাইন ইন করুন",
  },

  home: {
    signedInTitle: "আপনি সাইন ইন করে আছেন",
    signedOutTitle: (realm) => `${realm}-এ স্বাগতম`,
    signedOutLead: "একবার সাইন ইন করলেই আমাদের সব সাইটে সাইন ইন হয়ে যায়।",
    signIn: "সাইন ইন করুন",
    signUp: "অ্যাকাউন্ট তৈরি করুন",
    signOut: "সাইন আউট করুন",
    twoFactor: "দুই ধাপের যাচাই চালু করুন",
    siblings: "আপনার অ্যাকাউন্ট এখানেও চলে",
    here: (host) => `আপনি ${host}-এ আছেন`,
  },

  error: {
    titles: {
      request: "এটি করা গেল না",
      forbidden: "এখানে এর অনুমতি নেই",
      missing: "এখানে কিছু নেই",
      busy: "একটু অপেক্ষা করুন",
      ours: "কিছু একটা ভুল হয়েছে",
    },
    next: {
      request: "যে সাইট বা অ্যাপ থেকে এসেছেন সেখানে ফিরে আবার শুরু করুন।",
      forbidden: "আপনার অন্য অ্যাকাউন্ট থাকলে সেটি দিয়ে সাইন ইন করুন। নইলে এই সাইটের পরিচালকদের জিজ্ঞাসা করুন।",
      missing: "ঠিকানাটি দেখুন বা হোম পাতা থেকে শুরু করুন।",
      busy: "এক মিনিট অপেক্ষা করে আবার চেষ্টা করুন।",
      ours: "দোষ আমাদের, আপনার নয়। এক মিনিট অপেক্ষা করে আবার চেষ্টা করুন।",
    },
    whatNow: "আপনি যা করতে পারেন",
    ifItStays: "আবার এমন হলে এই তথ্যগুলো এই সাইটের পরিচালকদের জানান।",
    requestId: "রেফারেন্স",
    errorCode: "কোড",
    status: "অবস্থা",
    home: "হোম পাতায় যান",
  },

  device: deviceBn,

  linkAccount: linkBn,
  connect: connectBn,
  embed: embedBn,
  shell: shellBn,
  accountPages: accountBn,

  secondFactor: secondFactorBn,

  recovery: recoveryBn,
  mail: mailBn,
  refusals: refusalsBn,

  returnTo: {
    leadsTo: "ফেরার পথ যেখানে যায়",
    caution: "এখানে কেউ এই অ্যাপ্লিকেশনটি যাচাই করেনি। আপনি সেখান থেকে এসে থাকলে তবেই ফিরুন।",
    goBack: "ফিরে যান",
  },

  formPost: {
    title: "আপনাকে ফিরিয়ে নেওয়া হচ্ছে",
    lead: (host) => `আপনাকে ${host}-এ পাঠানো হচ্ছে।`,
    hint: "কিছু না ঘটলে “এগিয়ে যান” চাপুন।",
  },

  reference: {
    version: (version) => `সংস্করণ ${version}`,
    contents: "সূচি",
    servers: "সার্ভার",
    untagged: "অন্যান্য",
    schemas: "স্কিমা",
    parameters: "প্যারামিটার",
    requestBody: "অনুরোধের মূল অংশ",
    responses: "উত্তর",
    headers: "হেডার",
    authentication: "প্রমাণীকরণ",
    noAuthentication: "নেই",
    or: "অথবা",
    required: "আবশ্যক",
    deprecated: "অপ্রচলিত",
    readOnly: "শুধু পড়ার জন্য",
    writeOnly: "শুধু লেখার জন্য",
    defaultValue: "ডিফল্ট",
    allowedValues: "এর একটি",
    example: "উদাহরণ",
    anyOther: "অন্য যেকোনো নাম",
    oneOf: "এই রূপগুলোর একটি",
    allOf: "এর সবগুলো একসঙ্গে",
    anything: "যেকোনো মান",
    arrayOf: (type) => `${type}-এর তালিকা`,
  },
};
